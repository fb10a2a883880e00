"""Work the worker owes: rows in a few partitions, removed in the same write as the last of the work."""

from collections.abc import Iterator

from smartdrive.ports.table import Item, Table
from smartdrive.records import keys


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


def waiting(table: Table, *kinds: str) -> frozenset[str]:
    """Those of these kinds of which work is due; mostly nothing at all is, and that is one look a shard."""
    shards = [shard for shard in range(keys.DOOM_SHARDS) if read(table, "", shard=shard, limit=1)]
    return frozenset(kind for kind in kinds if any(read(table, kind, shard=shard, limit=1) for shard in shards))
