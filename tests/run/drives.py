"""A drive started as people start it, and a look at its processes."""

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Found = TypeVar("Found")
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Drive:
    process: subprocess.Popen[str]
    log: Path

    def said(self) -> str:
        return self.log.read_text()

    def url(self) -> str:
        return until(self.address, "no address was printed")[1]

    def address(self) -> re.Match[str] | None:
        assert self.process.poll() is None, self.said()
        return re.search(r"Smart Drive is at (\S+)", self.said())

    def web(self) -> int:
        """The parent of all processes that do something; 0 while there is none."""
        return next((pid for pid in children(self.process.pid) if module_of(pid) == "gunicorn"), 0)

    def worker(self) -> int:
        """The process of background work that began last; 0 before the first."""
        return int((["0", *re.findall(r'"worker started".*"pid": ?(\d+)', self.said())])[-1])

    def everybody(self) -> list[int]:
        """The parent, its children and theirs."""
        return [self.process.pid, *descendants(self.process.pid)]


def module_of(pid: int) -> str:
    """Nothing for one that has just died: its command line is empty, or gone."""
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        return words[words.index("-m") + 1] if "-m" in words else ""
    return ""


def children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def descendants(pid: int) -> list[int]:
    return [found for child in children(pid) for found in (child, *descendants(child))]


def alive(pid: int) -> bool:
    """A zombie nobody has waited for is as good as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(look: Callable[[], Found | None], otherwise: str, seconds: float = 120.0) -> Found:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(otherwise)


def command(data: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "smartdrive.run", "--port", str(port), "--data", str(data)]


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SMARTDRIVE_")}


def start(folder: Path, **settings: str) -> Drive:
    log = folder / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            command(folder / "data", 0),
            cwd=ROOT,
            env=clean_environment() | settings,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    return Drive(process, log)


def inode_of_listener(port: int) -> str:
    """As /proc names it; state 0A is one that listens."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return next(row[9] for row in rows if row[3] == "0A" and row[1].endswith(f":{port:04X}"))


def sockets(pid: int) -> set[str]:
    held = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            held.add(str(each.readlink()).removeprefix("socket:[").removesuffix("]"))
    return held
