"""The trash of a person, newest first, and the days on which things in it go for good."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from smartdrive.domain.clock import stamp
from smartdrive.domain.models import Node, Trashed
from smartdrive.domain.names import MAX_PATH_DEPTH
from smartdrive.ports.table import Change, Delete, Item, Key, Present, Put, Slice, Table
from smartdrive.records import keys, nodes
from smartdrive.records.codec import number, optional_time, text, time


def put_trashed(node: Node, *, way: str, moment: datetime, days: int) -> Put:
    """Enter a node in its owner's trash; `way` are the names of the folders it lies in, from below the top: `a/b`."""
    key = keys.trashed(node.owner, moment=moment, node_id=node.id)
    gone = moment + timedelta(days=days)
    item: Item = {"pk": key.pk, "sk": key.sk, "node": node.id, "kind": node.kind, "name": node.name}
    item |= {"size": node.size, "type": node.type, "parent": node.parent, "owner": node.owner}
    item |= {"deleted": stamp(moment), "purged_on": stamp(gone), "g1": keys.purge_day(gone), "g1s": key.sk}
    if way and way.count("/") < MAX_PATH_DEPTH:
        item["way"] = way
    return Put(item)


def discard(node: Node, *, way: str, moment: datetime, days: int) -> tuple[Change, Put]:
    """Put a live node into its owner's trash; its entry is the caller's to remove or to give away."""
    entered = put_trashed(node, way=way, moment=moment, days=days)
    return nodes.change_node(node, state="trashed", trashed=stamp(moment)), entered


def trashed_of(item: Item) -> Trashed:
    """A line of the trash page of its row."""
    return Trashed(
        node=text(item, "node"),
        kind="folder" if item["kind"] == "folder" else "file",
        name=text(item, "name"),
        size=number(item, "size"),
        type=text(item, "type"),
        parent=text(item, "parent"),
        deleted=time(item, "deleted"),
        purged_on=time(item, "purged_on"),
    )


def read_trash(table: Table, user_id: str, *, limit: int, cursor: str | None = None) -> Slice:
    """A page of the trash, newest first."""
    return table.query(keys.trash(user_id), limit=limit, cursor=cursor, descending=True)


def ways_of(table: Table, some: Sequence[Node]) -> list[str]:
    """The names of the folders in which up to 100 trashed nodes lay; "" for the top, and where they are not known."""
    rows = table.get_many([_key(node) for node in some])
    return [text(row or {}, "way") for row in rows]


def take_out(node: Node) -> Delete:
    """Take a node out of the trash; refused when it is not in it."""
    return Delete(_key(node), (Present(),))


def mark_emptied(user_id: str, moment: datetime) -> tuple[Change, Put]:
    """Hide everything trashed until `moment`, and promise that it is purged."""
    key = keys.due_empty(user_id)
    return (
        Change(keys.tree(user_id), set={"emptied": stamp(moment)}),
        Put({"pk": key.pk, "sk": key.sk, "user": user_id, "before": stamp(moment)}),
    )


def emptied_until(table: Table, user_id: str) -> datetime | None:
    """The moment up to which the trash has been emptied."""
    return optional_time(table.get(keys.tree(user_id)) or {}, "emptied")


def due_purge(node_id: str) -> Put:
    """Promise that a node marked `purging` is taken down."""
    key = keys.due_purge(node_id)
    return Put({"pk": key.pk, "sk": key.sk, "node": node_id})


def _key(node: Node) -> Key:
    if node.trashed is None:
        raise ValueError("not in the trash")
    return keys.trashed(node.owner, moment=node.trashed, node_id=node.id)
