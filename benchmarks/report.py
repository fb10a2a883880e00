"""What is printed and stands in `docs/performance.md`: each figure beside nginx's own, its goal, and if it is met."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from benchmarks.bench import Figures

REFERENCE, OURS = "nginx", "Smart Drive"
Results = Mapping[str, Mapping[str, Figures]]
"""Workload, then side, then its figures."""


@dataclass(frozen=True)
class Goal:
    """`met` judges our figure, with that of the side named by `against` for a share."""

    text: str
    met: Callable[[float, float], bool]
    against: str = ""


def least(value: float) -> Goal:
    return Goal(f"≥ {value:,.0f}", lambda mine, _: mine >= value)


def most(value: float) -> Goal:
    return Goal(f"≤ {value:,.3g}", lambda mine, _: mine <= value)


def share(value: float, *, less_is_better: bool = False, against: str = REFERENCE) -> Goal:
    """At least so many times as good as nginx, or as another side."""
    return Goal(
        f"≥ {value:g} of {against}",
        lambda mine, reference: (reference / mine if less_is_better else mine / reference) >= value,
        against,
    )


@dataclass(frozen=True)
class Row:
    """One line: which figure of which workload, in people's words."""

    workload: str
    figure: str
    label: str
    unit: str
    goal: Goal | None = None


ROWS = (
    Row("W1", "up in flight", "{big} up, four parts in flight as a browser sends them", "MB/s", share(0.8)),
    Row("W1", "up in flight CPU s", "", "CPU s", most(1.3)),
    Row("W1", "up", "{big} up over one connection", "MB/s", share(0.8)),
    Row("W1", "sums CPU s", "checksums of it, afterwards", "CPU s"),
    Row("W3", "down", "{big} down", "MB/s", share(0.95)),
    Row("W3", "down CPU s", "", "CPU s"),
    Row("W3", "range p50", "1 MiB range of it, p50", "ms", share(0.55, less_is_better=True)),
    Row("W2", "batch", "{small} files of 10 KiB, 8 connections, begun and completed by 100", "files/s", least(1000)),
    Row("W2", "batch CPU s", "", "CPU s"),
    Row("W2", "single", "the same with begin, PUT, complete each", "files/s", least(400)),
    Row("W2", "single CPU s", "", "CPU s"),
    Row("W6", "zip", "zip of 1,000 files, 200 MB", "MB/s", share(1, against="copyparty")),
    Row("W6", "zip CPU s", "", "CPU s"),
    Row("W6", "zip growth", "growth of memory meanwhile", "MB", most(20)),
    Row("W4", "list", "folder of 10,000: first 200, JSON, p95", "ms", most(8)),
    Row("W4", "page", "the same as a page, p95", "ms", most(25)),
    Row("W4", "longest list", "JSON of 100,000 to that of 10,000", "times", most(1.3)),
    Row("W4", "longest page", "page of 100,000 to that of 10,000", "times", most(1.3)),
    Row("W4", "list whole", "all 10,000 by pages, p50", "ms", most(150)),
    Row("W5", "find", "search for 10 names among 10,000, p50", "ms", most(3)),
    Row("W5", "find among more", "among 110,000", "ms", most(3)),
    Row("W5", "find flat", "110,000 to 10,000", "times", most(1.3)),
    Row("W5", "find worst", "search for one letter, or for two words of every name, p50", "ms", most(50)),
    Row("W11", "trash large", "folder of 100,000 files: into the trash, p50", "ms", most(200)),
    Row("W11", "restore large", "out of it", "ms", most(200)),
    Row("W11", "move large", "moved", "ms", most(50)),
    Row("W11", "trash flat", "into the trash: 100,000 files to one", "times", most(1.5)),
    Row("W11", "restore flat", "out of it: 100,000 files to one", "times", most(1.5)),
    Row("W11", "move flat", "moved: 100,000 files to one", "times", most(1.5)),
    Row("W11", "depth", "list of an empty folder, 50 levels down against one", "ms more", most(2)),
    Row("W7", "requests", "folder of 20, signed in, 16 connections", "requests/s", least(2500)),
    Row("W7", "p99", "p99 of them", "ms", most(30)),
    Row("W9", "idle PSS", "memory of all processes, idle (PSS)", "MB", most(100)),
    Row("W10", "growth", "its growth while {huge} go up and down", "MB", most(20)),
    Row("W9", "restart", "start on existing data to the first answer", "s"),
)

