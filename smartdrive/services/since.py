"""What has been done since a change to what lies in folders, which undoing it must not take out of sight."""

from collections.abc import Sequence
from dataclasses import dataclass

from smartdrive.domain.errors import StandsInTheWay
from smartdrive.domain.events import Event
from smartdrive.domain.models import User
from smartdrive.domain.words import _
from smartdrive.records import journal
from smartdrive.services.tree import Tree

READ_AT_MOST = 1000
"""Events looked at: what has been done before so many others cannot be judged any more."""


@dataclass(frozen=True, slots=True)
class Since:
    """The folders in which something was done since a change, at any depth; None where too much was done to know."""

    folders: frozenset[str] | None

    def check(self, folder_id: str) -> None:
        """StandsInTheWay unless all in the folder is as the change left it."""
        if self.folders is None:
            raise StandsInTheWay(_("This cannot be undone: too much has been done since."))
        if folder_id in self.folders:
            raise StandsInTheWay(_("This cannot be undone: something in the folder has been changed since."))


def done_since(tree: Tree, user: User, *, change: str) -> Since:
    """What was done to a person's things since a change, and not taken back, as far as they can be seen now.

    What went out of a folder, or into the trash, is not lost with it and so does not count.
    """
    events = journal.read_since(tree.table, user.id, change=change, most=READ_AT_MOST)
    if events is None:
        return Since(None)
    places = tree.load_many(user, _standing(events, change))
    return Since(frozenset(above for each, place in places.items() for above in place.ids - {each}))


def _standing(events: Sequence[Event], change: str) -> list[str]:
    """The things of events, newest first, that were not taken back. A taking back counts only for what is older."""
    taken_back: set[tuple[str, str]] = set()
    found: dict[str, None] = {}
    for event in events:
        if not event.item or (event.change, event.item) in taken_back:
            continue
        if event.undoes >= change:
            taken_back.add((event.undoes, event.item))
        else:
            found[event.item] = None
    return list(found)
