"""One side as a workload sees it, and how its figures are taken."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from benchmarks.inputs import Inputs
from benchmarks.sides import Side
from benchmarks.wire import Line

UPLOADERS = 8
BATCH = 100

Figures = dict[str, float]
"""Name of a figure and its value; `report.py` knows units and goals."""


@dataclass
class Bench:
    """One side, signed in, with what the workloads before left there."""

    side: Side
    inputs: Inputs
    rounds: int
    headers: Mapping[str, str] = field(default_factory=dict)
    download: str = ""

    def line(self) -> Line:
        return Line(self.side.port, headers=self.headers)

    def repeated(self, act: Callable[[int], Figures]) -> Figures:
        """The median of each figure over the rounds."""
        found = [act(number) for number in range(self.rounds)]
        return {name: statistics.median(each[name] for each in found) for name in found[0]}

    def seeded(self, name: str, files: Mapping[str, bytes], *, together: int = BATCH) -> str:
        """A new folder with these files, sent over eight connections."""
        with self.line() as line:
            folder = self.side.make_folder(line, name)
        self.send(folder, files, together=together)
        return folder

    def send(self, folder: str, files: Mapping[str, bytes], *, together: int) -> None:
        def share_of(share: Mapping[str, bytes]) -> None:
            with self.line() as line:
                self.side.upload_many(line, folder, files=share, together=together)

        items = list(files.items())
        shares = [dict(items[share::UPLOADERS]) for share in range(UPLOADERS)]
        with ThreadPoolExecutor(UPLOADERS) as pool:
            list(pool.map(share_of, shares))


def timed(act: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def times_of(act: Callable[[], object], *, count: int) -> list[float]:
    """Milliseconds of each of so many runs."""
    return [timed(act) for _ in range(count)]


def p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def expect(found: int, wanted: int) -> None:
    if found != wanted:
        raise AssertionError(f"{found} instead of {wanted}")
