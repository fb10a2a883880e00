"""Counters of limits. A window is one row: how many tries, how many of them failed for sure, and when it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from smartdrive.domain.clock import stamp
from smartdrive.ports.table import Absent, Change, Delete, Equals, Item, Put, Table, Value
from smartdrive.records import keys
from smartdrive.records.codec import number, time

SWEEP_AFTER = 60 * 60


@dataclass(frozen=True, slots=True)
class Window:
    """`count` tries were begun and not given back; `failed` of them are known to have failed."""

    name: str
    count: int
    failed: int
    ends: datetime


def read_window(table: Table, name: str) -> Window | None:
    """The window counted last, over or not."""
    item = table.get(keys.limit(name))
    return window_of(name, item) if item else None


def window_of(name: str, item: Item) -> Window:
    """The window of its row."""
    return Window(name, number(item, "count"), number(item, "failed"), time(item, "ends"))


def begin(window: Window, *, instead_of: Window | None) -> Put:
    """Begin a window; refused when another one was begun since `instead_of` was read."""
    key = keys.limit(window.name)
    when = Equals("ends", stamp(instead_of.ends)) if instead_of else Absent()
    numbers = {"count": window.count, "failed": window.failed}
    ttl = int(window.ends.timestamp()) + SWEEP_AFTER
    return Put({"pk": key.pk, "sk": key.sk, **numbers, "ends": stamp(window.ends), "ttl": ttl}, (when,))


def count(window: Window, amount: int) -> Change:
    """Count up; refused when the window is not the current one any more. Returns both numbers."""
    return _change(window, count=amount, failed=0)


def counted(window: Window, numbers: Mapping[str, Value]) -> Window:
    """The window after `count`."""
    return replace(window, count=int(str(numbers["count"])), failed=int(str(numbers["failed"])))


def fail(window: Window) -> Change:
    """One of the tries failed for sure; refused when the window has gone."""
    return _change(window, failed=1)


def give_back(window: Window) -> Change:
    """One of the tries does not count; refused when the window has gone."""
    return _change(window, count=-1)


def delete_window(name: str) -> Delete:
    """Forget what was counted."""
    return Delete(keys.limit(name))


def _change(window: Window, **numbers: int) -> Change:
    return Change(keys.limit(window.name), add=numbers, when=(Equals("ends", stamp(window.ends)),))
