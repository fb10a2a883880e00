"""The folders above things, kept by each process for as long as the drive's tree version stands.

Every move, rename, trash and restore of a folder counts the version up in its own write, and it is read with every
request: what is kept is as true as what would be read. Making folders and all that happens to files leaves it standing.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock

from smartdrive.domain.models import Level, Node
from smartdrive.ports.table import MAX_KEYS, Table
from smartdrive.records import nodes

MOST_KEPT = 15_000
"""Folders of all drives in one process, some 600 bytes each; the one not asked for longest goes first."""

Found = dict[str, Level | None]


class Ways:
    """Finds the folders above things, from what is kept or from the table."""

    def __init__(self, table: Table, *, most: int = MOST_KEPT) -> None:
        self._table = table
        self._most = most
        self._kept: OrderedDict[tuple[str, int], Level] = OrderedDict()
        self._lock = Lock()

    def above(self, some: Sequence[Node], *, version: int) -> list[tuple[Level, ...] | None]:
        """The way from the top down to each of these things of one owner, itself last; None where it is not live.

        `version` is the drive's tree version, as strongly consistent as the things themselves. A folder that is not
        kept is read once for all of them, level by level.
        """
        found: Found = {}
        wanted = {node.parent for node in some if node.state == "live" and node.parent}
        while wanted:
            found |= self._folders(wanted, version)
            parents = {level.parent for each in wanted if (level := found[each]) and level.parent}
            wanted = parents - found.keys()
        return [_way(node, found) for node in some]

    def _folders(self, wanted: Iterable[str], version: int) -> Found:
        found: Found = {each: self._known(each, version) for each in wanted}
        missing = [each for each, level in found.items() if level is None]
        for at in range(0, len(missing), MAX_KEYS):
            some = missing[at : at + MAX_KEYS]
            for node in nodes.read_nodes(self._table, some):
                if node and node.state == "live":
                    found[node.id] = self._keep(level_of(node), version)
        return found

    def _known(self, folder_id: str, version: int) -> Level | None:
        with self._lock:
            level = self._kept.get((folder_id, version))
            if level:
                self._kept.move_to_end((folder_id, version))
            return level

    def _keep(self, level: Level, version: int) -> Level:
        with self._lock:
            self._kept[level.id, version] = level
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return level


def level_of(node: Node) -> Level:
    """A thing as a part of a way."""
    return Level(node.id, node.name, node.parent)


def _way(node: Node, found: Found) -> tuple[Level, ...] | None:
    if node.state != "live":
        return None
    way = [level_of(node)]
    seen = {node.id}
    while way[-1].parent:
        above = found.get(way[-1].parent)
        if above is None or above.id in seen:
            return None
        way.append(above)
        seen.add(above.id)
    return tuple(reversed(way))
