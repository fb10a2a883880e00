"""A test that silently does not run is a hole: the run itself must say so."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent


def run_suite(folder: Path, skips: str, *, source: str, workers: int = 0) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text((HERE / "conftest.py").read_text())
    (folder / "skips.txt").write_text(skips)
    (folder / "test_sample.py").write_text(source)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-n",
        str(workers),
        "--rootdir",
        str(folder),
        str(folder),
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


IN_A_TEST = "import pytest\ndef test_it():\n    pytest.skip('no')\ndef test_ok():\n    pass\n"
WHOLE_FILE = "import pytest\npytest.skip('no', allow_module_level=True)\n"
EXPECTED_FAILURE = "import pytest\n@pytest.mark.xfail\ndef test_it():\n    assert False\ndef test_ok():\n    pass\n"


@pytest.mark.parametrize("workers", [0, 2])
@pytest.mark.parametrize("source", [IN_A_TEST, WHOLE_FILE, EXPECTED_FAILURE])
def test_an_unlisted_skip_fails_the_run(tmp_path: Path, source: str, workers: int) -> None:
    ended = run_suite(tmp_path, "", source=source, workers=workers)
    assert ended.returncode == 1, ended.stdout
    assert ended.stdout.count("not listed in tests/skips.txt: test_sample.py") == 1


def test_a_listed_skip_passes(tmp_path: Path) -> None:
    ended = run_suite(tmp_path, "test_sample.py::test_i*  # not today\n", source=IN_A_TEST)
    assert ended.returncode == 0, ended.stdout


def test_a_skip_needs_a_reason(tmp_path: Path) -> None:
    ended = run_suite(tmp_path, "test_sample.py::test_i*\n", source=IN_A_TEST)
    assert ended.returncode != 0
    assert "gives no reason" in ended.stdout + ended.stderr
