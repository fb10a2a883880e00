"""Where things lie that a list has from all over the drive; what cannot be seen any more is left out of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smartdrive.domain.models import Node
from smartdrive.ports.table import Table
from smartdrive.records import nodes


@dataclass(frozen=True, slots=True)
class Placed:
    """A live thing and the folders above it, the top folder first."""

    node: Node
    way: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Placing:
    """Reads the ways to many things at once."""

    table: Table

    def placed(self, some: Sequence[Node]) -> list[Placed]:
        """Those of the things that can be seen, in their order. A round trip for each level, whatever their number."""
        known: dict[str, Node | None] = {}
        wanted = {node.parent for node in some if node.parent}
        while wanted:
            ids = sorted(wanted)
            read = nodes.read_many(self.table, ids)
            known |= dict(zip(ids, read, strict=True))
            wanted = {node.parent for node in read if node and node.parent} - known.keys()
        ways = ((node, _way(node, known)) for node in some)
        return [Placed(node, way) for node, way in ways if way]


def _way(node: Node, known: Mapping[str, Node | None]) -> tuple[Node, ...]:
    """The folders above a thing, none where it, or one of them, is not live. A circle is no way."""
    way: list[Node] = []
    here: Node | None = node
    while here is not None and here.state == "live" and here.parent and len(way) <= len(known):
        here = known.get(here.parent)
        if here is not None:
            way.append(here)
    ends = here is not None and here.state == "live" and not here.parent
    return tuple(reversed(way)) if ends else ()
