"""Who did what to a person's things, when and from where: read from the journal, newest first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from smartdrive.domain.clock import Clock
from smartdrive.domain.events import Act, Event
from smartdrive.domain.models import Node, Page, User
from smartdrive.ports.table import MAX_KEYS, Table
from smartdrive.records import journal, nodes
from smartdrive.services.pages import known_cursor
from smartdrive.services.tree import is_id

READ_AT_MOST = 1000
"""Rows read for one page: a filter that finds little answers what it has, and a cursor."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the journal: of one thing, by one person, of one act; "" for all."""

    item: str = ""
    actor: str = ""
    action: Act | str = ""

    def takes(self, event: Event) -> bool:
        """Whether the event is among what is wanted, whatever its thing."""
        return self.actor in ("", event.by) and self.action in ("", event.act)


@dataclass(frozen=True, slots=True)
class Activity:
    """Reads of the journal."""

    table: Table
    clock: Clock
    days: int

    def page(self, user: User, wanted: Wanted, *, limit: int, after: str | None = None) -> Page[Event]:
        """A page of what was done to the person's things. What is older than the days it is kept is not shown."""
        if wanted.item and not is_id(wanted.item):
            return Page([])
        found: list[Event] = []
        read, cursor = 0, after
        with known_cursor():
            while len(found) < limit and read < READ_AT_MOST:
                room = limit - len(found)
                rows = journal.read_events(self.table, user.id, item=wanted.item, limit=room, cursor=cursor)
                found += [each for row in rows.items if wanted.takes(each := journal.event_of(row))]
                read, cursor = read + room, rows.cursor
                if cursor is None:
                    break
        return self._kept(found, cursor)

    def all(self, user: User, wanted: Wanted) -> Iterator[Event]:
        """All of it, read as it is taken."""
        after: str | None = None
        while True:
            page = self.page(user, wanted, limit=200, after=after)
            yield from page.items
            if (after := page.next) is None:
                return

    def things(self, events: Sequence[Event]) -> Mapping[str, Node]:
        """The things of events, and the folders they are or were in, as they are now."""
        ids = {each for event in events for each in (event.item, event.parent, event.was_parent) if each}
        ordered = sorted(ids)
        pages = [ordered[at : at + MAX_KEYS] for at in range(0, len(ordered), MAX_KEYS)]
        return {node.id: node for some in pages for node in nodes.read_nodes(self.table, some) if node}

    def _kept(self, found: list[Event], cursor: str | None) -> Page[Event]:
        oldest = self.clock() - timedelta(days=self.days)
        kept = [each for each in found if each.moment >= oldest]
        return Page(kept, cursor if len(kept) == len(found) else None)