HEAD = """# Speed

Written by `make bench`: Smart Drive behind the shipped `nginx.conf` (nginx, gunicorn, worker; SQLite and disk) beside
nginx alone with its own PUT and GET, in the same run, workload by workload. Trust the shares, not the figures: they
move with the machine. No TLS; a download comes from the page cache from its second time on; every request is signed
in. What Smart Drive acknowledges is durable (fsync of bytes, folder and table); a large PUT of nginx is followed by one
fsync here, its small files are not synced. CPU seconds are those of all processes of a side; nginx's own stand beside
ours. Why gaps remain and what would be next: [performance-notes.md](performance-notes.md).

- **Commit** {commit}, {date}
- **Machine** {cores} cores, {processor}; Python {python}
- **CPU index** {before:.2f} s before, {after:.2f} s after: a fixed piece of work, so far apart is a disturbed run
- **Rounds** {rounds}; figures are medians

"""
FOOT = """
A column for copyparty, a file server many people run, appears when it has an environment of its own here:
`python3 -m venv .copyparty && .copyparty/bin/pip install copyparty`. It syncs nothing.
"""


@dataclass(frozen=True)
class Run:
    """What stands above the table."""

    commit: str
    date: datetime
    cores: int
    processor: str
    python: str
    before: float
    after: float
    rounds: int
    sizes: Mapping[str, str]
    """What stands for `big`, `huge` and `small` in the labels."""


def table(results: Results, *, sizes: Mapping[str, str]) -> str:
    others = [side for side in next(iter(results.values())) if side not in {REFERENCE, OURS}]
    titles = ["", "", REFERENCE, OURS, "goal", "", *others]
    lines = [_row(titles), _row(["---", "---", "--:", "--:", "---", "---", *["--:" for _ in others]])]
    measured = [row for row in ROWS if row.figure in results.get(row.workload, {}).get(OURS, {})]
    lines += [_row(_cells(row, results[row.workload], sizes=sizes, others=others)) for row in measured]
    return "\n".join(lines) + "\n"


def _cells(row: Row, by_side: Mapping[str, Figures], *, sizes: Mapping[str, str], others: Sequence[str]) -> list[str]:
    label = row.label.format_map(sizes)
    shown = [_number(by_side.get(side, {}).get(row.figure)) for side in (REFERENCE, OURS)]
    goal = row.goal.text if row.goal else ""
    return [
        label,
        row.unit,
        *shown,
        goal,
        verdict(row, by_side),
        *(_number(by_side[s].get(row.figure)) for s in others),
    ]


def verdict(row: Row, by_side: Mapping[str, Figures]) -> str:
    """Whether the goal is met; nothing where there is none, or another side's figure is wanted and missing."""
    if row.goal is None:
        return ""
    mine, reference = (by_side.get(side, {}).get(row.figure) for side in (OURS, row.goal.against))
    if mine is None or (row.goal.against and not reference):
        return ""
    return "met" if row.goal.met(mine, reference or 0.0) else "**not met**"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _number(value: float | None) -> str:
    return "" if value is None else number(value)


def number(value: float) -> str:
    """Three figures are all that a shared machine can promise."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def document(run: Run, results: Results) -> str:
    head = HEAD.format(
        commit=run.commit,
        date=f"{run.date:%Y-%m-%d %H:%M} UTC",
        cores=run.cores,
        processor=run.processor,
        python=run.python,
        before=run.before,
        after=run.after,
        rounds=run.rounds,
    )
    return head + table(results, sizes=run.sizes) + FOOT
