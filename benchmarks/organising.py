"""Acts on folders, which should cost the same whatever lies in them and however deep they stand."""

import statistics
from collections.abc import Callable

from benchmarks.bench import Bench, Figures, times_of
from benchmarks.drive import SmartDrive
from benchmarks.inputs import LONGEST_LIST
from benchmarks.wire import Line

ROUNDS = 20
READS = 200
DEEP = 50


def organise(bench: Bench) -> Figures:
    """W11: trash, restore and move a folder of 100,000 files and one of a single file; list an empty folder 50 down."""
    if not isinstance(bench.side, SmartDrive):
        return {}
    with bench.line() as line:
        large = bench.side.make_longest(line, "very large", count=LONGEST_LIST)
        small = bench.side.make_longest(line, "very small", count=1)
        there = bench.side.make_folder(line, "there")
        found = {f"{name} large": _median(act) for name, act in _acts(line, large, there=there).items()}
        flat = {name: _median(act) for name, act in _acts(line, small, there=there).items()}
        found |= {f"{name} flat": found[f"{name} large"] / flat[name] for name in flat}
        return found | _depth(bench.side, line)


def _acts(line: Line, folder: str, *, there: str) -> dict[str, Callable[[], float]]:
    """Each answers the milliseconds of the act alone and undoes what it must."""

    def trash() -> object:
        return line.ask("DELETE", f"/api/folders/{folder}").wanted(204)

    def restore() -> object:
        return line.ask("POST", f"/api/trash/{folder}/restore").wanted(200)

    def move(to: str) -> object:
        return line.ask("PATCH", f"/api/folders/{folder}", body={"parent": to}).wanted(200)

    return {
        "trash": lambda: _first_of(trash, restore),
        "restore": lambda: _second_of(trash, restore),
        "move": lambda: _first_of(lambda: move(there), lambda: move("root")),
    }


def _first_of(act: Callable[[], object], back: Callable[[], object]) -> float:
    (spent,) = times_of(act, count=1)
    back()
    return spent


def _second_of(before: Callable[[], object], act: Callable[[], object]) -> float:
    before()
    return times_of(act, count=1)[0]


def _median(act: Callable[[], float]) -> float:
    return statistics.median(act() for _ in range(ROUNDS))


def _depth(side: SmartDrive, line: Line) -> Figures:
    """By how many milliseconds the median list of an empty folder takes longer far down than at the top."""
    folders = ["root"]
    for _ in range(DEEP):
        made = line.ask("POST", "/api/folders", body={"parent": folders[-1], "name": "deeper"}).wanted(201)
        folders.append(str(made.json()["folder"]["id"]))
    empty = side.make_folder(line, "empty")
    high, low = (_asked(line, side.list_address(folder)) for folder in (empty, folders[-1]))
    return {"depth": low - high}


def _asked(line: Line, address: str) -> float:
    return statistics.median(times_of(lambda: line.ask("GET", address).wanted(200), count=READS))
