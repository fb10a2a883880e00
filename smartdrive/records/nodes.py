"""Files and folders, the names in a folder, and the tree version.

A node is the thing itself; an entry is its name in a folder and all that a listing shows, so that one query makes a
page. An entry keeps its times and size inside its index attributes, where they are needed anyway: rows stay small.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from smartdrive.domain.clock import parse, stamp
from smartdrive.domain.models import Kind, Node
from smartdrive.ports.table import (
    Absent,
    Action,
    Change,
    Check,
    Delete,
    Equals,
    Index,
    Item,
    Put,
    Slice,
    Table,
    Value,
)
from smartdrive.records import keys
from smartdrive.records.codec import number, optional_time, text

SORTS: dict[str, Index | None] = {"name": None, "modified": "l1", "created": "l2", "size": "l3", "type": "l4"}


class Entry(NamedTuple):
    """A row of a listing: what one sees of a thing without opening it.

    No dataclass, for a page makes 200 of them and a frozen one takes twice as long.
    """

    id: str
    kind: Kind
    name: str
    parent: str
    size: int
    type: str
    created: str
    modified: str
    links: int
    version: str


def node_item(node: Node) -> Item:
    """The node's row."""
    key = keys.node(node.id)
    item: Item = {"pk": key.pk, "sk": key.sk, "id": node.id, "kind": node.kind, "name": node.name}
    item |= {"parent": node.parent, "owner": node.owner, "state": node.state, "links": node.links}
    item |= {"created": stamp(node.created), "modified": stamp(node.modified)}
    if node.kind == "file":
        item |= {"size": node.size, "type": node.type, "object": node.object, "version": node.version}
        item |= {"object_version": node.object_version}
    if node.trashed:
        item["trashed"] = stamp(node.trashed)
    return item


def node_of(item: Item) -> Node:
    """The node of its row."""
    return Node(
        id=text(item, "id"),
        kind="folder" if item["kind"] == "folder" else "file",
        name=text(item, "name"),
        parent=text(item, "parent"),
        owner=text(item, "owner"),
        created=parse(text(item, "created")),
        modified=parse(text(item, "modified")),
        state=text(item, "state"),  # type: ignore[arg-type]
        size=number(item, "size"),
        type=text(item, "type"),
        object=text(item, "object"),
        object_version=text(item, "object_version"),
        version=text(item, "version"),
        links=number(item, "links"),
        trashed=optional_time(item, "trashed"),
        starred=bool(number(item, "starred")),
    )


def entry_item(node: Node) -> Item:
    """The node's row in the listing of its folder."""
    key = keys.entry(node.parent, kind=node.kind, name=node.name)
    lead, folded = key.sk[:2], key.sk[2:]
    item: Item = {"pk": key.pk, "sk": key.sk, "id": node.id, "name": node.name, "links": node.links}
    item |= {"l1": lead + stamp(node.modified), "l2": lead + stamp(node.created)}
    item |= {"l3": f"{lead}{node.size:020d}#{folded}", "l4": f"{lead}{node.type}#{folded}"}
    if node.kind == "file":
        item |= {"type": node.type, "version": node.version}
    return item


def entry_of(item: Item) -> Entry:
    """The listing row of its item. Types are not asked again, row by row: `entry_item` wrote them."""
    row: Any = item
    return Entry(
        id=row["id"],
        kind="folder" if row["sk"].startswith(keys.FOLDER) else "file",
        name=row["name"],
        parent=row["pk"].removeprefix("IN#"),
        size=int(row["l3"][2:22]),
        type=row.get("type", ""),
        created=row["l2"][2:],
        modified=row["l1"][2:],
        links=row["links"],
        version=row.get("version", ""),
    )


def read_node(table: Table, node_id: str) -> Node | None:
    """The node, live or not."""
    item = table.get(keys.node(node_id))
    return node_of(item) if item else None


def read_with_tree(table: Table, ids: Sequence[str], *, user_id: str) -> tuple[list[Node | None], int]:
    """Up to 99 nodes in the order of `ids` and the tree version of a person's drive, in one round trip."""
    *items, tree = table.get_many([*(keys.node(node_id) for node_id in ids), keys.tree(user_id)])
    return [node_of(item) if item else None for item in items], number(tree or {}, "version")


