"""The states of a file's bytes. Ids begin with their time, so the newest comes first when read backwards."""

from datetime import UTC, datetime

from smartdrive.domain.clock import stamp
from smartdrive.domain.models import Node, Version
from smartdrive.ports.table import Delete, Item, Present, Put, Slice, Table
from smartdrive.records import keys
from smartdrive.records.codec import number, text, time


def version_id(moment: datetime, random: str) -> str:
    """A new version's id."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ") + "-" + random[:8]


def put_version(node: Node, *, by: str, created: datetime) -> Put:
    """Remember the node's present bytes as a version."""
    key = keys.version(node.id, node.version)
    item: Item = {"pk": key.pk, "sk": key.sk, "id": node.version, "node": node.id, "object": node.object}
    item |= {"object_version": node.object_version, "size": node.size, "type": node.type}
    return Put(item | {"created": stamp(created), "by": by})


def version_of(item: Item) -> Version:
    """The version of its row."""
    return Version(
        id=text(item, "id"),
        node=text(item, "node"),
        object=text(item, "object"),
        object_version=text(item, "object_version"),
        size=number(item, "size"),
        type=text(item, "type"),
        created=time(item, "created"),
        by=text(item, "by"),
    )


def read_versions(table: Table, node_id: str, *, limit: int = 100, cursor: str | None = None) -> Slice:
    """A page of a file's versions, newest first."""
    return table.query(keys.node(node_id).pk, begins=keys.VERSIONS, limit=limit, cursor=cursor, descending=True)


def delete_version(version: Version) -> Delete:
    """Remove a version's row; refused when it is gone, since its room and reference went with it."""
    return Delete(keys.version(version.node, version.id), (Present(),))
