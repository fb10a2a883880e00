"""The workloads, each a function of one side that answers figures; `docs/performance.md` tells them."""

import re
import subprocess
import tempfile
import time
from collections.abc import Callable

from benchmarks.bench import Bench, Figures, expect, p95, timed, times_of
from benchmarks.finding import find
from benchmarks.inputs import LONG_LIST, LONGEST_LIST, SHORT_LIST, list_of
from benchmarks.organising import organise
from benchmarks.sides import Side
from benchmarks.transfers import download_big, fetch_zip, grow, upload_big, upload_small
from benchmarks.usage import memory

WHOLE_LISTINGS = 15
FIRST_PAGES = 100
SECONDS_OF_REQUESTS = 8
CALLERS = 16


def list_long(bench: Bench) -> Figures:
    """W4: a folder of 10,000 files: its first 200, as JSON and as a page, and all of it; then one of 100,000."""
    folder = bench.seeded("long", list_of(LONG_LIST))
    found = _first_pages(bench, folder)
    with bench.line() as line:
        expect(bench.side.list_whole(line, folder), LONG_LIST)
        whole = times_of(lambda: bench.side.list_whole(line, folder), count=WHOLE_LISTINGS)
        if longest := bench.side.make_longest(line, "longest", count=LONGEST_LIST):
            again = _first_pages(bench, longest)
            found |= {f"longest {name}": again[name] / found[name] for name in again}
    return found | {"list whole": sorted(whole)[len(whole) // 2]}


def _first_pages(bench: Bench, folder: str) -> Figures:
    addresses = {"list": bench.side.list_address(folder), "page": bench.side.page_address(folder)}
    return {name: p95(_asked(bench, address)) for name, address in addresses.items() if address}


def _asked(bench: Bench, address: str) -> list[float]:
    with bench.line() as line:
        line.ask("GET", address).wanted(200)
        return times_of(lambda: line.ask("GET", address).wanted(200), count=FIRST_PAGES)


def list_short(bench: Bench) -> Figures:
    """W7: a folder of 20 files, 16 callers at once, each request signed in."""
    address = bench.side.list_address(bench.seeded("short", list_of(SHORT_LIST)))
    return bench.repeated(lambda _: _wrk(bench, address))


def _wrk(bench: Bench, address: str) -> Figures:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(WRK_DONE)
        script.flush()
        headers = [word for name, text in bench.headers.items() for word in ("-H", f"{name}: {text}")]
        load = ["wrk", "-t1", f"-c{CALLERS}", f"-d{SECONDS_OF_REQUESTS}s", "--timeout", "30s", "-s", script.name]
        target = f"http://127.0.0.1:{bench.side.port}{address}"
        said = subprocess.run([*load, *headers, target], capture_output=True, text=True, check=True).stdout
    numbers = re.search(r"FIGURES (\d+) (\d+) ([\d.]+) (\d+)", said)
    if not numbers or int(numbers[4]):
        raise AssertionError(said)
    return {"requests": int(numbers[1]) / int(numbers[2]) * 1e6, "p99": float(numbers[3]) / 1000}


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
    seconds = timed(side.start) / 1000
    time.sleep(2)
    return {"restart": seconds, "idle PSS": memory(side.pids()) / 1e6}


WORKLOADS: dict[str, Callable[[Bench], Figures]] = {
    "W1": upload_big,
    "W3": download_big,
    "W10": grow,
    "W2": upload_small,
    "W5": find,
    "W4": list_long,
    "W6": fetch_zip,
    "W11": organise,
    "W7": list_short,
    "W9": restart,
}
