"""What a person has starred: a row for each thing, which holds nothing but when. What the thing is, its node says."""

from datetime import datetime

from smartdrive.domain.clock import stamp
from smartdrive.domain.models import Node
from smartdrive.ports.table import Change, Delete, Equals, Item, Present, Put, Slice, Table
from smartdrive.records import keys


def star(node: Node, *, moment: datetime) -> tuple[Change, Put]:
    """Star a thing, refused unless it is live: its node says so from then on, and a row lists it."""
    key = keys.star(node.owner, node.id)
    row: Item = {"pk": key.pk, "sk": key.sk, "l1": stamp(moment)}
    return Change(keys.node(node.id), set={"starred": 1}, when=(Equals("state", node.state),)), Put(row)


def unstar(node: Node) -> tuple[Change, Delete]:
    """Take the star away."""
    return Change(keys.node(node.id), remove=("starred",), when=(Present(),)), leave(node)


def leave(node: Node) -> Delete:
    """Remove the row of a thing that goes for good."""
    return Delete(keys.star(node.owner, node.id))


def read_stars(table: Table, user_id: str, *, limit: int, cursor: str | None = None) -> Slice:
    """A page of what is starred, the latest star first."""
    return table.query(keys.stars(user_id), index="l1", limit=limit, cursor=cursor, descending=True)
