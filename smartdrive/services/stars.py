"""Starred things: what a person wants at hand, wherever it lies."""

from dataclasses import dataclass, replace

from smartdrive.domain.clock import Clock
from smartdrive.domain.errors import BadInput, Forbidden
from smartdrive.domain.models import Kind, Node, Page, User
from smartdrive.domain.words import _
from smartdrive.ports.table import Refused, Table
from smartdrive.records import keys, nodes, stars
from smartdrive.records.codec import text
from smartdrive.services.pages import known_cursor
from smartdrive.services.placing import Placed, Placing
from smartdrive.services.retry import Again, until_settled
from smartdrive.services.tree import Tree

MOST = 1000
"""Stars of a person: as many as every list can be told in one look."""


@dataclass(frozen=True, slots=True)
class Stars:
    """Use cases of stars. One stays with its thing through renames, moves and the trash, and goes for good with it."""

    table: Table
    tree: Tree
    placing: Placing
    clock: Clock

    def mark(self, user: User, node_id: str, *, starred: bool, kind: Kind | None = None) -> Node:
        """Star a thing, or take its star away; asking twice changes nothing. BadInput beyond MOST stars."""
        return until_settled(lambda: self._mark(user, node_id, starred=starred, kind=kind))

    def ids(self, user: User) -> frozenset[str]:
        """All that is starred, the trash included: for lists, which show it beside the name."""
        rows = self.table.query(keys.stars(user.id), limit=MOST)
        return frozenset(text(row, "sk") for row in rows.items)

    def page(self, user: User, *, limit: int, after: str | None = None) -> Page[Placed]:
        """A page of what is starred and can be seen, the latest star first; it may have fewer rows than `limit`."""
        with known_cursor():
            rows = stars.read_stars(self.table, user.id, limit=limit, cursor=after)
        found = nodes.read_many(self.table, [text(row, "sk") for row in rows.items])
        return Page(self.placing.placed([node for node in found if node]), rows.cursor)

    def _mark(self, user: User, node_id: str, *, starred: bool, kind: Kind | None) -> Node:
        node = self.tree.load(user, node_id, kind=kind).node
        if not node.parent:
            raise Forbidden(_("The top folder stays as it is."))
        if node.starred == starred:
            return node
        if starred and len(self.ids(user)) >= MOST:
            raise BadInput(_("At most %(count)s things can be starred.", count=MOST))
        try:
            self.table.write(*(stars.star(node, moment=self.clock()) if starred else stars.unstar(node)))
        except Refused:
            raise Again from None
        return replace(node, starred=starred)
