"""What files and folders have in common: rename, move, and finding a free name."""

from dataclasses import dataclass, replace

from smartdrive.domain.errors import BadInput, Cycle, Exists, Forbidden
from smartdrive.domain.models import Kind, Node, User
from smartdrive.domain.names import check_name, numbered
from smartdrive.domain.words import _
from smartdrive.ports.table import Action, Key, Refused, Table
from smartdrive.records import keys, nodes
from smartdrive.services.retry import Again, until_settled
from smartdrive.services.tree import Tree


@dataclass(frozen=True, slots=True)
class Items:
    """Use cases of things in folders."""

    table: Table
    tree: Tree

    def change(
        self, user: User, node_id: str, *, kind: Kind, name: str | None = None, parent: str | None = None
    ) -> Node:
        """Rename, move, or both at once. Exists when the name is taken there, Cycle when a folder would enter itself.

        The cost does not grow with what is below: nothing there is rewritten.
        """
        if name is None and parent is None:
            raise BadInput(_("Say a new name, a new folder, or both."))
        wanted = check_name(name) if name is not None else None
        return until_settled(lambda: self._change(user, node_id, kind=kind, name=wanted, parent=parent))

    def free_name(self, folder_id: str, name: str) -> str:
        """The first of `name`, `name (1)`, `name (2)` … that nobody has; after itself, 50 names a round trip."""
        candidates = numbered(name)
        names = [name]
        while True:
            taken = nodes.named(self.table, folder_id, names=names)
            free = next((each for each, entry in zip(names, taken, strict=True) if entry is None), None)
            if free is not None:
                return free
            names = [next(candidates) for _ in range(50)]

    def _change(self, user: User, node_id: str, *, kind: Kind, name: str | None, parent: str | None) -> Node:
        version = nodes.tree_version(self.table, user.id) if kind == "folder" and parent else None
        place = self.tree.load(user, node_id, kind=kind)
        node = place.node
        if not node.parent:
            raise Forbidden(_("The top folder stays as it is."))
        target = self._target(user, node, parent=parent)
        moved = replace(node, name=name or node.name, parent=target)
        if moved == node:
            return node
        self._write(node, moved, version=version if moved.parent != node.parent else None)
        return moved

    def _target(self, user: User, node: Node, *, parent: str | None) -> str:
        if parent is None:
            return node.parent
        target = self.tree.load(user, parent, kind="folder")
        if node.id in {above.id for above in target.trail}:
            raise Cycle
        return target.node.id

    def _write(self, node: Node, moved: Node, *, version: int | None) -> None:
        change = nodes.change_node(node, name=moved.name, parent=moved.parent)
        if _place_of(node) == _place_of(moved):
            actions: list[Action] = [nodes.replace_entry(moved), change]
        else:
            actions = [*nodes.claim_name(moved), change, nodes.release_name(node)]
        if moved.parent != node.parent:
            actions.append(nodes.live(moved.parent))
        if version is not None:
            actions.append(nodes.bump_tree(node.owner, version=version))
        try:
            self.table.write(*actions)
        except Refused as refused:
            raise self._why(moved, refused, renamed=len(actions) > 3) from None

    def _why(self, moved: Node, refused: Refused, *, renamed: bool) -> Exception:
        taken = nodes.named(self.table, moved.parent, names=[moved.name])[0]
        if renamed and set(refused.failed) & {0, 1} and taken and taken.id != moved.id:
            return Exists(more={"existing": taken})
        return Again()


def _place_of(node: Node) -> Key:
    """The key of the node's entry, which stays the same when only the case of its name changes."""
    return keys.entry(node.parent, kind=node.kind, name=node.name)
