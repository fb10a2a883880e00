"""Files of tests run side by side: one that takes minutes and begins last has all but one processor wait for it."""

from pathlib import Path

from tests.tooling.suites import run_suite

SHORT = "def test_it():\n    pass\n"
LONG = "import pytest\ndef test_a():\n    pass\n@pytest.mark.timeout({seconds})\ndef test_b():\n    pass\n"


def test_what_may_take_long_begins_first_and_files_stay_whole(tmp_path: Path) -> None:
    sources = {"one": SHORT, "three": LONG.format(seconds=400), "two": LONG.format(seconds=900), "z": SHORT}
    files = {f"test_{name}.py": source for name, source in sources.items()}
    ended = run_suite(tmp_path, files, "-p", "pytest_timeout", "--collect-only", "-q")
    assert ended.returncode == 0, ended.stdout
    order = [line.partition("::")[0] for line in ended.stdout.splitlines() if "::" in line]
    assert order == ["test_two.py"] * 2 + ["test_three.py"] * 2 + ["test_one.py", "test_z.py"]
