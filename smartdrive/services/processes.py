"""Which process this is, and whether another one is known to be dead, so that nobody waits for what it held."""

import os
from pathlib import Path

_PROC = Path("/proc")
_STATE, _STARTED = 0, 19
"""Positions behind the command's name in /proc/<pid>/stat."""


def own_name() -> str:
    """A name no other process has or gets: machine since its start, container, pid, start; "" without /proc."""
    try:
        return f"{_around()}.{os.getpid()}.{_stat(os.getpid())[_STARTED]}"
    except OSError:
        return ""


def is_gone(name: str) -> bool:
    """Whether that process is surely dead. Of another machine, container or time since a start nothing is known."""
    around, _, own = own_name().rpartition(".")[0].rpartition(".")
    where, _, rest = name.rpartition(".")[0].rpartition(".")
    if not own or where != around or not rest.isdecimal():
        return False
    try:
        found = _stat(int(rest))
    except OSError:
        return True
    return found[_STARTED] != name.rpartition(".")[2] or found[_STATE] in "ZX"


def _around() -> str:
    boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
    return f"{boot}.{(_PROC / 'self/ns/pid').stat().st_ino}"


def _stat(pid: int) -> list[str]:
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
