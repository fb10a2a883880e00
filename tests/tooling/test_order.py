"""Files of tests run side by side: one that takes minutes and begins last has all but one processor wait for it."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent.parent
SHORT = "def test_it():\n    pass\n"
LONG = "import pytest\ndef test_a():\n    pass\n@pytest.mark.timeout({seconds})\ndef test_b():\n    pass\n"


def test_what_may_take_long_begins_first_and_files_stay_whole(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text((HERE / "conftest.py").read_text())
    (tmp_path / "skips.txt").write_text("")
    sources = {"one": SHORT, "three": LONG.format(seconds=400), "two": LONG.format(seconds=900), "z": SHORT}
    for name, source in sources.items():
        (tmp_path / f"test_{name}.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-p", "pytest_timeout", "-p", "no:cacheprovider", "--collect-only", "-q"]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stdout
    order = [line.partition("::")[0] for line in ended.stdout.splitlines() if "::" in line]
    assert order == ["test_two.py"] * 2 + ["test_three.py"] * 2 + ["test_one.py", "test_z.py"]
