"""The journal: a row for each act on a thing, under the thing's owner, in order of time. Rows are never changed."""

import hashlib
import json

from smartdrive.domain.clock import stamp
from smartdrive.domain.events import Event
from smartdrive.ports.table import MAX_PAGE, Absent, Item, Put, Slice, Table
from smartdrive.records import journal_keys
from smartdrive.records.codec import optional_time, text

SINCE_A_TRIP = 100
"""Most that is undone was done a moment ago."""
_TEXTS = ("item", "name", "parent", "version", "was_name", "was_parent", "was_version", "label", "undoes")


def put_event(event: Event) -> Put:
    """Remember an act. What is empty is not stored: a row stays under 1 KB."""
    key = journal_keys.event(event.owner, event.id)
    item: Item = {"pk": key.pk, "sk": key.sk, "act": event.act}
    item |= {name: value for name in _TEXTS if (value := getattr(event, name))}
    item |= {name: value for name, value in (("by", event.by), ("address", event.address)) if value}
    if event.item:
        item |= {"kind": event.kind, "l1": f"{event.item}#{event.id}"}
    if event.trashed:
        item["trashed"] = stamp(event.trashed)
    return Put(item, (Absent(),))


def event_of(item: Item) -> Event:
    """The event of its row."""
    return Event(
        id=text(item, "sk"),
        owner=text(item, "pk").removeprefix(journal_keys.JOURNAL),
        by=text(item, "by"),
        address=text(item, "address"),
        act=text(item, "act"),  # type: ignore[arg-type]
        kind="folder" if text(item, "kind") == "folder" else "file",
        trashed=optional_time(item, "trashed"),
        **{name: text(item, name) for name in _TEXTS},
    )


def read_events(table: Table, owner: str, *, item: str = "", limit: int, cursor: str | None = None) -> Slice:
    """A page of what was done to a person's things, or to one of them, newest first."""
    return table.query(
        journal_keys.journal(owner),
        index="l1" if item else None,
        begins=f"{item}#" if item else "",
        limit=limit,
        cursor=cursor,
        descending=True,
    )


def read_change(table: Table, owner: str, *, change: str) -> list[Event]:
    """All that one request did: a few events for each of its things, which are a thousand at most."""
    rows = table.query(journal_keys.journal(owner), begins=f"{change}-", limit=MAX_PAGE)
    found = rows.items
    while rows.cursor:
        rows = table.query(journal_keys.journal(owner), begins=f"{change}-", limit=MAX_PAGE, cursor=rows.cursor)
        found = [*found, *rows.items]
    return [event_of(row) for row in found]


def read_since(table: Table, owner: str, *, change: str, most: int) -> list[Event] | None:
    """All that was done after a change, newest first; None where that is more than so many events."""
    found: list[Event] = []
    cursor: str | None = None
    while len(found) <= most:
        rows = read_events(table, owner, limit=SINCE_A_TRIP, cursor=cursor)
        later = [event for row in rows.items if (event := event_of(row)).change > change]
        found += later
        cursor = rows.cursor
        if len(later) < len(rows.items) or cursor is None:
            break
    return found if len(found) <= most else None


def read_oldest(table: Table, owner: str, *, limit: int, cursor: str | None = None) -> Slice:
    """A page of the journal, oldest first."""
    return table.query(journal_keys.journal(owner), limit=limit, cursor=cursor)


def read_day(table: Table, owner: str, *, day: str, limit: int, cursor: str | None = None) -> Slice:
    """A page of what was done on a day, as events begin with it, oldest first."""
    return table.query(journal_keys.journal(owner), begins=day, limit=limit, cursor=cursor)


def digest_of(item: Item) -> str:
    """SHA-256 of a row as it stands in the table, in hex."""
    written = json.dumps(item, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()
