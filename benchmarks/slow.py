"""What slow clients do to everybody else: the mixed day through the shipped nginx.conf, without and beside them.

    python -m benchmarks.slow --count 1000 --seconds 30

Exit 1 when the slowest twentieth of the acts of others took longer than 200 ms beside any of them, or one failed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.day import MIB, Hand
from benchmarks.load import arrived, day, new_people
from benchmarks.pace import Plan, Result, percentile
from benchmarks.shipped import PROJECT, Shipped, shipped

LONGEST = 200.0
"""Milliseconds in which all but a twentieth of what others do is done."""
OTHERS = "127.0.0.77"
"""Where the others come from: no network of a slow client."""
STATIC = PROJECT / "static" / "dist"


@dataclass(frozen=True)
class Kind:
    """What they are slow with, where, from how many networks each."""

    name: str
    kind: str
    target: str
    networks: int
    token: str = ""


@dataclass(frozen=True)
class Row:
    """How others fared beside slow clients of a kind, and what became of those."""

    name: str
    result: Result
    told: dict[str, Any]

    @property
    def p95(self) -> float:
        return percentile(self.result.all(), 0.95)

    @property
    def borne(self) -> bool:
        return self.p95 < LONGEST and not self.result.failed

    def line(self) -> str:
        times = self.result.all()
        shown = " | ".join(f"{percentile(times, share):,.0f}" for share in (0.5, 0.95, 0.99))
        ends = ", ".join(f"{count:,} × {how}" for how, count in sorted(self.told.get("ended", {}).items()))
        return f"| {self.name} | {self.told.get('held', 0):,} | {ends} | {shown} | {self.result.failed} |"


def largest() -> str:
    """Something that nginx sends by itself, as much of it as there is."""
    found = max((path for path in STATIC.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    return f"/static/dist/{found.relative_to(STATIC)}"


def kinds(count: int, token: str) -> list[Kind]:
    """`token` is that of somebody with an account."""
    taken = "/api/files?filename=slow.bin"
    return [
        Kind(f"{what}, from {where}", kind, target, networks, own)
        for networks, where in ((1, "one network"), (count, f"{count:,} networks"))
        for what, kind, target, own in (
            ("heads (-H)", "heads", "/login", ""),
            ("bodies (-B)", "bodies", "/login", ""),
            ("bodies that the application takes as they come, of strangers", "bodies", taken, ""),
            ("the same, of somebody with an account", "bodies", taken, token),
            ("answers (-X)", "answers", largest(), ""),
        )
    ]


@contextmanager
def somebody(url: str) -> Iterator[str]:
    """The access token of a person who is there for the block."""
    (person,) = them = new_people(1, large=bytes(MIB))
    with arrived(them, lambda: Hand(url, source=OTHERS)):
        yield person.headers["Authorization"].removeprefix("Bearer ")


@contextmanager
def beside(stack: Shipped, kind: Kind, *, count: int) -> Iterator[dict[str, Any]]:
    """Slow clients for the length of the block; afterwards the dictionary has what they tell."""
    options = ["--kind", kind.kind, "--target", kind.target, "--count", str(count), "--networks", str(kind.networks)]
    options += ["--token", kind.token] if kind.token else []
    told: dict[str, Any] = {}
    command = [sys.executable, "-m", "benchmarks.slow_clients", stack.places.url, *options]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        if program.stdout is None or not program.stdout.readline():
            raise RuntimeError("the slow clients did not start")
        yield told
        said, _ = program.communicate()
        told |= json.loads(said)


def measure(stack: Shipped, plan: Plan, *, count: int) -> Iterator[Row]:
    yield Row("nobody", day(stack.places.url, plan, source=OTHERS), {})
    with somebody(stack.places.url) as token:
        for kind in kinds(count, token):
            with beside(stack, kind, count=count) as told:
                result = day(stack.places.url, plan, source=OTHERS)
            yield Row(kind.name, result, told)


def main() -> int:
    parser = argparse.ArgumentParser("benchmarks.slow", description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=1000, help="slow clients of a kind (1000)")
    parser.add_argument("--rate", type=float, default=20, help="requests a second of others (20)")
    parser.add_argument("--seconds", type=float, default=30, help="for each kind (30)")
    chosen = parser.parse_args()
    plan = Plan(chosen.rate, chosen.seconds)
    print("| slow | held | how they ended | p50 ms | p95 ms | p99 ms | failed |\n|---|--:|---|--:|--:|--:|--:|")
    borne = True
    settings = {"LIMIT_REGISTER": "1000/hour"}
    with (
        tempfile.TemporaryDirectory(prefix="smartdrive-slow-") as folder,
        shipped(Path(folder), settings=settings) as stack,
    ):
        for row in measure(stack, plan, count=chosen.count):
            print(row.line(), flush=True)
            borne = borne and row.borne
    return 0 if borne else 1


if __name__ == "__main__":
    sys.exit(main())
