"""What leaves the trash for good: all of an emptied trash, and what has been in it for its days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from smartdrive.domain.clock import Clock, parse, stamp
from smartdrive.domain.models import Node
from smartdrive.metrics import Metrics
from smartdrive.ports.table import Action, Delete, Equals, Item, Table
from smartdrive.records import due, keys, nodes, trash
from smartdrive.records.codec import text
from smartdrive.services.days import Days
from smartdrive.services.journal import Journal
from smartdrive.services.locks import Turn
from smartdrive.services.retry import count_written, wrote

JOB = "trash"
PAGE = 25
"""Four actions each: they fit into one write."""


@dataclass(frozen=True, slots=True)
class Emptying:
    """Marks what is in the trash as going for good; `purge.py` takes it down."""

    table: Table
    days: Days
    clock: Clock
    journal: Journal
    metrics: Metrics

    def emptied(self, turn: Turn) -> None:
        """Mark everything of the trashes that people emptied."""
        for row in due.read_all(self.table, keys.DUE_EMPTY):
            before = text(row, "before")
            if self.clear(text(row, "user"), until=parse(before), turn=turn):
                wrote(self.table, Delete(keys.of(row), (Equals("before", before),)))

    def clear(self, user_id: str, *, until: datetime, turn: Turn) -> bool:
        """Mark all that a person trashed until then; False when the turn ended first."""
        while turn.go_on():
            rows = self.table.query(keys.trash(user_id), limit=PAGE).items
            old = [row for row in rows if text(row, "deleted") <= stamp(until)]
            if not old or not self._mark(old):
                return not old
        return False

    def outdated(self, turn: Turn) -> None:
        """Mark what has been in the trash for its days; also what a drive that stood still missed."""
        for day in self.days.up_to_now(JOB):
            for rows in self.days.rows(keys.purge_day(day), PAGE):
                old = [row for row in rows if text(row, "purged_on") <= stamp(self.clock())]
                if not turn.go_on() or self._marked(old) < len(old):
                    return
        self.days.done(JOB)

    def _marked(self, old: Sequence[Item]) -> int:
        count = self._mark(old)
        self.metrics.swept("trash", count)
        return count

    def _mark(self, rows: Sequence[Item]) -> int:
        """Mark what these rows name, in one write, or one by one when one of them changes now; the count."""
        found = nodes.read_nodes(self.table, [text(row, "node") for row in rows])
        return count_written(self.table, [self._leaving(row, node) for row, node in zip(rows, found, strict=True)])

    def _leaving(self, row: Item, node: Node | None) -> list[Action]:
        """The row goes; its node is marked, unless it left the trash by another way."""
        if node and node.trashed and node.state == "trashed" and stamp(node.trashed) == text(row, "deleted"):
            told = self.journal.tell("purge", node, by=None)
            return [nodes.doom_node(node), trash.take_out(node), trash.due_purge(node.id), told]
        return [Delete(keys.of(row))]
