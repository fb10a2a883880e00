"""What came or changed lately. It is read from the versions of files, which are written then anyway."""

from dataclasses import dataclass

from smartdrive.domain.models import Node, Page, User
from smartdrive.ports.table import Slice, Table
from smartdrive.records import nodes, versions
from smartdrive.records.codec import text
from smartdrive.services.pages import known_cursor
from smartdrive.services.placing import Placed, Placing

LOOKS = 5
"""Pages of the index that are read at most for one of the list: those before may be of files in the trash."""


@dataclass(frozen=True, slots=True)
class Recent:
    """Use cases of the list of recent files."""

    table: Table
    placing: Placing

    def page(self, user: User, *, limit: int, after: str | None = None) -> Page[Placed]:
        """A page of files, the one that got its bytes last first; it may have fewer rows than `limit`, even none."""
        cursor, found = after, list[Placed]()
        for _look in range(LOOKS):
            with known_cursor():
                rows = versions.read_recent(self.table, user.id, limit=limit, cursor=cursor)
            cursor, found = rows.cursor, self.placing.placed(self._current(user, rows))
            if found or cursor is None:
                break
        return Page(found, cursor)

    def _current(self, user: User, rows: Slice) -> list[Node]:
        """The files whose present version is among these; a version that was replaced says nothing any more."""
        read = nodes.read_many(self.table, [text(row, "node") for row in rows.items])
        pairs = zip(rows.items, read, strict=True)
        return [node for row, node in pairs if node and node.owner == user.id and node.version == text(row, "id")]
