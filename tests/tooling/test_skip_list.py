"""A test that silently does not run is a hole: the run itself must say so."""

import subprocess
from pathlib import Path

import pytest

from tests.tooling.suites import run_suite

IN_A_TEST = "import pytest\ndef test_it():\n    pytest.skip('no')\ndef test_ok():\n    pass\n"
WHOLE_FILE = "import pytest\npytest.skip('no', allow_module_level=True)\n"
EXPECTED_FAILURE = "import pytest\n@pytest.mark.xfail\ndef test_it():\n    assert False\ndef test_ok():\n    pass\n"
SOURCES = {"test_in_a_test.py": IN_A_TEST, "test_whole_file.py": WHOLE_FILE, "test_expected.py": EXPECTED_FAILURE}


def run_listing(folder: Path, skips: str, *, workers: int = 0) -> subprocess.CompletedProcess[str]:
    return run_suite(folder, SOURCES, "-p", "xdist", "-n", str(workers), skips=skips)


@pytest.mark.parametrize("workers", [0, 2])
def test_an_unlisted_skip_fails_the_run(tmp_path: Path, workers: int) -> None:
    ended = run_listing(tmp_path, "", workers=workers)
    assert ended.returncode == 1, ended.stdout
    for name in SOURCES:
        assert ended.stdout.count(f"not listed in tests/skips.txt: {name}") == 1


def test_one_that_is_not_listed_is_enough(tmp_path: Path) -> None:
    ended = run_listing(tmp_path, "test_in_a_test.py*  # not today\ntest_whole_file.py*  # not today\n")
    assert ended.returncode == 1, ended.stdout
    assert ended.stdout.count("not listed in tests/skips.txt") == 1


def test_listed_skips_pass(tmp_path: Path) -> None:
    ended = run_listing(tmp_path, "test_*  # not today\n")
    assert ended.returncode == 0, ended.stdout


def test_a_skip_needs_a_reason(tmp_path: Path) -> None:
    ended = run_listing(tmp_path, "test_*\n")
    assert ended.returncode != 0
    assert "gives no reason" in ended.stdout + ended.stderr
