"""What newer programs made of older stores; see schema.py for how upgrades run."""

from collections.abc import Iterator, Sequence
from itertools import islice

from smartdrive.domain.models import Node
from smartdrive.ports.table import MAX_ACTIONS, Action, Table
from smartdrive.records import keys, nodes, versions, words
from smartdrive.records.codec import text
from smartdrive.services.schema import Step, Upgrade


def index_names(table: Table, position: str) -> Iterator[Step]:
    """Make all names known to search. After a kill it begins anew: what is written already is written again."""
    group: list[Action] = []
    count = int(position or 0)
    for node in _nodes(table):
        rows = words.enter(node)
        if len(group) + len(rows) >= MAX_ACTIONS:
            count += 1
            yield group, str(count)
            group = []
        group += rows
    if group:
        yield group, str(count + 1)


def list_recent(table: Table, position: str) -> Iterator[Step]:
    """List the present version of each file among its owner's recent ones; after a kill it begins anew, too."""
    files, count = (node for node in _nodes(table) if node.kind == "file"), int(position or 0)
    while some := list(islice(files, MAX_ACTIONS - 1)):
        if group := _unlisted(table, some):
            count += 1
            yield group, str(count)


def _unlisted(table: Table, files: Sequence[Node]) -> list[Action]:
    """Files whose version is missing are passed over: that is for `fsck` to say, and no reason not to start."""
    rows = table.get_many([keys.version(each.id, each.version) for each in files])
    found = [each for each, row in zip(files, rows, strict=True) if row and "g2" not in row]
    return [versions.list_recent(each) for each in found]


def _nodes(table: Table) -> Iterator[Node]:
    return (nodes.node_of(item) for item in table.walk() if text(item, "sk") == "NODE")


UPGRADES: dict[int, Upgrade] = {2: index_names, 3: list_recent}
"""The upgrade that leads to each number above the first."""
