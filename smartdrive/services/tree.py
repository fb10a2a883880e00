"""Loading a thing and judging whether one may see it, in one call: somebody else's, trashed and unknown are one."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from smartdrive.domain.errors import NotFound
from smartdrive.domain.models import Kind, Node, User
from smartdrive.ports.table import MAX_KEYS, Table
from smartdrive.ports.together import together
from smartdrive.records import nodes
from smartdrive.services.writing import pages

_ID = re.compile(r"[a-z2-7]{26}")


@dataclass(frozen=True, slots=True)
class Place:
    """A live thing and the folders above it, the root first and itself last."""

    node: Node
    trail: tuple[Node, ...]

    @property
    def ids(self) -> frozenset[str]:
        """Of the thing and of all folders above it."""
        return frozenset(each.id for each in self.trail)


@dataclass(frozen=True, slots=True)
class Tree:
    """Reads of the tree of folders."""

    table: Table

    def load(self, user: User, node_id: str, *, kind: Kind | None = None) -> Place:
        """The live thing with this id (`root` is the user's own top); NotFound unless it is theirs to see."""
        node, top = self._with_top(user, node_id)
        if node is None or node.owner != user.id or (kind and node.kind != kind):
            raise NotFound
        trail = self.trail(node, top=top)
        if trail is None:
            raise NotFound
        return Place(node, trail)

    def folder(self, user: User, node_id: str) -> Node:
        """The live folder with this id."""
        return self.load(user, node_id, kind="folder").node

    def file(self, user: User, node_id: str) -> Node:
        """The live file with this id."""
        return self.load(user, node_id, kind="file").node

    def node(self, node_id: str) -> Node | None:
        """The node in whatever state; None for what cannot be an id."""
        return nodes.read_node(self.table, node_id) if is_id(node_id) else None

    def trail(self, node: Node, *, top: Node | None = None) -> tuple[Node, ...] | None:
        """The way from the root down to the node, or None when anything on it is not live.

        Reads once a level, but not what is given: `top` is the root, if it was read along.
        """
        return _way(node, lambda each: top if top and each == top.id else nodes.read_node(self.table, each))

    def load_many(self, user: User, ids: Sequence[str]) -> dict[str, Place]:
        """Those of up to some thousand things that are live and the user's to see, by the ids that were asked for.

        A hundred are read a round trip, and then the folders above them all, a level at a time.
        """
        wanted = {each: user.root if each == "root" else each for each in ids if each == "root" or is_id(each)}
        known = self._climb({user.root, *wanted.values()})
        places: dict[str, Place] = {}
        for name, node_id in wanted.items():
            node = known.get(node_id)
            trail = _way(node, known.get) if node and node.owner == user.id else None
            if node and trail:
                places[name] = Place(node, trail)
        return places

    def _climb(self, ids: set[str]) -> dict[str, Node]:
        """Nodes by id, with all folders above those that are live."""
        known: dict[str, Node] = {}
        while ids:
            asked = list(pages(sorted(ids), MAX_KEYS))
            found = together(lambda some: nodes.read_nodes(self.table, some), asked)
            known |= {node.id: node for some in found for node in some if node}
            above = {node.parent for some in found for node in some if node and node.state == "live" and node.parent}
            ids = above - known.keys()
        return known

    def _with_top(self, user: User, node_id: str) -> tuple[Node | None, Node | None]:
        """The thing and the top folder its way must end at, in one round trip."""
        if node_id in ("root", user.root):
            return self.node(user.root), None
        if not is_id(node_id):
            return None, None
        node, top = nodes.read_nodes(self.table, [node_id, user.root])
        return node, top

    def visible(self, node: Node) -> bool:
        """Whether the node and all above it are live."""
        return self.trail(node) is not None


def _way(node: Node, find: Callable[[str], Node | None]) -> tuple[Node, ...] | None:
    way = [node]
    seen = {node.id}
    while way[-1].parent:
        if way[-1].state != "live":
            return None
        above = find(way[-1].parent)
        if above is None or above.id in seen:
            return None
        way.append(above)
        seen.add(above.id)
    return tuple(reversed(way)) if way[-1].state == "live" else None


def is_id(text: str) -> bool:
    """Whether the text has the form of an id; anything else is answered like an unknown one."""
    return bool(_ID.fullmatch(text))
