"""Deleting bytes that nobody refers to any more: first the bytes, then the row that promised it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from smartdrive.domain.clock import Clock, stamp
from smartdrive.metrics import Metrics
from smartdrive.ports.objects import Objects
from smartdrive.ports.table import MAX_PAGE, Item, Table
from smartdrive.records import keys
from smartdrive.records import objects as records
from smartdrive.records.codec import text
from smartdrive.services.locks import Turn

PAGE = 100
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Doomed:
    """Deletes doomed bytes. A death between bytes and row means deleting nothing once more."""

    table: Table
    objects: Objects
    clock: Clock
    metrics: Metrics

    def any_due(self) -> bool:
        """Whether there are bytes that may be deleted now."""
        return any(self._due(item) for shard in range(keys.DOOM_SHARDS) for item in self._peek(shard))

    def count(self) -> int:
        """How many objects are to be deleted now or later, up to a thousand in a shard."""
        shards = range(keys.DOOM_SHARDS)
        return sum(len(records.doomed(self.table, shard, limit=MAX_PAGE).items) for shard in shards)

    def run(self, turn: Turn) -> None:
        """Delete until nothing is due or the turn is over."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for shard in range(keys.DOOM_SHARDS):
                self._shard(shard, turn, pool=pool)

    def _peek(self, shard: int) -> list[Item]:
        return records.doomed(self.table, shard, limit=PAGE).items

    def _shard(self, shard: int, turn: Turn, *, pool: ThreadPoolExecutor) -> None:
        cursor = None
        while turn.go_on():
            rows = records.doomed(self.table, shard, limit=PAGE, cursor=cursor)
            due = [item for item in rows.items if self._due(item)]
            list(pool.map(self._delete, due))
            if due:
                self.table.write(*(records.undoom(text(item, "object")) for item in due))
                self.metrics.swept("objects", len(due))
            if (cursor := rows.cursor) is None:
                return

    def _delete(self, item: Item) -> None:
        self.objects.abandon_put(records.doomed_plan(item))

    def _due(self, item: Item) -> bool:
        """Addresses signed for a dropped upload live on for a while; it is cleared after their death."""
        return text(item, "not_before") <= stamp(self.clock())
