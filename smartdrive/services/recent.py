"""What came or changed lately. It is read from the versions of files, which are written then anyway."""

from dataclasses import dataclass

from smartdrive.domain.models import Page, User
from smartdrive.ports.table import Slice, Table
from smartdrive.records import versions
from smartdrive.records.codec import text
from smartdrive.services.pages import known_cursor
from smartdrive.services.tree import Place, Tree

LOOKS = 5
"""Pages of the index that are read at most for one of the list: those before may be of files in the trash."""


@dataclass(frozen=True, slots=True)
class Recent:
    """Use cases of the list of recent files."""

    table: Table
    tree: Tree

    def page(self, user: User, *, limit: int, after: str | None = None) -> Page[Place]:
        """A page of files, the one that got its bytes last first; it may have fewer rows than `limit`, even none."""
        cursor, found = after, list[Place]()
        for _look in range(LOOKS):
            with known_cursor():
                rows = versions.read_recent(self.table, user.id, limit=limit, cursor=cursor)
            cursor, found = rows.cursor, self._current(user, rows)
            if found or cursor is None:
                break
        return Page(found, cursor)

    def _current(self, user: User, rows: Slice) -> list[Place]:
        """The files whose present version is among these; a version that was replaced says nothing any more."""
        there = self.tree.load_many(user, [text(row, "node") for row in rows.items])
        pairs = [(there.get(text(row, "node")), text(row, "id")) for row in rows.items]
        return [place for place, version in pairs if place and place.node.version == version]
