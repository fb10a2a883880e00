"""Undoing a change: by ordinary acts, which hold to the things being as that change left them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from smartdrive.domain.clock import Clock
from smartdrive.domain.errors import Busy, Cycle, DriveError, Exists, Forbidden, NotFound, StandsInTheWay
from smartdrive.domain.events import Act, Event
from smartdrive.domain.models import Node, User
from smartdrive.domain.words import _
from smartdrive.ports.table import Table
from smartdrive.records import journal
from smartdrive.records.trash import emptied_until
from smartdrive.services.guards import Guard
from smartdrive.services.items import Items
from smartdrive.services.since import Since, done_since
from smartdrive.services.trash import Trash, is_in_trash
from smartdrive.services.versions import Versions

Outcome = Node | DriveError
BACK_FIRST: tuple[Act, ...] = ("restore", "move", "rename", "replace", "restore_version", "copy", "trash")
"""What can be undone, in this order: what took a name makes room for what had it."""
PURGED = _("It was deleted for ever.")
REASONS: Mapping[Act, str] = {
    "unshare": _("A link that was ended stays ended. You can make a new one."),
    "purge": PURGED,
    "empty": PURGED,
    "delete_version": PURGED,
}
INSTEAD: Mapping[type[DriveError], str] = {
    NotFound: _("This cannot be undone: it is not there any more, or the place it was in is gone."),
    Exists: _("This cannot be undone: something else has its name there now."),
    Cycle: _("This cannot be undone: the folder it was in now lies in it."),
    Forbidden: StandsInTheWay.title,
}


@dataclass(frozen=True, slots=True)
class Undo:
    """Takes changes back while they are young and nothing has been changed since."""

    table: Table
    items: Items
    trash: Trash
    versions: Versions
    clock: Clock
    days: int

    def undo(self, user: User, change: str) -> dict[Event, Outcome]:
        """Undo all that one request did; each thing for itself. StandsInTheWay when none of it can be.

        NotFound for a change that is not in the person's journal.
        """
        events = journal.read_change(self.table, user.id, change=change) if _is_change(change) else []
        if not events:
            raise NotFound
        me = replace(user, acting=replace(user.acting, undoes=change))
        buries = any(_buries(event) for event in events)
        since = done_since(self.trash.tree, user, change=change) if buries else Since(frozenset())
        outcomes = {event: self._tried(me, event, since=since) for event in _in_order(events)}
        refusals = [each for each in outcomes.values() if isinstance(each, DriveError)]
        if len(refusals) == len(outcomes):
            raise refusals[0]
        return outcomes

    def able(self, user: User, events: Sequence[Event], *, things: Mapping[str, Node]) -> frozenset[str]:
        """The ids of those events that could be undone as their things are now, for pages that offer it."""
        nodes = ((each, things.get(each.item)) for each in events)
        found = [(each, node) for each, node in nodes if node and self._could(each, node)]
        trashed = any(each.act == "trash" for each, _ in found)
        emptied = emptied_until(self.table, user.id) if trashed else None
        kept = (each for each, node in found if node.state == "live" or is_in_trash(node, user, emptied=emptied))
        return frozenset(each.id for each in kept)

    def _could(self, event: Event, node: Node) -> bool:
        try:
            self._judge(event)
        except StandsInTheWay:
            return False
        return _as_left(event, node) and node.state == ("trashed" if event.act == "trash" else "live")

    def _tried(self, me: User, event: Event, *, since: Since) -> Outcome:
        try:
            self._judge(event)
            if _buries(event):
                since.check(event.item)
            return self._back(me, event)
        except Busy:
            raise
        except DriveError as refusal:
            sentence = INSTEAD.get(type(refusal))
            return StandsInTheWay(sentence) if sentence else refusal

    def _judge(self, event: Event) -> None:
        """StandsInTheWay for what can never be undone, or not any more."""
        if event.act not in BACK_FIRST:
            raise StandsInTheWay(REASONS.get(event.act) or _("This is nothing that can be undone."))
        if event.moment < self.clock() - timedelta(days=self.days):
            raise StandsInTheWay(_("This was more than %(count)s days ago.", count=self.days))

    def _back(self, me: User, event: Event) -> Node:
        ways: dict[Act, Callable[[User, Event], Node]] = {
            "move": self._move,
            "rename": self._move,
            "trash": self._restore,
            "restore": self._put,
            "copy": self._put,
            "replace": self._version,
            "restore_version": self._version,
        }
        return ways[event.act](me, event)

    def _move(self, me: User, event: Event) -> Node:
        name, parent = event.was_name or None, event.was_parent or None
        return self.items.change(me, event.item, kind=event.kind, name=name, parent=parent, still=_still(event))

    def _restore(self, me: User, event: Event) -> Node:
        return self.trash.restore(me, event.item, still=_still(event))

    def _put(self, me: User, event: Event) -> Node:
        return self.trash.put(me, event.item, kind=event.kind, still=_still(event))

    def _version(self, me: User, event: Event) -> Node:
        return self.versions.restore(me, event.item, version_id=event.was_version, still=_still(event))


def _still(event: Event) -> Guard:
    """Insists that the thing is as the event left it, in what the event touched."""

    def look(node: Node) -> None:
        if not _as_left(event, node):
            raise StandsInTheWay

    return look


def _buries(event: Event) -> bool:
    """Whether undoing it takes a folder out of sight, with all that is in it."""
    return event.kind == "folder" and event.act in ("copy", "restore")


def _as_left(event: Event, node: Node) -> bool:
    if event.act == "trash":
        return node.trashed == event.trashed
    if event.act in ("replace", "restore_version"):
        return node.version == event.version
    here = node.parent == event.parent or not (event.was_parent or event.act in ("restore", "copy"))
    named = node.name == event.name or not (event.was_name or event.act in ("restore", "copy"))
    return here and named and (event.act != "copy" or node.version == event.version)


def _in_order(events: Sequence[Event]) -> list[Event]:
    """What went to the trash comes back from the top down, and what came out of it goes back from the bottom up."""
    above = {event.item: event.parent for event in events}
    depth = {event.item: _depth(event, above) for event in events}
    turned = {"restore": -1, "trash": 1}
    known = {act: at for at, act in enumerate(BACK_FIRST)}
    return sorted(events, key=lambda each: (known.get(each.act, -1), turned.get(each.act, 0) * depth[each.item]))


def _depth(event: Event, above: Mapping[str, str]) -> int:
    """How many of the folders above the thing are among the things of the same change."""
    depth, here = 0, event.parent
    while here in above and depth < len(above):
        depth, here = depth + 1, above[here]
    return depth


def _is_change(text: str) -> bool:
    return text.isascii() and 0 < len(text) <= 64 and "#" not in text
