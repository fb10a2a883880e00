"""The house numbers are counted, so what breaks them is named."""

import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "house_style.py"


def function(name: str, lines: int) -> str:
    return f"def {name}():\n" + "    pass\n" * (lines - 1)


def count(folder: Path, source: str, *, name: str = "smartdrive/sample.py") -> subprocess.CompletedProcess[str]:
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_text(source)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    return subprocess.run([sys.executable, TOOL], cwd=folder, capture_output=True, text=True, timeout=300)


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


@pytest.mark.parametrize("name", ["frontend/js/sample.js", "frontend/build.mjs"])
def test_a_line_of_a_script_that_is_too_long_is_named(tmp_path: Path, name: str) -> None:
    ended = count(tmp_path, "const a = 1;\n" + "x" * 121 + "\n", name=name)
    assert ended.returncode == 1
    assert f"{name}:2 has 121 characters" in ended.stdout


def test_a_line_of_a_script_may_be_as_long_as_one_of_python(tmp_path: Path) -> None:
    ended = count(tmp_path, "…" * 120 + "\n", name="frontend/js/sample.js")
    assert ended.returncode == 0, ended.stdout
