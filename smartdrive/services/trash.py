"""The trash: in at once, out again, or gone for good. Purging itself is the worker's."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from smartdrive.domain.clock import Clock
from smartdrive.domain.errors import Forbidden, NotFound
from smartdrive.domain.models import Kind, Node, Page, Trashed, User
from smartdrive.domain.words import _
from smartdrive.ports.table import Action, Refused, Table
from smartdrive.records import nodes, words
from smartdrive.records import trash as records
from smartdrive.services.guards import Guard, anything
from smartdrive.services.homes import Homes
from smartdrive.services.journal import Journal
from smartdrive.services.landing import Names
from smartdrive.services.pages import known_cursor
from smartdrive.services.retry import Again, until_settled
from smartdrive.services.tree import Place, Tree, way_down


@dataclass(frozen=True, slots=True)
class Trash:
    """Use cases of the trash."""

    table: Table
    tree: Tree
    names: Names
    clock: Clock
    trash_days: int
    journal: Journal
    homes: Homes

    def put(self, user: User, node_id: str, *, kind: Kind | None = None, still: Guard = anything) -> Node:
        """Move a thing to the trash, with all below it, at once and whatever its size.

        `still` looks at the thing as the write will insist on it.
        """
        return until_settled(lambda: self._put(user, node_id, kind=kind, still=still))

    def page(self, user: User, *, limit: int = 100, after: str | None = None) -> Page[Trashed]:
        """A page of the trash, newest first."""
        with known_cursor():
            rows = records.read_trash(self.table, user.id, limit=limit, cursor=after)
        emptied = records.emptied_until(self.table, user.id)
        found = [records.trashed_of(item) for item in rows.items]
        kept = [row for row in found if emptied is None or row.deleted > emptied]
        return Page(kept, rows.cursor if len(kept) == len(found) else None)

    def restore(self, user: User, node_id: str, *, still: Guard = anything) -> Node:
        """Bring a thing back to where it was; a folder that is gone is made again, a taken name gets a number."""
        return until_settled(lambda: self._restore(user, node_id, still=still))

    def purge(self, user: User, node_id: str) -> None:
        """Delete a thing in the trash for good: hidden at once, its room given back by the worker."""
        until_settled(lambda: self._purge(user, self._find(user, node_id)))

    def empty(self, user: User) -> None:
        """Delete all that is in the trash now for good; answers at once whatever its size."""
        until_settled(lambda: self._empty(user))

    def _put(self, user: User, node_id: str, *, kind: Kind | None, still: Guard) -> Node:
        place = self.tree.load(user, node_id, kind=kind)
        node = place.node
        if not node.parent:
            raise Forbidden(_("The top folder stays as it is."))
        still(node)
        moment = self.clock()
        self._write(*self.leaving(place, moment, by=user), *tree_of([node]))
        return replace(node, state="trashed", trashed=moment)

    def leaving(self, place: Place, moment: datetime, *, by: User) -> list[Action]:
        """What puts a thing into the trash, but for the tree version."""
        node, way = place.node, way_down(place.trail[:-1])
        told = self.journal.tell("trash", node, by=by, trashed=moment)
        entered = records.discard(node, way=way, moment=moment, days=self.trash_days)
        return [nodes.release_name(node), *entered, told]

    def coming_back(self, node: Node, back: Node, *, by: User) -> list[Action]:
        """What brings a thing back to where `back` says, but for the tree version and the folder's check."""
        told = self.journal.tell("restore", back, by=by, before=node)
        claimed = nodes.claim_name(back)
        return [nodes.revive_node(node, back), *claimed, records.take_out(node), told, *words.rename(node, back)]

    def _find(self, user: User, node_id: str) -> Node:
        node = self.tree.node(node_id)
        if node is None or not is_in_trash(node, user, emptied=records.emptied_until(self.table, user.id)):
            raise NotFound
        return node

    def _restore(self, user: User, node_id: str, *, still: Guard) -> Node:
        node = self._find(user, node_id)
        still(node)
        back = replace(node, state="live", trashed=None, parent=self._home(user, node))
        back = replace(back, name=self.names.free_name(back.parent, node.name))
        self._write(*self.coming_back(node, back, by=user), nodes.live(back.parent), *tree_of([node]))
        return back

    def _home(self, user: User, node: Node) -> str:
        """The folder it was in while that can be seen, else one of the names that led there, made where it is gone."""
        parent = self.tree.node(node.parent)
        if parent is not None and self.tree.visible(parent):
            return parent.id
        [way] = records.ways_of(self.table, [node])
        return self.homes.again(user, [way])[way]

    def _purge(self, user: User, node: Node) -> None:
        gone = nodes.doom_node(node), records.take_out(node), records.due_purge(node.id)
        self._write(*gone, self.journal.tell("purge", node, by=user))

    def _empty(self, user: User) -> None:
        self.table.write(*records.mark_emptied(user.id, self.clock()), self.journal.tell_emptied(user))

    def _write(self, *actions: Action) -> None:
        try:
            self.table.write(*actions)
        except Refused:
            raise Again from None


def tree_of(some: Sequence[Node]) -> list[Action]:
    """Folders that come or go change the tree that others may have read; all are of one owner."""
    return [nodes.bump_tree(some[0].owner)] if any(node.kind == "folder" for node in some) else []


def is_in_trash(node: Node, user: User, *, emptied: datetime | None) -> bool:
    """Whether the thing is in this person's trash, which was emptied up to a moment."""
    if node.owner != user.id or node.state != "trashed" or node.trashed is None:
        return False
    return emptied is None or node.trashed > emptied
