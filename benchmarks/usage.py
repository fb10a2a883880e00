"""What processes cost: CPU seconds and memory of everything below some pids, from /proc."""

import hashlib
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
PARENT, TIMES = 1, slice(11, 15)
"""Positions after the command's name in /proc/<pid>/stat: the parent; own and reaped children's time."""


LOOK_EVERY = 0.1
"""Seconds between looks at the memory of processes."""


@dataclass
class Spent:
    """Filled in when the block ends; both in seconds. `settled` is the CPU time up to when the processes rest."""

    wall: float = 0.0
    cpu: float = 0.0
    settled: float = 0.0


@dataclass
class Growth:
    """Bytes that processes take together at first, and at most while they are watched."""

    before: int
    most: int = 0

    @property
    def bytes(self) -> int:
        return max(0, self.most - self.before)


def _stat(pid: int) -> list[str]:
    return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def family(roots: Sequence[int]) -> list[int]:
    """The pids and all their living descendants."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError):
                children.setdefault(int(_stat(int(entry.name))[PARENT]), []).append(int(entry.name))
    found = list(roots)
    for pid in found:
        found += children.get(pid, [])
    return found


def cpu_seconds(roots: Sequence[int]) -> float:
    total = 0
    for pid in family(roots):
        with suppress(OSError, IndexError):
            total += sum(int(ticks) for ticks in _stat(pid)[TIMES])
    return total / TICKS


def memory_of(pid: int) -> int:
    """Bytes of one process, with shared pages counted in shares (PSS); 0 when it is gone."""
    with suppress(OSError):
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return 0


def memory(roots: Sequence[int]) -> int:
    """Bytes of all of them and their descendants."""
    return sum(map(memory_of, family(roots)))


@contextmanager
def measured(roots: Sequence[int]) -> Iterator[Spent]:
    """Wall time of the block and the CPU time the processes took in it."""
    spent, began, before = Spent(), time.perf_counter(), cpu_seconds(roots)
    yield spent
    spent.wall = time.perf_counter() - began
    spent.cpu = cpu_seconds(roots) - before
    wait_until_idle(roots)
    spent.settled = cpu_seconds(roots) - before


def wait_until_idle(roots: Sequence[int], *, longest: float = 60.0) -> None:
    """Background work of one measurement must not disturb the next, and its cost belongs to this one."""
    until = time.monotonic() + longest
    while time.monotonic() < until:
        before = cpu_seconds(roots)
        time.sleep(1.2)  # an idle worker looks once a second
        if cpu_seconds(roots) - before < 0.05:
            return


@contextmanager
def watched(roots: Sequence[int]) -> Iterator[Growth]:
    """How much more memory all of them together take while the block runs."""
    growth, over = Growth(memory(roots)), threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY):
            growth.most = max(growth.most, memory(roots))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield growth
    finally:
        over.set()
        watcher.join()


def cpu_index() -> float:
    """Seconds of a fixed piece of work: how busy the machine is with other things."""
    began, block = time.perf_counter(), bytes(1 << 20)
    for _ in range(200):
        block = hashlib.sha256(block).digest() * 32768
    return time.perf_counter() - began
