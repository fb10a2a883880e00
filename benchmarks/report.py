"""`docs/performance.md` and what is printed: every figure as a share of nginx's own in the same run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from benchmarks.workloads import Figures

ROWS = {
    "W1": "Upload one file of {big}, one connection",
    "W2": "Upload 1,000 files of 10 KiB, 8 connections",
    "W3": "Download that file; 1 MiB ranges of it",
    "W4": "List a folder of 10,000",
    "W7": "List a folder of 20, signed in, 16 callers",
    "W9": "Start on existing data",
}
REFERENCE = "nginx"
UNRATED = {"CPU s", "idle PSS MB"}
"""What says more as it stands than as a share."""

HEAD = """# Speed

Written by `make bench`, which measures Smart Drive behind the shipped `nginx.conf` (nginx, gunicorn, worker;
SQLite and disk) beside nginx's own PUT and GET on the same machine, in the same run, workload by workload.
Trust the shares, not the figures: they move with the machine. No TLS; everything is in the page cache; every
request is signed in. Smart Drive makes each acknowledged upload durable (fsync of bytes, folder and table),
nginx does not; its CPU seconds include the worker, which reads what was uploaded for its checksums.

Higher is better for MB/s, files/s and requests/s, lower for ms, s and MB. "Share" is the quotient to nginx's
figure the right way round: 1 is as good as nginx alone, 0.5 half as good.

- **Commit** {commit}, {date}
- **Machine** {cores} cores, {processor}
- **CPU index** {before:.2f} s before, {after:.2f} s after: a fixed piece of work, so far apart is a disturbed run
- **Rounds** {rounds}; figures are medians

"""
FOOT = """
Columns for copyparty, a file server many people run, appear when it has an environment of its own here:
`python3 -m venv .copyparty && .copyparty/bin/pip install copyparty`.
"""


@dataclass(frozen=True)
class Run:
    """What stands above the table."""

    commit: str
    date: datetime
    cores: int
    processor: str
    before: float
    after: float
    rounds: int
    big_mib: int


def share(name: str, mine: float, *, reference: float) -> float:
    """1 is as good as the reference, more is better."""
    fast_is_much = name.partition(",")[0].endswith("/s")
    return mine / reference if fast_is_much else reference / mine


def table(results: Mapping[str, Mapping[str, Figures]], *, big_mib: int) -> str:
    """`results`: workload, then side, then its figures."""
    sides = list(next(iter(results.values())))
    titles = ["", "", *(title for side in sides for title in _titles(side))]
    lines = [_row(titles), _row(["---", "---", *["--:"] * (len(titles) - 2)])]
    for workload, by_side in results.items():
        label = f"{workload} {ROWS[workload].format(big=f'{big_mib:,} MiB')}"
        for name in by_side[REFERENCE]:
            lines.append(_row([label, name, *_cells(name, by_side, sides=sides)]))
            label = ""
    return "\n".join(lines) + "\n"


def _titles(side: str) -> list[str]:
    return [side] if side == REFERENCE else [side, "share"]


def _cells(name: str, by_side: Mapping[str, Figures], *, sides: Sequence[str]) -> list[str]:
    cells = []
    for side in sides:
        mine, reference = by_side[side][name], by_side[REFERENCE][name]
        cells.append(number(mine))
        if side != REFERENCE:
            rated = name not in UNRATED and mine and reference
            cells.append(f"**{share(name, mine, reference=reference):.2f}**" if rated else "")
    return cells


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def number(value: float) -> str:
    """Three figures are all that a shared machine can promise."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def document(run: Run, results: Mapping[str, Mapping[str, Figures]]) -> str:
    head = HEAD.format(
        commit=run.commit,
        date=f"{run.date:%Y-%m-%d %H:%M} UTC",
        cores=run.cores,
        processor=run.processor,
        before=run.before,
        after=run.after,
        rounds=run.rounds,
    )
    return head + table(results, big_mib=run.big_mib) + FOOT
