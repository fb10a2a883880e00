"""A long mixed day through the shipped nginx.conf: does anything grow that should not?

    nice python -m benchmarks.soak --minutes 10

A fifth of the time warms everything up. What the processes take together in the fifth after it is compared with the
last fifth. Exit 1 when something grew by more than a tenth, or an act failed.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import day
from benchmarks.pace import Plan
from benchmarks.shipped import Shipped, shipped
from benchmarks.usage import PROC, family, memory

MOST = 0.1
"""Share by which something may grow."""
FIFTHS = 5
LEAST_LOOKS = 20
LOOK_EVERY = 2.0
Look = Mapping[str, float]
"""Each thing that is watched, and how much there is of it."""


@dataclass(frozen=True)
class Growth:
    """Of one thing: its middle figure after the warm-up, and at the end."""

    name: str
    before: float
    after: float

    @property
    def share(self) -> float:
        return self.after / self.before - 1 if self.before else float(self.after > 0)

    @property
    def borne(self) -> bool:
        return self.share <= MOST

    def line(self) -> str:
        verdict = "" if self.borne else " **grew**"
        return f"| {self.name} | {self.before:,.1f} | {self.after:,.1f} | {self.share:+.1%}{verdict} |"


def judge(looks: Sequence[Look]) -> list[Growth]:
    """What was seen at even distances, from the start to the end of the day."""
    if len(looks) < LEAST_LOOKS:
        raise ValueError(f"{len(looks)} looks are too few to tell growth from chance")
    fifth = len(looks) // FIFTHS
    return [
        Growth(
            name,
            *(statistics.median(look[name] for look in some) for some in (looks[fifth : 2 * fifth], looks[-fifth:])),
        )
        for name in looks[0]
    ]


def look_at(stack: Shipped) -> Look:
    """MB, descriptors, MB."""
    pids = stack.programs.pids()
    log = stack.places.data / "drive.db-wal"
    return {
        "memory of all processes (PSS), MB": memory(pids) / 1e6,
        "open descriptors": float(sum(map(descriptors, family(pids)))),
        "write-ahead log, MB": log.stat().st_size / 1e6 if log.exists() else 0.0,
    }


def descriptors(pid: int) -> int:
    with suppress(OSError):
        return sum(1 for _ in (PROC / str(pid) / "fd").iterdir())
    return 0


def watch(look: Callable[[], Look], *, seconds: float) -> list[Look]:
    end, found = time.monotonic() + seconds, []
    while time.monotonic() < end:
        found.append(look())
        time.sleep(LOOK_EVERY)
    return found


def main() -> int:
    parser = argparse.ArgumentParser("benchmarks.soak", description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10, help="how long (10)")
    parser.add_argument("--rate", type=float, default=30, help="requests a second (30)")
    chosen = parser.parse_args()
    seconds = chosen.minutes * 60
    with tempfile.TemporaryDirectory(prefix="smartdrive-soak-") as folder, shipped(Path(folder)) as stack:
        pool = ThreadPoolExecutor(1)
        going = pool.submit(day, stack.places.url, Plan(chosen.rate, seconds, most=sys.maxsize))
        looks = watch(lambda: look_at(stack), seconds=seconds)
        result = going.result()
    grown = judge(looks)
    print(result.told(), "", "| | after the warm-up | at the end | growth |\n|---|--:|--:|--:|", sep="\n")
    print(*(each.line() for each in grown), sep="\n")
    return 0 if all(each.borne for each in grown) and not result.failed else 1


if __name__ == "__main__":
    sys.exit(main())
