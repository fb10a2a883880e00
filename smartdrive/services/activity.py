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

CHUNK = 200
"""Rows a trip where a filter leaves some of them out, however few are wanted."""
PAST = "~"
"""Stands in no id and in no cursor of an engine."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the journal: of one thing, by one person, of one act; "" for all."""

    item: str = ""
    actor: str = ""
    action: Act | str = ""

    @property
    def picks(self) -> bool:
        """Whether it leaves out some of the rows that are read for it."""
        return bool(self.actor or self.action)

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
        past, chunk = _place_of(after)
        found, size = list[Event](), CHUNK if wanted.picks else limit
        for _ in range(max(1, READ_AT_MOST // size)):
            with known_cursor():
                rows = journal.read_events(self.table, user.id, item=wanted.item, limit=size, cursor=chunk)
            events = [journal.event_of(row) for row in rows.items]
            some = [each for each in events if wanted.takes(each) and (not past or each.id < past)]
            room = limit - len(found)
            found += some[:room]
            if len(some) > room:
                return self._kept(found, f"{found[-1].id}{PAST}{chunk or ''}")
            chunk = rows.cursor
            if chunk is None or len(found) == limit:
                break
        return self._kept(found, chunk)

    def whole(self, user: User, wanted: Wanted, *, limit: int, after: str | None = None) -> Page[Event]:
        """As page(), with the rest of the last change where the page would cut it: it may have more than `limit`."""
        page = self.page(user, wanted, limit=limit, after=after)
        found, place, size = list(page.items), page.next, 1
        while found and place:
            more = self.page(user, wanted, limit=size, after=place)
            rest = [each for each in more.items if each.change == found[-1].change]
            found += rest
            if len(rest) < len(more.items):
                past = f"{found[-1].id}{PAST}{_place_of(place)[1] or ''}"
                return Page(found, past if rest else place)
            place, size = more.next, limit
            if not rest:
                break
        return Page(found, place)

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


def _place_of(after: str | None) -> tuple[str, str | None]:
    """Where a page goes on: past which event, among the rows from which cursor on."""
    past, _, chunk = (after or "").rpartition(PAST)
    return past, chunk or None
