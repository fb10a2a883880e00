"""What the last look found at whether the drive is sound: for whoever watches over it, since it is a run of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from smartdrive.domain.clock import stamp
from smartdrive.ports.table import Item, Put, Table
from smartdrive.records import keys
from smartdrive.records.codec import number, time

FOUND = "found_"


@dataclass(frozen=True, slots=True)
class Checked:
    """How many things are wrong by rule, and by how many bytes the rooms of all people are off, when it ended."""

    ended: datetime
    found: Mapping[str, int]
    drift: int


def put_checked(checked: Checked) -> Put:
    """Remember it, instead of what was found before."""
    key = keys.checked()
    item: Item = {"pk": key.pk, "sk": key.sk, "ended": stamp(checked.ended), "drift": checked.drift}
    return Put(item | {FOUND + rule: count for rule, count in checked.found.items()})


def read_checked(table: Table) -> Checked | None:
    """The last one; None when nobody has looked yet."""
    item = table.get(keys.checked())
    if item is None:
        return None
    found = {name.removeprefix(FOUND): number(item, name) for name in item if name.startswith(FOUND)}
    return Checked(time(item, "ended"), found, number(item, "drift"))
