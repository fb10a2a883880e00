"""Work the worker owes: rows in a few partitions, removed in the same write as the last of the work."""

from collections import Counter
from collections.abc import Iterator

from smartdrive.ports.table import MAX_PAGE, Item, Table
from smartdrive.records import keys
from smartdrive.records.codec import text

KINDS = {
    keys.DUE_CHECKSUMS: "checksums",
    keys.DUE_PURGE: "nodes",
    keys.DUE_EMPTY: "trashes",
    keys.DUE_ACCOUNT: "accounts",
}


def read(table: Table, kind: str, *, shard: int, limit: int) -> list[Item]:
    """The first rows of one kind in a shard; strongly consistent."""
    return table.query(keys.due(shard), begins=kind, limit=limit).items


def read_all(table: Table, kind: str) -> Iterator[Item]:
    """Rows of one kind in all shards, as they are read shard by shard."""
    for shard in range(keys.DOOM_SHARDS):
        cursor = None
        while True:
            rows = table.query(keys.due(shard), begins=kind, cursor=cursor)
            yield from rows.items
            if (cursor := rows.cursor) is None:
                break


def any_of(table: Table, kind: str) -> bool:
    """Whether work of this kind is due."""
    return any(read(table, kind, shard=shard, limit=1) for shard in range(keys.DOOM_SHARDS))


def count(table: Table) -> dict[str, int]:
    """How many pieces of work of each kind wait, up to a thousand in a shard."""
    shards = [read(table, "", shard=shard, limit=MAX_PAGE) for shard in range(keys.DOOM_SHARDS)]
    found = Counter(text(row, "sk").partition("#")[0] for rows in shards for row in rows)
    return {word: found[kind.removesuffix("#")] for kind, word in KINDS.items()}


def waiting(table: Table, *kinds: str) -> frozenset[str]:
    """Those of these kinds of which work is due; mostly nothing at all is, and that is one look a shard."""
    shards = [shard for shard in range(keys.DOOM_SHARDS) if read(table, "", shard=shard, limit=1)]
    return frozenset(kind for kind in kinds if any(read(table, kind, shard=shard, limit=1) for shard in shards))
