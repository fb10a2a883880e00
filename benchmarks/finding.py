"""Looking for names in the whole drive, which should cost the same however many there are."""

import statistics
from collections.abc import Sequence

from benchmarks.bench import Bench, Figures, times_of
from benchmarks.drive import SmartDrive
from benchmarks.inputs import LONG_LIST, LONGEST_LIST, list_of
from benchmarks.sides import Side
from benchmarks.wire import Line

ASKED = 200
HITS = 10
"""And one more where words are found within others."""
WORST = (["m"], ["minutes", "txt"])
"""The beginning of every name, and two words that all of them have."""


def find(bench: Bench) -> Figures:
    """W5: ten names of 10,000 by a common and a rare word, then of 100,000 more; the worst questions at last."""
    with bench.line() as line:
        if bench.side.find(line, ["m"]) is None:
            return {}
    bench.seeded("named", list_of(LONG_LIST))
    with bench.line() as line:
        found = {"find": _checked(bench.side, line, words=["minutes", "00012"])}
        if isinstance(bench.side, SmartDrive):
            bench.side.make_longest(line, "more names", count=LONGEST_LIST)
            found["find among more"] = _checked(bench.side, line, words=["minutes", "05012"])
            found["find flat"] = found["find among more"] / found["find"]
            found["find worst"] = max(_median(bench.side, line, words=words) for words in WORST)
    return found


def _checked(side: Side, line: Line, *, words: Sequence[str]) -> float:
    found = side.find(line, words)
    if found is None or found < HITS:
        raise AssertionError(f"{found} instead of {HITS}")
    return _median(side, line, words=words)


def _median(side: Side, line: Line, *, words: Sequence[str]) -> float:
    return statistics.median(times_of(lambda: side.find(line, words), count=ASKED))
