"""The journal's rows as services write them, each in the very write of the act that it tells of."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.events import Act, Event, change_id, moment_of
from smartdrive.domain.models import Node, User
from smartdrive.ports.table import Put
from smartdrive.records import journal

STALE = timedelta(minutes=10)
"""A request that has taken so long writes under a change of its own: sealing waits longer than this for rows."""


@dataclass(frozen=True, slots=True)
class Journal:
    """Makes rows of the journal."""

    clock: Clock
    ids: Ids

    def tell(
        self,
        act: Act,
        node: Node,
        *,
        by: User | None,
        before: Node | None = None,
        trashed: datetime | None = None,
        label: str = "",
    ) -> Put:
        """That somebody, or the drive by itself, did something to a thing, which was as `before` says."""
        was = before or node
        return self._put(
            by,
            Event(
                id="",
                owner=node.owner,
                by=by.id if by else "",
                address=by.acting.address if by else "",
                act=act,
                item=node.id,
                kind=node.kind,
                name=node.name,
                parent=node.parent,
                version=node.version,
                was_name=was.name if was.name != node.name else "",
                was_parent=was.parent if was.parent != node.parent else "",
                was_version=was.version if was.version != node.version else "",
                trashed=trashed,
                label=label,
                undoes=by.acting.undoes if by else "",
            ),
        )

    def tell_emptied(self, user: User) -> Put:
        """That somebody emptied their trash."""
        return self._put(user, Event("", user.id, user.id, user.acting.address, "empty"))

    def _put(self, user: User | None, event: Event) -> Put:
        change = user.acting.change if user else ""
        if not change or moment_of(change) < self.clock() - STALE:
            change = change_id(self.clock(), self.ids())
        return journal.put_event(replace(event, id=f"{change}-{self.ids()[:8]}"))
