"""Loading a thing and judging whether one may see it, in one call: somebody else's, trashed and unknown are one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from smartdrive.domain.errors import NotFound
from smartdrive.domain.models import Kind, Level, Node, User
from smartdrive.ports.table import MAX_KEYS, Table
from smartdrive.ports.together import together
from smartdrive.records import nodes
from smartdrive.services.ways import Ways
from smartdrive.services.writing import pages

_ID = re.compile(r"[a-z2-7]{26}")


@dataclass(frozen=True, slots=True)
class Place:
    """A live thing and the way to it, the top folder first and itself last."""

    node: Node
    trail: tuple[Level, ...]

    @property
    def way(self) -> tuple[Level, ...]:
        """The folders above it."""
        return self.trail[:-1]

    @property
    def ids(self) -> frozenset[str]:
        """Of the thing and of all folders above it."""
        return frozenset(each.id for each in self.trail)


@dataclass(frozen=True, slots=True)
class Tree:
    """Reads of the tree of folders."""

    table: Table
    ways: Ways

    def load(self, user: User, node_id: str, *, kind: Kind | None = None) -> Place:
        """The live thing with this id (`root` is the user's own top); NotFound unless it is theirs to see."""
        wanted = user.root if node_id == "root" else node_id
        if not is_id(wanted):
            raise NotFound
        [node], version = nodes.read_with_tree(self.table, [wanted], user_id=user.id)
        if node is None or node.owner != user.id or (kind and node.kind != kind):
            raise NotFound
        [trail] = self.ways.above([node], version=version)
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

    def load_many(self, user: User, ids: Sequence[str]) -> dict[str, Place]:
        """Those of up to some thousand things that are live and the user's to see, by the ids that were asked for.

        A hundred are read a round trip, and then the folders above them that are not known, a level at a time.
        """
        wanted = {each: user.root if each == "root" else each for each in ids if each == "root" or is_id(each)}
        asked = list(pages(sorted(set(wanted.values())), MAX_KEYS - 1))
        found = together(lambda some: nodes.read_with_tree(self.table, some, user_id=user.id), asked)
        mine = [node for some, _ in found for node in some if node and node.owner == user.id]
        trails = self.ways.above(mine, version=min((version for _, version in found), default=0))
        places = {node.id: Place(node, trail) for node, trail in zip(mine, trails, strict=True) if trail}
        return {each: places[node_id] for each, node_id in wanted.items() if node_id in places}

    def trail(self, node: Node) -> tuple[Level, ...] | None:
        """The way from the top down to a thing that was read, or None when anything on it is not live."""
        return self.ways.above([node], version=nodes.tree_version(self.table, node.owner))[0]

    def visible(self, node: Node) -> bool:
        """Whether the node and all above it are live."""
        return self.trail(node) is not None


def way_down(trail: Sequence[Level]) -> str:
    """The names that lead from the top folder, which begins the trail, down to its end: `a/b`."""
    return "/".join(level.name for level in trail[1:])


def is_id(text: str) -> bool:
    """Whether the text has the form of an id; anything else is answered like an unknown one."""
    return bool(_ID.fullmatch(text))
