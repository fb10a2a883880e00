"""Folders: making them, finding a path, and listing what is in one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.errors import BadInput, Exists, NotFound
from smartdrive.domain.models import Node, Page, User
from smartdrive.domain.names import check_name
from smartdrive.domain.words import _
from smartdrive.ports.table import BadCursor, Refused, Slice, Table
from smartdrive.records import keys, nodes, words
from smartdrive.records.nodes import Entry
from smartdrive.services.journal import Journal
from smartdrive.services.pages import known_cursor
from smartdrive.services.retry import Again, until_settled
from smartdrive.services.tree import Place, Tree

SORTS = tuple(f"{turn}{name}" for name in nodes.SORTS for turn in ("", "-"))
MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class Listing:
    """A folder, the way to it, and one page of what is in it."""

    place: Place
    page: Page[Entry]


@dataclass(frozen=True, slots=True)
class Folders:
    """Use cases of folders."""

    table: Table
    tree: Tree
    clock: Clock
    ids: Ids
    journal: Journal

    def create(self, user: User, parent_id: str, *, name: str) -> Node:
        """Make a folder; Exists when the name is taken, NotFound when the parent is not there."""
        return self._make(user, self.tree.folder(user, parent_id), name=check_name(name))

    def ensure(self, parent: Node, steps: Sequence[str], *, by: User | None = None) -> Node:
        """The folder at the end of a path of checked names below `parent`, made where it is not there yet."""
        here = parent
        for step in steps:
            here = until_settled(lambda here=here, step=step: self._enter(by, here, name=step))  # type: ignore[misc]
        return here

    def find(self, parent: Node, steps: Sequence[str]) -> Entry:
        """What stands at the end of a path of names below `parent`; NotFound when a step leads nowhere."""
        folder_id, found = parent.id, None
        for at, step in enumerate(steps):
            found = nodes.named(self.table, folder_id, names=[step])[0]
            if found is None or (found.kind == "file" and at < len(steps) - 1):
                raise NotFound
            folder_id = found.id
        if found is None:
            raise NotFound
        return found

    def page(self, user: User, folder_id: str, *, sort: str, limit: int, after: str | None = None) -> Listing:
        """One page of a folder, folders first whatever the order; BadInput for a wrong order, limit or cursor."""
        if sort not in SORTS:
            raise BadInput(_("Sort by name, modified, created, size or type."), fields={"sort": _("Unknown order.")})
        if not 1 <= limit <= MAX_PAGE:
            raise BadInput(_("A page has 1 to %(count)s rows.", count=MAX_PAGE), fields={"limit": _("Out of range.")})
        place = self.tree.load(user, folder_id, kind="folder")
        with known_cursor():
            return Listing(place, self._page(place.node.id, sort=sort, limit=limit, after=after))

    def files(self, user: User, *, limit: int, after: str | None = None) -> Page[Entry]:
        """One page of the files of the top folder, by name."""
        folder = self.tree.folder(user, "root")
        with known_cursor():
            rows = nodes.page(self.table, folder.id, sort="name", begins=keys.FILE, limit=limit, cursor=after)
        return Page([nodes.entry_of(item) for item in rows.items], rows.cursor)

    def _page(self, folder_id: str, *, sort: str, limit: int, after: str | None) -> Page[Entry]:
        """Upwards the key order has folders first by itself; downwards they are a range of their own."""
        if not sort.startswith("-"):
            rows = nodes.page(self.table, folder_id, sort=sort, begins="", limit=limit, cursor=after)
            return Page([nodes.entry_of(item) for item in rows.items], rows.cursor)
        lead, cursor = _range_of(after)
        rows = nodes.page(self.table, folder_id, sort=sort, begins=lead, limit=limit, cursor=cursor)
        found, following = rows.items, _cursor(lead, rows)
        if lead == keys.FOLDER and rows.cursor is None:
            room = limit - len(found)
            rows = nodes.page(self.table, folder_id, sort=sort, begins=keys.FILE, limit=room or 1, cursor=None)
            following = _cursor(keys.FILE, rows) if room else "F." if rows.items else None
            found = found + rows.items[:room]
        return Page([nodes.entry_of(item) for item in found], following)

    def _enter(self, user: User | None, parent: Node, *, name: str) -> Node:
        found = nodes.named(self.table, parent.id, names=[name])[0]
        if found is None:
            try:
                return self._make(user, parent, name=name)
            except Exists:
                raise Again from None
        if found.kind == "file":
            raise Exists(more={"existing": found})
        return replace(parent, id=found.id, name=found.name, parent=parent.id)

    def _make(self, user: User | None, parent: Node, *, name: str) -> Node:
        moment = self.clock()
        folder = Node(self.ids(), "folder", name, parent.id, parent.owner, moment, moment)
        entry, other = nodes.claim_name(folder)

        def write() -> Node:
            try:
                told = self.journal.tell("make", folder, by=user)
                made = nodes.put_node(folder), nodes.live(parent.id), told
                self.table.write(entry, other, *made, *words.enter(folder))
            except Refused as refused:
                if 3 in refused.failed:
                    raise NotFound from None
                raise Exists(more={"existing": nodes.named(self.table, parent.id, names=[name])[0]}) from None
            return folder

        return until_settled(write)


def _range_of(after: str | None) -> tuple[str, str | None]:
    """Which range a downward cursor stands in: its first letter says so."""
    if after is None:
        return keys.FOLDER, None
    lead, dot, cursor = after.partition(".")
    if lead not in ("D", "F") or not dot:
        raise BadCursor
    return lead + "#", cursor or None


def _cursor(lead: str, rows: Slice) -> str | None:
    return f"{lead[0]}.{rows.cursor}" if rows.cursor else None