def read_nodes(table: Table, ids: Sequence[str]) -> list[Node | None]:
    """Up to 100 nodes in the order of `ids`, in one round trip."""
    items = table.get_many([keys.node(node_id) for node_id in ids]) if ids else []
    return [node_of(item) if item else None for item in items]


def named(table: Table, folder_id: str, *, names: Sequence[str]) -> list[Entry | None]:
    """Who has each of up to 50 names in a folder, file or folder, in one round trip."""
    pairs = [keys.entry(folder_id, kind=kind, name=name) for name in names for kind in ("file", "folder")]
    found = table.get_many(pairs) if pairs else []
    taken = [found[at] or found[at + 1] for at in range(0, len(found), 2)]
    return [entry_of(item) if item else None for item in taken]


def page(table: Table, folder_id: str, *, sort: str, begins: str, limit: int, cursor: str | None) -> Slice:
    """One page of a folder in the order `sort` (see SORTS; a leading minus turns it round)."""
    return table.query(
        keys.entries(folder_id),
        begins=begins,
        index=SORTS[sort.removeprefix("-")],
        limit=limit,
        cursor=cursor,
        descending=sort.startswith("-"),
    )


def put_node(node: Node) -> Put:
    """Make the node; refused when its id stands already."""
    return Put(node_item(node), (Absent(),))


def claim_name(node: Node, *, instead: Node | None = None) -> tuple[Action, Action]:
    """Enter the node in its folder, refused at either position when a file or folder has that name.

    `instead` is one of the same kind whose entry it takes over, refused unless that still has it.
    """
    other: Kind = "file" if node.kind == "folder" else "folder"
    return (
        Put(entry_item(node), (Equals("id", instead.id) if instead else Absent(),)),
        Check(keys.entry(node.parent, kind=other, name=node.name), (Absent(),)),
    )


def replace_entry(node: Node) -> Put:
    """Write the node's entry anew where it stands."""
    return Put(entry_item(node), (Equals("id", node.id),))


def release_name(node: Node) -> Delete:
    """Take the node out of its folder's listing."""
    return Delete(keys.entry(node.parent, kind=node.kind, name=node.name), (Equals("id", node.id),))


def live(node_id: str) -> Check:
    """Refused unless the folder is there and live."""
    return Check(keys.node(node_id), (Equals("state", "live"),))


def change_node(node: Node, **values: Value) -> Change:
    """Set attributes of a node, refused unless it is still as `node` says: same state, place, name and links.

    Links too, because whoever changes a node writes its entry anew, and the entry counts them.
    """
    still = [Equals("state", node.state), Equals("parent", node.parent), Equals("name", node.name)]
    still.append(Equals("links", node.links))
    if node.kind == "file":
        still.append(Equals("version", node.version))
    return Change(keys.node(node.id), set=values, when=tuple(still))


def tree_version(table: Table, user_id: str) -> int:
    """The drive's tree version."""
    item = table.get(keys.tree(user_id))
    return number(item, "version") if item else 0


def bump_tree(user_id: str, *, version: int | None = None) -> Change:
    """Count the tree version up; with `version`, refused when the tree moved since that was read."""
    when = () if version is None else (Equals("version", version),)
    return Change(keys.tree(user_id), add={"version": 1}, when=when)


def change_bytes(old: Node, new: Node) -> Change:
    """Give a file the bytes of `new`, refused unless it is still as `old` says."""
    values: dict[str, Value] = {"object": new.object, "object_version": new.object_version, "size": new.size}
    values |= {"type": new.type, "version": new.version, "modified": stamp(new.modified)}
    return change_node(old, **values)


def delete_node(node: Node) -> Delete:
    """Remove the node's row, refused unless it is in the state it was read in."""
    return Delete(keys.node(node.id), (Equals("state", node.state),))


def revive_node(node: Node, back: Node) -> Change:
    """Make a trashed node live again at its new place and name."""
    values = {"state": "live", "parent": back.parent, "name": back.name}
    still = (*_trashed(node), Equals("links", node.links))
    return Change(keys.node(node.id), set=values, remove=("trashed",), when=still)


def doom_node(node: Node) -> Change:
    """Mark a trashed node as going for good."""
    return Change(keys.node(node.id), set={"state": "purging"}, remove=("trashed",), when=_trashed(node))


def _trashed(node: Node) -> tuple[Equals, ...]:
    return (Equals("state", "trashed"), Equals("trashed", stamp(node.trashed) if node.trashed else ""))
