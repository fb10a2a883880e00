""".ci/run: everything runs, anything that fails fails it, and the test runners' closing lines come last."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CI_RUN = Path(__file__).resolve().parents[2] / ".ci" / "run"
MAKE = """#!/bin/bash
for word; do target=$word; done
echo "$target" >> asked.txt
case $target in
  test) echo "===== 12 passed, 1 skipped in 3.21s =====" ;;
  test-engines) echo "== 5 passed in 1.00s ==" ;;
esac
[ "$target" != "$FAILS" ]
"""


def run_ci(folder: Path, *, fails: str = "", user: int = 0) -> subprocess.CompletedProcess[str]:
    (folder / ".ci").mkdir()
    shutil.copy(CI_RUN, folder / ".ci")
    (folder / "bin").mkdir()
    for name, text in (("make", MAKE), ("id", f"#!/bin/sh\necho {user}\n")):
        (folder / "bin" / name).write_text(text)
        (folder / "bin" / name).chmod(0o755)
    path = f"{folder / 'bin'}:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", ".ci/run"],
        cwd=folder,
        env={**os.environ, "PATH": path, "FAILS": fails},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_checks_come_first_and_the_closing_lines_last(tmp_path: Path) -> None:
    ended = run_ci(tmp_path)
    assert ended.returncode == 0
    assert (tmp_path / "asked.txt").read_text().split() == ["check", "test", "test-engines"]
    assert ended.stdout.splitlines()[-2:] == [
        "===== 12 passed, 1 skipped in 3.21s =====",
        "== 5 passed in 1.00s ==",
    ]


@pytest.mark.parametrize("target", ["check", "test", "test-engines"])
def test_any_failure_fails_the_run_and_the_rest_still_runs(tmp_path: Path, target: str) -> None:
    ended = run_ci(tmp_path, fails=target)
    assert ended.returncode == 1
    assert f"make {target}: FAILED" in ended.stdout
    assert len((tmp_path / "asked.txt").read_text().split()) == 3


def test_without_root_the_real_engines_are_left_out(tmp_path: Path) -> None:
    assert run_ci(tmp_path, user=1000).returncode == 0
    assert (tmp_path / "asked.txt").read_text().split() == ["check", "test"]
