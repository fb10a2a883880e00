"""tools/setup.sh on a checkout nobody has used yet: what it installs, what it leaves alone, what it says."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SETUP = Path(__file__).resolve().parents[2] / "tools" / "setup.sh"
HARMLESS = ("bash", "cat", "cmp", "cp", "dirname", "rm")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "tools").mkdir()
    shutil.copy(SETUP, tmp_path / "tools")
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    (tmp_path / "requirements-test.txt").write_text("# nothing\n")
    return tmp_path


@pytest.fixture
def bare_path(tmp_path: Path) -> str:
    """A PATH with Python on it and little else, and an `id` that is not root's."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in HARMLESS:
        (folder / name).symlink_to(shutil.which(name) or name)
    (folder / "python3").symlink_to(sys.executable)
    (folder / "id").write_text("#!/bin/sh\necho 1000\n")
    (folder / "id").chmod(0o755)
    return str(folder)


def setup(checkout: Path, mode: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Never lets pip look anything up: what is installed here is decided by the files alone."""
    return subprocess.run(
        ["bash", "tools/setup.sh", mode],
        cwd=checkout,
        env={**os.environ, "PIP_NO_INDEX": "1", **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


def make_wheel(folder: Path) -> None:
    """An empty package, so that only the missing hash can be what is refused."""
    about = {"METADATA": "Metadata-Version: 2.1\nName: thing\nVersion: 1\n", "RECORD": ""}
    about["WHEEL"] = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(folder / "thing-1-py3-none-any.whl", "w") as wheel:
        for name, text in about.items():
            wheel.writestr(f"thing-1.dist-info/{name}", text)


def test_a_second_start_finds_everything_done(checkout: Path) -> None:
    first = setup(checkout, "run")
    assert first.returncode == 0, first.stderr
    assert "Installing requirements.txt" in first.stderr
    second = setup(checkout, "run")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")


def test_changed_pins_are_installed_and_a_failed_installation_is_not_taken_for_done(checkout: Path) -> None:
    setup(checkout, "run")
    (checkout / "requirements.txt").write_text(f"no-such-thing==1 --hash=sha256:{'0' * 64}\n")
    for _ in range(2):
        ended = setup(checkout, "run")
        assert ended.returncode != 0
        assert "no-such-thing" in ended.stderr


def test_pins_without_hashes_are_refused(checkout: Path) -> None:
    make_wheel(checkout)
    (checkout / "requirements.txt").write_text("thing==1\n")
    ended = setup(checkout, "run", PIP_FIND_LINKS=str(checkout))
    assert ended.returncode != 0
    assert "Hashes are required" in ended.stderr


def test_an_environment_whose_python_went_away_is_made_anew(checkout: Path) -> None:
    setup(checkout, "run")
    (checkout / ".venv" / "bin" / "python").unlink()
    (checkout / ".venv" / "bin" / "python").symlink_to("/nowhere/python3")
    assert setup(checkout, "run").returncode == 0
    assert (checkout / ".venv" / "bin" / "python").exists()


def test_without_root_it_names_the_packages_to_install(checkout: Path, bare_path: str) -> None:
    ended = setup(checkout, "test", PATH=bare_path)
    assert ended.returncode == 3
    assert "as root" in ended.stderr
    assert "apt-get install" in ended.stderr
    assert "strace" in ended.stderr


def test_without_python_it_says_what_to_install(checkout: Path, bare_path: str) -> None:
    (Path(bare_path) / "python3").unlink()
    ended = setup(checkout, "run", PATH=bare_path)
    assert ended.returncode == 3
    assert "Python 3.11 or newer" in ended.stderr


def test_the_bench_runs_on_what_a_drive_in_use_has(checkout: Path, bare_path: str) -> None:
    (checkout / "requirements-test.txt").write_text(f"no-such-thing==1 --hash=sha256:{'0' * 64}\n")
    ended = setup(checkout, "bench", PATH=bare_path)
    assert "Missing here" in ended.stderr, "it wants the packages it drives"
    assert (checkout / ".venv-bench" / "installed-requirements.txt").exists()
    assert not (checkout / ".venv").exists()
