"""What a drive on AWS takes and costs for 1,000, 100,000 and 10 million people, and what ends first.

    python -m benchmarks.scaling            prints the tables of docs/scaling.md
    python -m benchmarks.scaling --write    puts them there

Units of each act come from docs/aws-costs.md, which is measured; the rest stands in scaling_model.py.
"""

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks import scaling_model as model
from benchmarks.shipped import PROJECT

UNITS = PROJECT / "docs" / "aws-costs.md"
PAGE = PROJECT / "docs" / "scaling.md"
BEGIN, END = "<!-- computed: {} -->", "<!-- computed: end -->"
A_DAY = 86_400


@dataclass(frozen=True)
class Act:
    """What one act asks of the engines, as measured; `trips` are calls that wait for one another."""

    trips: int
    reads: float
    writes: float

    @classmethod
    def all(cls) -> dict[str, "Act"]:
        found = {}
        for line in UNITS.read_text("utf-8").splitlines():
            name, *cells = line.strip("| ").split(" | ")
            if line.startswith("| ") and cells[0].isdigit():
                found[name] = cls(int(cells[2]), float(cells[3]), float(cells[4]))
        return found


@dataclass(frozen=True)
class Day:
    """A person's day, in all: what it asks for."""

    requests: float
    reads: float
    writes: float
    puts: float
    gets: float
    up: float
    down: float


def day() -> Day:
    acts, times = Act.all(), model.DAY
    files, large = times["complete it"], times["complete it, three parts"]
    fetched = times["download"] + times["download by a link"]
    return Day(
        requests=sum(often for name, often in times.items() if not name.startswith("worker")),
        reads=sum(acts[name].reads * often for name, often in times.items()),
        writes=sum(acts[name].writes * often for name, often in times.items()),
        puts=files + large * (model.PARTS + 2),
        gets=fetched + files + large,
        up=files * model.SMALL_BYTES + large * model.LARGE_BYTES,
        down=fetched * model.FETCHED_BYTES,
    )


def peak(each: float, *, people: int) -> float:
    """How many a second in the busiest minutes, of what each person does so often a day."""
    return each * people / A_DAY * model.PEAK


def in_steps(amount: float, steps: Sequence[tuple[float, float]]) -> float:
    """What an amount costs of which each step has a price of its own."""
    cost = 0.0
    for size, price in steps:
        cost += min(amount, size) * price
        amount -= min(amount, size)
    return cost


def machines(people: int) -> tuple[int, model.Machine]:
    """Two at least, so that one may go."""
    busiest = peak(day().requests, people=people)
    kind = model.SMALL if busiest <= model.SMALL_UP_TO else model.LARGE
    return max(2, math.ceil(busiest / kind.bears)), kind


def idle(people: int) -> float:
    """Read units a day that nobody asks for: each instance's worker looks for work, one of them looks at everything."""
    looks = machines(people)[0] * model.LOOKS * Act.all()["worker: look, nothing due"].reads
    return looks + people * model.HELD_FILES * model.FSCK_READS / model.FSCK_DAYS


def month(people: int) -> dict[str, float]:
    """Dollars, by what they are for."""
    each, (count, kind) = day(), machines(people)
    many = people * model.DAYS
    hourly = peak(each.requests, people=people) / model.PEAK * 3600 * model.ANSWER_BYTES / model.GB
    units = max(1.0, hourly / model.BALANCER_UNIT_GB)
    rows = people * model.HELD_FILES * model.ROW_BYTES / model.GB
    return {
        f"{count} × {kind.name}": count * kind.hour * model.HOURS,
        "load balancer": (model.BALANCER_HOUR + units * model.BALANCER_UNIT_HOUR) * model.HOURS,
        "DynamoDB: units": many * (each.writes * model.WRITE_UNITS + each.reads * model.READ_UNITS),
        "DynamoDB: units of workers that look, and of `fsck`": idle(people) * model.DAYS * model.READ_UNITS,
        "DynamoDB: rows and their backup": rows * (model.ROWS_GB + model.ROWS_BACKUP_GB),
        "S3: requests": many * (each.puts * model.PUT + each.gets * model.GET),
        "S3: bytes": in_steps(people * model.HELD_BYTES / model.GB, model.STORED),
        "bytes that leave AWS": in_steps(many * each.down / model.GB, model.LEAVING),
        "logs": many * each.requests * model.LINES * model.LINE_BYTES / model.GB * model.LOGS_GB,
    }


@dataclass(frozen=True)
class Limit:
    """Something that bears so much a second, `each` of which a person asks for in a day, at its peak or on average."""

    name: str
    bears: float
    each: float
    knob: str
    at_peak: bool = True

    @property
    def people(self) -> float:
        """How many it is enough for."""
        return self.bears / (self.each / A_DAY * (model.PEAK if self.at_peak else 1.0))


@dataclass(frozen=True)
class Room:
    """Something that holds so much, `each` of which a person takes."""

    name: str
    holds: float
    each: float
    knob: str

    @property
    def people(self) -> float:
        """How many it is enough for."""
        return self.holds / self.each


