"""What newer programs made of older stores; see schema.py for how upgrades run."""

from collections.abc import Iterator

from smartdrive.ports.table import MAX_ACTIONS, Action, Table
from smartdrive.records import nodes, words
from smartdrive.records.codec import text
from smartdrive.services.schema import Step, Upgrade


def index_names(table: Table, position: str) -> Iterator[Step]:
    """Make all names known to search. After a kill it begins anew: what is written already is written again."""
    group: list[Action] = []
    count = int(position or 0)
    for item in table.walk():
        if text(item, "sk") != "NODE":
            continue
        rows = words.enter(nodes.node_of(item))
        if len(group) + len(rows) >= MAX_ACTIONS:
            count += 1
            yield group, str(count)
            group = []
        group += rows
    if group:
        yield group, str(count + 1)


UPGRADES: dict[int, Upgrade] = {2: index_names}
"""The upgrade that leads to each number above the first."""
