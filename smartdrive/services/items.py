"""What files and folders have in common: rename and move, with a choice where the name is taken."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from smartdrive.domain.clock import Clock
from smartdrive.domain.errors import BadInput, Cycle, Exists, Forbidden
from smartdrive.domain.events import Act
from smartdrive.domain.models import Conflict, Kind, Level, Node, User
from smartdrive.domain.names import check_name
from smartdrive.domain.words import _
from smartdrive.ports.table import Action, Key, Refused, Table
from smartdrive.records import keys, nodes, trash, words
from smartdrive.services.guards import Guard, anything
from smartdrive.services.journal import Journal
from smartdrive.services.landing import Arrival, Landing, Names, Settled, way_past
from smartdrive.services.retry import Again, until_settled
from smartdrive.services.tree import Place, Tree, way_down


@dataclass(frozen=True, slots=True)
class Wish:
    """A new name, a new folder, or both, and what to do when the name is taken there."""

    name: str | None = None
    parent: str | None = None
    conflict: Conflict = "ask"


@dataclass(frozen=True, slots=True)
class Items:
    """Use cases of things in folders."""

    table: Table
    tree: Tree
    names: Names
    clock: Clock
    trash_days: int
    journal: Journal

    def change(
        self,
        user: User,
        node_id: str,
        *,
        kind: Kind,
        name: str | None = None,
        parent: str | None = None,
        conflict: Conflict = "ask",
        still: Guard = anything,
    ) -> Node:
        """Rename, move, or both at once. Exists when the name is taken there, Cycle when a folder would enter itself.

        The cost does not grow with what is below: nothing there is rewritten. Replacing puts what stands there into
        the trash in the same write; skipping leaves the thing as it is. `still` looks at the thing as the
        write will insist on it.
        """
        return self.settle(user, node_id, kind=kind, wish=Wish(name, parent, conflict), still=still).node

    def settle(self, user: User, node_id: str, *, kind: Kind, wish: Wish, still: Guard = anything) -> Settled:
        """As `change`, and whether it was skipped."""
        if wish.name is None and wish.parent is None:
            raise BadInput(_("Say a new name, a new folder, or both."))
        checked = replace(wish, name=check_name(wish.name) if wish.name is not None else None)
        return until_settled(lambda: self._change(user, node_id, kind=kind, wish=checked, still=still))

    def actions(self, node: Node, landing: Landing, *, by: User, into: Sequence[Level]) -> list[Action]:
        """What moves a thing; the first two are refused when its name is taken.

        `into` is the way to the folder it comes to, that folder last. The folder's check is the caller's, and the tree
        version where folders come or go (`stirs`).
        """
        moved, instead, moment = landing.node, landing.instead, self.clock()
        act: Act = "rename" if moved.parent == node.parent else "move"
        told = self.journal.tell(act, moved, by=by, before=node)
        change = nodes.change_node(node, name=moved.name, parent=moved.parent)
        if place_of(node) == place_of(moved):
            return [nodes.replace_entry(moved), change, told, *words.rename(node, moved)]
        found: list[Action] = [*nodes.claim_name(moved, instead=instead), change, nodes.release_name(node), told]
        if instead:
            found += trash.discard(instead, way=way_down(into), moment=moment, days=self.trash_days)
            found.append(self.journal.tell("trash", instead, by=by, trashed=moment))
        return [*found, *words.rename(node, moved)]

    def _change(self, user: User, node_id: str, *, kind: Kind, wish: Wish, still: Guard) -> Settled:
        version = nodes.tree_version(self.table, user.id) if kind == "folder" and wish.parent else None
        place = self.tree.load(user, node_id, kind=kind)
        node = place.node
        still(node)
        if not node.parent:
            raise Forbidden(_("The top folder stays as it is."))
        target = self._target(user, place, parent=wish.parent)
        moved = replace(node, name=wish.name or node.name, parent=target[-1].id)
        if moved == node:
            return Settled(node)
        landing = self._landing(place, moved, conflict=wish.conflict)
        if landing is None:
            return Settled(node, skipped=True)
        actions = self.actions(node, landing, by=user, into=target)
        version = version if moved.parent != node.parent else None
        self._write(actions, node=node, landing=landing, version=version, asks=wish.conflict == "ask")
        return Settled(landing.node)

    def _target(self, user: User, place: Place, *, parent: str | None) -> Sequence[Level]:
        """The way to the folder it comes to, that folder last."""
        if parent is None:
            return place.trail[:-1]
        target = self.tree.load(user, parent, kind="folder")
        if place.node.id in target.ids:
            raise Cycle
        return target.trail

    def _landing(self, place: Place, moved: Node, *, conflict: Conflict) -> Landing | None:
        """Where it lands, None for nowhere. Who only asks needs no look: the write says whether the name is taken."""
        if conflict == "ask" or place_of(place.node) == place_of(moved):
            return Landing(moved)
        taken = nodes.named(self.table, moved.parent, names=[moved.name])[0]
        if taken is None:
            return Landing(moved)
        way = way_past(taken, Arrival(moved, place.node, place.ids), conflict=conflict)
        if way == "skipped":
            return None
        if way == "numbered":
            return Landing(replace(moved, name=self.names.free_name(moved.parent, moved.name)))
        return Landing(moved, instead=self.standing(taken.id))

    def standing(self, node_id: str) -> Node:
        """The live thing that an entry named a moment ago."""
        found = nodes.read_node(self.table, node_id)
        if found is None or found.state != "live":
            raise Again
        return found

    def _write(
        self, actions: Sequence[Action], *, node: Node, landing: Landing, version: int | None, asks: bool
    ) -> None:
        moved = landing.node
        besides: list[Action] = [nodes.live(moved.parent)] if moved.parent != node.parent else []
        if stirs(node, landing):
            besides.append(nodes.bump_tree(node.owner, version=version))
        try:
            self.table.write(*actions, *besides)
        except Refused as refused:
            claimed = place_of(node) != place_of(moved) and bool(set(refused.failed) & {0, 1})
            raise self._why(moved, asks=asks and claimed) from None

    def _why(self, moved: Node, *, asks: bool) -> Exception:
        taken = nodes.named(self.table, moved.parent, names=[moved.name])[0] if asks else None
        return Exists(more={"existing": taken}) if taken and taken.id != moved.id else Again()


def stirs(node: Node, landing: Landing) -> bool:
    """Whether this changes what others may have kept of the folders: where one is, its name, or that it is there."""
    return node.kind == "folder" and landing.node != node


def place_of(node: Node) -> Key:
    """The key of the node's entry, which stays the same when only the case of its name changes."""
    return keys.entry(node.parent, kind=node.kind, name=node.name)
