"""The units: right for systemd, closed as far as they can be, and what they start is what nginx.conf expects."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.shipped import PROJECT

UNITS = PROJECT / "deploy" / "systemd"
SERVICES = sorted(path.name for path in UNITS.glob("*.service"))
MOST_EXPOSED = 20
"""Tenths of a point of `systemd-analyze security`, which go up to 100."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root with the units and everything they start."""
    shutil.copytree(UNITS, tmp_path / "etc/systemd/system")
    for path in UNITS.glob("*.service"):
        for program in re.findall(r"^Exec\w+=(\S+)", path.read_text("utf-8"), re.MULTILINE):
            (tmp_path / program[1:]).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / program[1:]).touch(mode=0o755)
    standard = Path("/usr/lib/systemd/system")
    if not standard.is_dir():
        standard = Path("/lib/systemd/system")
    shutil.copytree(standard, tmp_path / "usr/lib/systemd/system", symlinks=True, ignore_dangling_symlinks=True)
    return tmp_path


def analyze(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, timeout=200)


def test_systemd_has_nothing_to_say_about_them(root: Path) -> None:
    named = [path.name for path in UNITS.iterdir()]
    checked = analyze("verify", "--man=no", f"--root={root}", *named)
    assert [line for line in checked.stderr.splitlines() if "smartdrive" in line] == []
    assert checked.returncode == 0, checked.stderr


def test_what_is_wrong_would_be_said(root: Path) -> None:
    unit = root / "etc/systemd/system/smartdrive-web.service"
    unit.write_text(unit.read_text("utf-8").replace("PrivateTmp=yes", "PrivateTemp=yes"), "utf-8")
    assert "PrivateTemp" in analyze("verify", "--man=no", f"--root={root}", unit.name).stderr


@pytest.mark.parametrize("name", SERVICES)
def test_each_is_closed_as_far_as_it_can_be(name: str) -> None:
    looked = analyze("security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}", UNITS / name)
    assert looked.returncode == 0, looked.stdout[-2000:]


@pytest.mark.parametrize("name", SERVICES)
def test_only_nginx_has_a_capability_and_that_is_its_ports(name: str) -> None:
    text = (UNITS / name).read_text("utf-8")
    given = re.findall(r"^(?:CapabilityBoundingSet|AmbientCapabilities)=(.*)$", text, re.MULTILINE)
    assert given == ["CAP_NET_BIND_SERVICE" if "nginx" in name else ""] * 2


def test_the_sockets_are_those_that_gunicorn_names_and_nginx_asks() -> None:
    socket = re.findall(r"^ListenStream=(.*)$", (UNITS / "smartdrive-web.socket").read_text("utf-8"), re.MULTILINE)
    service = re.findall(r"--bind unix:(\S+)", (UNITS / "smartdrive-web.service").read_text("utf-8"))
    nginx = re.findall(r"server unix:([^;]+);", (PROJECT / "nginx.conf").read_text("utf-8"))
    assert socket == service == nginx


def test_the_weekly_look_is_one_for_all_instances_and_cannot_take_their_memory() -> None:
    unit = (UNITS / "smartdrive-fsck.service").read_text("utf-8")
    assert re.findall(r"^ExecStart=.* flask (.*)$", unit, re.MULTILINE) == ["fsck --if-due"]
    assert re.findall(r"^(MemoryMax|OOMScoreAdjust)=(.*)$", unit, re.MULTILINE) == [
        ("MemoryMax", "40%"),
        ("OOMScoreAdjust", "1000"),
    ]
