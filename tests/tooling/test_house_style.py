"""The house numbers are counted, so what breaks them is named."""

import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "house_style.py"


def function(name: str, lines: int) -> str:
    return f"def {name}():\n" + "    pass\n" * (lines - 1)


def count(folder: Path, source: str) -> subprocess.CompletedProcess[str]:
    (folder / "smartdrive").mkdir()
    (folder / "smartdrive" / "sample.py").write_text(source)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    return subprocess.run([sys.executable, TOOL], cwd=folder, capture_output=True, text=True, timeout=30)


def test_what_keeps_the_numbers_passes(tmp_path: Path) -> None:
    ended = count(tmp_path, function("short", 8) + function("long", 40) + function("other", 3))
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (function("long", 41) + function("a", 2) + function("b", 2), "long has 41 lines"),
        ("x = 1\n" * 300, "has 300 lines"),
        (function("a", 9) + function("b", 9), "median function has 9 lines"),
    ],
)
def test_what_breaks_them_is_named(tmp_path: Path, source: str, complaint: str) -> None:
    ended = count(tmp_path, source)
    assert ended.returncode == 1
    assert complaint in ended.stdout
