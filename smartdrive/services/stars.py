"""Starred things: what a person wants at hand, wherever it lies."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from smartdrive.domain.clock import Clock
from smartdrive.domain.errors import BadInput, DriveError, Forbidden, NotFound
from smartdrive.domain.models import Kind, Node, Page, User
from smartdrive.domain.words import _
from smartdrive.ports.table import Action, Refused, Table
from smartdrive.records import keys, stars
from smartdrive.records.codec import text
from smartdrive.services.landing import Settled
from smartdrive.services.pages import known_cursor
from smartdrive.services.retry import Again, until_settled, wrote
from smartdrive.services.tree import Place, Tree
from smartdrive.services.writing import in_writes

Outcome = Settled | DriveError
MOST = 1000
"""Stars of a person: as many as every list can be told in one look."""
STAYS = _("The top folder stays as it is.")


@dataclass(frozen=True, slots=True)
class Stars:
    """Use cases of stars. One stays with its thing through renames, moves and the trash, and goes for good with it."""

    table: Table
    tree: Tree
    clock: Clock

    def mark(self, user: User, node_id: str, *, starred: bool, kind: Kind | None = None) -> Node:
        """Star a thing, or take its star away; asking twice changes nothing. BadInput beyond MOST stars."""
        return until_settled(lambda: self._mark(user, node_id, starred=starred, kind=kind))

    def mark_many(self, user: User, ids: Sequence[str], *, starred: bool) -> dict[str, Outcome]:
        """The same for many things; what became of each. Beyond MOST stars the first ones have theirs."""
        there = {each: place.node for each, place in self.tree.load_many(user, ids).items()}
        outcomes: dict[str, Outcome] = {each: NotFound() for each in ids if each not in there}
        outcomes |= {each: Forbidden(STAYS) for each, node in there.items() if not node.parent}
        outcomes |= {each: Settled(node) for each, node in there.items() if node.parent and node.starred == starred}
        plain = [each for each in ids if each not in outcomes]
        room = max(MOST - len(self.ids(user)), 0) if starred else len(plain)
        outcomes |= {each: _enough() for each in plain[room:]}
        acts = {each: self._marking(there[each], starred=starred) for each in plain[:room]}
        for group in in_writes(acts, besides=0):
            if wrote(self.table, *(action for each in group for action in acts[each])):
                outcomes |= {each: Settled(replace(there[each], starred=starred)) for each in group}
        rest = [each for each in acts if each not in outcomes]
        return outcomes | {each: self._tried(user, each, starred=starred) for each in rest}

    def ids(self, user: User) -> frozenset[str]:
        """All that is starred, the trash included: for lists, which show it beside the name."""
        rows = self.table.query(keys.stars(user.id), limit=MOST)
        return frozenset(text(row, "sk") for row in rows.items)

    def page(self, user: User, *, limit: int, after: str | None = None) -> Page[Place]:
        """A page of what is starred and can be seen, the latest star first; it may have fewer rows than `limit`."""
        with known_cursor():
            rows = stars.read_stars(self.table, user.id, limit=limit, cursor=after)
        ids = [text(row, "sk") for row in rows.items]
        there = self.tree.load_many(user, ids)
        return Page([there[each] for each in ids if each in there], rows.cursor)

    def _mark(self, user: User, node_id: str, *, starred: bool, kind: Kind | None) -> Node:
        node = self.tree.load(user, node_id, kind=kind).node
        if not node.parent:
            raise Forbidden(STAYS)
        if node.starred == starred:
            return node
        if starred and len(self.ids(user)) >= MOST:
            raise _enough()
        try:
            self.table.write(*self._marking(node, starred=starred))
        except Refused:
            raise Again from None
        return replace(node, starred=starred)

    def _marking(self, node: Node, *, starred: bool) -> Sequence[Action]:
        return stars.star(node, moment=self.clock()) if starred else stars.unstar(node)

    def _tried(self, user: User, node_id: str, *, starred: bool) -> Outcome:
        try:
            return Settled(self.mark(user, node_id, starred=starred))
        except DriveError as refusal:
            return refusal


def _enough() -> BadInput:
    return BadInput(_("At most %(count)s things can be starred.", count=MOST))