def limits() -> list[Limit | Room]:
    """What all people share, the first to end first."""
    acts, times, each = Act.all(), model.DAY, day()
    begun = times["begin a small file"] + times["begin a file in parts"]
    summed, gone = times["worker: checksums of a file over 256 KB"], times["worker: take down a file"]
    sum_trips = acts["worker: checksums of a file over 256 KB"].trips * model.ROUND_TRIP
    gone_trips = acts["worker: take down a file"].trips * model.ROUND_TRIP
    reading = each.up / summed / model.READ_SPEED
    found: list[Limit | Room] = [
        Room(
            f"`fsck` once a week: memory of a {model.SMALL.name}",
            model.SMALL_FREE,
            model.HELD_FILES * model.FSCK_BYTES,
            FSCK_KNOB,
        ),
        Limit(
            "checksums: one worker at a time, file by file", 1 / (sum_trips + reading), summed, SUMS_KNOB, at_peak=False
        ),
        Limit("deleting for good: one worker at a time", 1 / gone_trips, gone, PURGE_KNOB, at_peak=False),
        Limit("`SWEEP#day` in g1: uploads begun and done", model.PARTITION_WRITES, 2 * begun, DAY_KNOB),
        Limit("`DUE#shard`: checksums due and done", model.PARTITION_WRITES * model.SHARDS, 4 * summed, SHARD_KNOB),
        Limit("keys of one hour in S3: PUTs", model.PREFIX_PUTS, each.puts, PREFIX_KNOB),
        Limit("table on demand, unless raised: write units", 40_000, each.writes, QUOTA_KNOB),
        Limit("table on demand, unless raised: read units", 40_000, each.reads, QUOTA_KNOB),
        Limit(f"two {model.SMALL.name}: requests", model.SMALL_UP_TO, each.requests, MACHINES_KNOB),
    ]
    return sorted(found, key=lambda limit: limit.people)


FSCK_KNOB = (
    "`InstanceType` with a GB more for each 2.5 million files; the kernel ends it else, and nobody looks any more"
)
SUMS_KNOB = "none: files are there, their checksums later; the lease of the job would have to be one a shard"
PURGE_KNOB = "none: what is deleted is out of sight, its bytes cost longer; the same"
DAY_KNOB = "none needed for long: DynamoDB divides a day by its random ids; until it has, 503 with `Retry-After`"
SHARD_KNOB = "`DOOM_SHARDS` in `records/keys.py`, once nothing is due"
PREFIX_KNOB = "S3 divides it by the random letters after it; ask AWS to do so beforehand, or turn those letters first"
QUOTA_KNOB = "Service Quotas: throughput of a table"
MACHINES_KNOB = "`InstanceType` and `InstancesMost` of the template"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Numbers to the right: what has none among its first row's figures is text."""
    lines = [head, ["--:" if cell[-1:].isdigit() else "---" for cell in rows[0]], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def dollars(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:,.2f}"


def costs() -> str:
    """A column for each size."""
    sizes = [month(people) for people in model.SIZES]
    names = ["instances", *list(sizes[0])[1:]]
    kinds = [next(iter(size)) for size in sizes]
    each = day()
    rows = [
        ["requests a second at the peak", *(f"{peak(each.requests, people=p):,.1f}" for p in model.SIZES)],
        ["write units a second at the peak", *(f"{peak(each.writes, people=p):,.0f}" for p in model.SIZES)],
        ["read units a second at the peak", *(f"{peak(each.reads, people=p):,.0f}" for p in model.SIZES)],
        ["instances that bear it", *kinds],
        *([f"{name}, $", *figures] for name, *figures in _dollars(names, sizes)),
        ["**together, $ a month**", *(f"**{dollars(sum(size.values()))}**" for size in sizes)],
        ["a person, $ a month", *(f"{sum(s.values()) / p:,.2f}" for s, p in zip(sizes, model.SIZES, strict=True))],
    ]
    return table(["", *(f"{people:,} people" for people in model.SIZES)], rows)


def _dollars(names: Sequence[str], sizes: Sequence[dict[str, float]]) -> list[list[str]]:
    figures = zip(*(size.values() for size in sizes), strict=True)
    return [[name, *map(dollars, row)] for name, row in zip(names, figures, strict=True)]


def bounds() -> str:
    return table(["what", "what then", "is enough for people"], [_bound(limit) for limit in limits()])


def _bound(limit: Limit | Room) -> list[str]:
    return [limit.name, limit.knob, f"{_round(limit.people):,}"]


def _round(value: float) -> int:
    """Two figures are all that a model can promise."""
    digits = max(0, len(str(int(value))) - 2)
    return int(round(value, -digits))


def computed(text: str) -> str:
    """The page with its tables as they are computed now."""
    for name, made in (("costs", costs()), ("bounds", bounds())):
        begin = BEGIN.format(name)
        before, _, rest = text.partition(begin)
        _, end, after = rest.partition(END)
        if not end:
            raise ValueError(f"docs/scaling.md has no place for {name}")
        text = f"{before}{begin}\n{made}\n{end}{after}"
    return text


def main() -> int:
    parser = argparse.ArgumentParser("benchmarks.scaling", description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="into docs/scaling.md")
    if parser.parse_args().write:
        PAGE.write_text(computed(PAGE.read_text("utf-8")), "utf-8")
    else:
        print(costs(), bounds(), sep="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
