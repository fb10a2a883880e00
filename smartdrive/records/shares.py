"""Shares by link: one row found by the hash of its token, one found by its owner; both are written together."""

from datetime import datetime

from smartdrive.domain.clock import stamp
from smartdrive.domain.models import Link, Node
from smartdrive.ports.table import Absent, Action, Change, Delete, Equals, Item, Present, Put, Slice, Table
from smartdrive.records import keys
from smartdrive.records.codec import number, optional_time, text, time


def put_link(link: Link) -> tuple[Put, Put]:
    """Make a link; refused when its token or id stands already."""
    key, mine = keys.link(link.token_hash), keys.link_of(link.owner, link.id)
    item: Item = {"id": link.id, "node": link.node, "owner": link.owner, "kind": link.kind}
    item |= {"hash": link.token_hash, "key_id": link.key_id, "generation": link.generation}
    item |= {"created": stamp(link.created), "expires": stamp(link.expires), "downloads": 0}
    found = item | {"pk": key.pk, "sk": key.sk, "g2": keys.links_to(link.node), "g2s": link.id}
    return (
        Put(found | _sweeping(link, link.expires), (Absent(),)),
        Put({"pk": mine.pk, "sk": mine.sk, "id": link.id, "hash": link.token_hash}, (Absent(),)),
    )


def link_of(item: Item) -> Link:
    """The link of its row."""
    return Link(
        id=text(item, "id"),
        node=text(item, "node"),
        owner=text(item, "owner"),
        kind="folder" if item["kind"] == "folder" else "file",
        token_hash=text(item, "hash"),
        key_id=text(item, "key_id"),
        generation=number(item, "generation"),
        created=time(item, "created"),
        expires=time(item, "expires"),
        downloads=number(item, "downloads"),
        last_download=optional_time(item, "last_download"),
    )


def read_link(table: Table, token_hash: str) -> Link | None:
    """The link of a token, whether or not it has expired."""
    item = table.get(keys.link(token_hash))
    return link_of(item) if item else None


def read_own(table: Table, user_id: str, *, link_id: str) -> Link | None:
    """A person's link by its id."""
    item = table.get(keys.link_of(user_id, link_id))
    return read_link(table, text(item, "hash")) if item else None


def own_links(table: Table, user_id: str, *, limit: int, cursor: str | None = None) -> tuple[list[Link], str | None]:
    """A page of a person's links, newest first, in two round trips."""
    rows = table.query(keys.links(user_id), limit=limit, cursor=cursor, descending=True)
    found = table.get_many([keys.link(text(item, "hash")) for item in rows.items]) if rows.items else []
    return [link_of(item) for item in found if item], rows.cursor


def links_to(table: Table, node_id: str, *, limit: int = 100, cursor: str | None = None) -> Slice:
    """A page of the links to a node; the index may lag, so rows are read again before acting."""
    return table.query(keys.links_to(node_id), index="g2", limit=limit, cursor=cursor)


def change_expiry(link: Link, expires: datetime) -> Change:
    """Let a link end at another time; refused when it is gone."""
    values = {"expires": stamp(expires)} | _sweeping(link, expires)
    return Change(keys.link(link.token_hash), set=values, when=(Present(),))


def count_download(link: Link, moment: datetime) -> Change:
    """One download more; refused when the link is gone."""
    return Change(
        keys.link(link.token_hash),
        add={"downloads": 1},
        set={"last_download": stamp(moment)},
        when=(Equals("id", link.id),),
    )


def delete_link(link: Link) -> tuple[Delete, Delete]:
    """Remove both rows of a link; refused when it is gone."""
    return Delete(keys.link(link.token_hash), (Present(),)), Delete(keys.link_of(link.owner, link.id))


def count_links(node: Node, step: int) -> list[Action]:
    """Count a node's links up or down, in its entry too while it has one; refused when the node moved meanwhile."""
    still = (Equals("state", node.state), Equals("parent", node.parent), Equals("name", node.name))
    actions: list[Action] = [Change(keys.node(node.id), add={"links": step}, when=still)]
    if node.state == "live" and node.parent:
        key = keys.entry(node.parent, kind=node.kind, name=node.name)
        actions.append(Change(key, add={"links": step}, when=(Equals("id", node.id),)))
    return actions


def _sweeping(link: Link, expires: datetime) -> Item:
    return {"g1": keys.sweep_day(expires), "g1s": f"LINK#{link.id}"}
