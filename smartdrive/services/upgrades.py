"""What newer programs made of older stores; see schema.py for how upgrades run."""

from collections.abc import Iterator, Sequence
from itertools import islice

from smartdrive.domain.models import Node
from smartdrive.ports.table import MAX_ACTIONS, Action, Table
from smartdrive.records import keys, nodes, versions, words
from smartdrive.records.codec import text
from smartdrive.services.schema import Step, Upgrade


def index_names(table: Table, position: str) -> Iterator[Step]:
    """Make all names known to search; the position is the id of the last thing that is known."""
    group: list[Action] = []
    for node in _nodes(table, after=position):
        rows = words.enter(node)
        if len(group) + len(rows) >= MAX_ACTIONS:
            yield group, position
            group = []
        group += rows
        position = node.id
    if group:
        yield group, position


def list_recent(table: Table, position: str) -> Iterator[Step]:
    """List the present version of each file among its owner's recent ones; the position is the id of the last file."""
    files = (node for node in _nodes(table, after=position) if node.kind == "file")
    while some := list(islice(files, MAX_ACTIONS - 1)):
        yield _unlisted(table, some), some[-1].id


def _unlisted(table: Table, files: Sequence[Node]) -> list[Action]:
    """Files whose version is missing are passed over: that is for `fsck` to say, and no reason not to start."""
    rows = table.get_many([keys.version(each.id, each.version) for each in files])
    found = [each for each, row in zip(files, rows, strict=True) if row and "g2" not in row]
    return [versions.list_recent(each) for each in found]


def _nodes(table: Table, *, after: str) -> Iterator[Node]:
    """All files and folders, or those that come after one in the table's order."""
    rows = table.walk(after=keys.node(after) if after else None)
    return (nodes.node_of(item) for item in rows if text(item, "sk") == "NODE")


UPGRADES: dict[int, Upgrade] = {2: index_names, 3: list_recent}
"""The upgrade that leads to each number above the first."""
