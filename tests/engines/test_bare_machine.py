"""Servers made of a bare Debian by what operators have: the installer's commands, and the user data of the template.

apt, pip, useradd and all files are the machine's own; an island (tests/deploy) starts from this one instead. How long
each took is printed.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.shipped import PROJECT
from tests.bare.machine import debootstrap, refused
from tests.engines.conftest import Engines

pytestmark = [pytest.mark.engines, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def bare() -> Iterator[Path]:
    """A Debian that nothing has been done to; copies are made of it. It is large: nothing of it is kept."""
    folder = Path(tempfile.mkdtemp(prefix="bare-"))
    try:
        if why := refused(folder):
            pytest.skip(f"no bare machine: {why}")
        debootstrap(folder / "debian")
        yield folder / "debian"
    finally:
        shutil.rmtree(folder)


def run(module: str, root: Path, **environment: str) -> str:
    """What one of our programs says that must end well."""
    command = [sys.executable, "-m", module, root]
    done = subprocess.run(command, cwd=PROJECT, env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-4000:]
    print(*re.findall(r"^.* after \d+ s$", done.stdout, re.MULTILINE), sep="\n")
    return done.stdout


def test_the_installer_makes_a_drive_with_https(bare: Path) -> None:
    said = run("tests.bare.first_install", bare)
    (met,) = re.findall(r"^met: (.*)$", said, re.MULTILINE)
    assert json.loads(met) == {
        "http": [308, "https://drive.test/login"],
        "hsts": True,
        "cookies": ["__Host-access", "__Host-device", "__Host-refresh", "__Host-visitor"],
        "file": "paper",
    }
    assert re.search(r"Changed: .*python3-venv .*user smartdrive .*environment ", said), "by its own steps"
    assert said.splitlines()[-1].endswith("is there already: nothing was changed.")


def test_the_user_data_makes_a_drive_on_aws(bare: Path, engines: Engines) -> None:
    said = run("tests.aws.first_boot", bare, **engines.credentials())
    assert re.findall(r"^nginx answers (\S+): (\d+)$", said, re.MULTILINE) == [("/status", "200"), ("/login", "200")]
