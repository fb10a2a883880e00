"""Zips: where the bytes of many files are, and tickets that fetch a selection for a while."""

from collections.abc import Sequence

from smartdrive.domain.clock import parse, stamp
from smartdrive.domain.models import ZipTicket
from smartdrive.ports.table import Absent, Item, Put, Table
from smartdrive.records import keys, objects
from smartdrive.records.codec import number, text, time

SWEEP_AFTER = 60 * 60


def read_live(table: Table, ids: Sequence[str]) -> list[tuple[Item, Item | None] | None]:
    """Node and references of up to 100 files, in two round trips; None for what is not live any more.

    Rows as they are, for a zip reads a hundred thousand of them and needs little of each.
    """
    rows = table.get_many([keys.node(node_id) for node_id in ids])
    live = [row if row and row["state"] == "live" else None for row in rows]
    references = iter(objects.read_references(table, [text(row, "object") for row in live if row]))
    return [(row, next(references)) if row else None for row in live]


def seconds(moment: object) -> int:
    """A stored time in Unix seconds."""
    return int(parse(str(moment)).timestamp())


def put_ticket(ticket: ZipTicket) -> Put:
    """Remember a ticket by the hash of its token. Its end is judged at every read; the engine's `ttl` only sweeps."""
    key = keys.zip_ticket(ticket.token_hash)
    item: Item = {"pk": key.pk, "sk": key.sk, "hash": ticket.token_hash, "user": ticket.user, "ids": list(ticket.ids)}
    item |= {"epoch": ticket.epoch, "token_epoch": ticket.token_epoch}
    item |= {"expires": stamp(ticket.expires), "ttl": int(ticket.expires.timestamp()) + SWEEP_AFTER}
    return Put(item, (Absent(),))


def read_ticket(table: Table, token_hash: str) -> ZipTicket | None:
    """The ticket of a token, over or not."""
    item = table.get(keys.zip_ticket(token_hash))
    if item is None:
        return None
    ids = item["ids"]
    return ZipTicket(
        token_hash=text(item, "hash"),
        user=text(item, "user"),
        ids=tuple(ids) if isinstance(ids, list) else (),
        expires=time(item, "expires"),
        epoch=number(item, "epoch"),
        token_epoch=number(item, "token_epoch"),
    )
