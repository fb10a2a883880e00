"""The workloads, each a function of one side that answers figures; `docs/performance.md` tells them."""

import random
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from benchmarks.inputs import LONG_LIST, MIB, SHORT_LIST, Inputs, list_of
from benchmarks.sides import Side
from benchmarks.usage import measured, memory
from benchmarks.wire import Line

UPLOADERS = 8
IN_FLIGHT = 4
RANGES = 200
LISTINGS = 30
SECONDS_OF_REQUESTS = 10
CALLERS = 16

Figures = dict[str, float]
"""Name of a figure, with its unit, and its value."""


@dataclass
class Bench:
    """One side as a workload sees it: signed in, with what the workloads before it left there."""

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


def upload_big(bench: Bench) -> Figures:
    """W1: one large file; then with as many parts in flight as a browser sends."""
    with bench.line() as line:
        folder = bench.side.make_folder(line, "large")
        alone = bench.repeated(lambda n: _upload(bench, [line], folder=folder, name=f"alone-{n}.bin"))
        bench.download = bench.side.download_address(line, folder, name="alone-0.bin")
        others = [bench.line() for _ in range(IN_FLIGHT - 1)]
        together = bench.repeated(lambda n: _upload(bench, [line, *others], folder=folder, name=f"together-{n}.bin"))
    for other in others:
        other.close()
    return {**alone, "MB/s, 4 in flight": together["MB/s"]}


def _upload(bench: Bench, lines: list[Line], *, folder: str, name: str) -> Figures:
    with measured(bench.side.pids()) as spent:
        bench.side.upload(lines, folder, name=name, path=bench.inputs.big)
    return {"MB/s": bench.inputs.big_size / 1e6 / spent.wall, "CPU s": spent.cpu}


def upload_small(bench: Bench) -> Figures:
    """W2: 1,000 files of 10 KiB over 8 connections."""
    return bench.repeated(lambda number: _upload_small(bench, f"small-{number}"))


def _upload_small(bench: Bench, name: str) -> Figures:
    with bench.line() as line:
        folder = bench.side.make_folder(line, name)
    shares = _shared(bench.inputs.small, UPLOADERS)
    with measured(bench.side.pids()) as spent, ThreadPoolExecutor(UPLOADERS) as pool:
        list(pool.map(lambda share: _send(bench, folder, files=share), shares))
    with bench.line() as line:
        _expect(bench.side.list_whole(line, folder), len(bench.inputs.small))
    return {"files/s": len(bench.inputs.small) / spent.wall, "CPU s": spent.cpu}


def _send(bench: Bench, folder: str, *, files: Mapping[str, bytes]) -> None:
    with bench.line() as line:
        bench.side.upload_many(line, folder, files=files)


def _shared(files: Mapping[str, bytes], shares: int) -> list[dict[str, bytes]]:
    items = list(files.items())
    return [dict(items[share::shares]) for share in range(shares)]


def download_big(bench: Bench) -> Figures:
    """W3: the large file, then 200 ranges of 1 MiB; every request asks our application anew."""
    with bench.line() as line:
        whole = bench.repeated(lambda _: _download(bench, line))
        starts = random.Random(7).sample(range(bench.inputs.big_size - MIB), RANGES)
        times = [_timed(partial(line.follow, bench.download, span=(at, at + MIB - 1))) for at in starts]
    return {**whole, "range p50 ms": statistics.median(times)}


def _download(bench: Bench, line: Line) -> Figures:
    with measured(bench.side.pids()) as spent:
        _expect(line.follow(bench.download), bench.inputs.big_size)
    return {"MB/s": bench.inputs.big_size / 1e6 / spent.wall, "CPU s": spent.cpu}


def list_long(bench: Bench) -> Figures:
    """W4: a folder of 10,000 files: all of it, and what a page shows first."""
    folder = _seeded(bench, "long", count=LONG_LIST)
    first = bench.side.list_address(folder)
    with bench.line() as line:
        _expect(bench.side.list_whole(line, folder), LONG_LIST)
        whole = [_timed(lambda: bench.side.list_whole(line, folder)) for _ in range(LISTINGS)]
        page = [_timed(lambda: line.ask("GET", first).wanted(200)) for _ in range(LISTINGS)]
    return {"all p50 ms": statistics.median(whole), "first page p50 ms": statistics.median(page)}


def _seeded(bench: Bench, name: str, *, count: int) -> str:
    with bench.line() as line:
        folder = bench.side.make_folder(line, name)
    shares = _shared(list_of(count), UPLOADERS)
    with ThreadPoolExecutor(UPLOADERS) as pool:
        list(pool.map(lambda share: _send(bench, folder, files=share), shares))
    return folder


def list_short(bench: Bench) -> Figures:
    """W7: a folder of 20 files, 16 callers at once, each request signed in."""
    address = bench.side.list_address(_seeded(bench, "short", count=SHORT_LIST))
    return bench.repeated(lambda _: _wrk(bench, address))


def _wrk(bench: Bench, address: str) -> Figures:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(WRK_DONE)
        script.flush()
        headers = [word for name, text in bench.headers.items() for word in ("-H", f"{name}: {text}")]
        load = [
            "wrk",
            "-t1",
            f"-c{CALLERS}",
            f"-d{SECONDS_OF_REQUESTS}s",
            "--timeout",
            "30s",
            "-s",
            script.name,
            *headers,
        ]
        target = f"http://127.0.0.1:{bench.side.port}{address}"
        said = subprocess.run([*load, target], capture_output=True, text=True, check=True).stdout
    numbers = re.search(r"FIGURES (\d+) (\d+) ([\d.]+) (\d+)", said)
    if not numbers or int(numbers[4]):
        raise AssertionError(said)
    return {"requests/s": int(numbers[1]) / int(numbers[2]) * 1e6, "p99 ms": float(numbers[3]) / 1000}


WRK_DONE = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("FIGURES %d %d %f %d\\n", summary.requests, summary.duration,
    latency:percentile(99), e.status + e.connect + e.read + e.timeout))
end
"""


def restart(bench: Bench) -> Figures:
    """W9: from nothing running to the first answer, on data that is there; memory two seconds later."""
    return bench.repeated(lambda _: _restart(bench.side))


def _restart(side: Side) -> Figures:
    side.stop()
    seconds = _timed(side.start) / 1000
    time.sleep(2)
    return {"restart s": seconds, "idle PSS MB": memory(side.pids()) / 1e6}


def _timed(act: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _expect(found: int, wanted: int) -> None:
    if found != wanted:
        raise AssertionError(f"{found} instead of {wanted}")


WORKLOADS: dict[str, Callable[[Bench], Figures]] = {
    "W1": upload_big,
    "W2": upload_small,
    "W3": download_big,
    "W4": list_long,
    "W7": list_short,
    "W9": restart,
}
