"""Sealing journals, once a day: segments vouch for what was done, and whole segments go when their days are over.

Killed anywhere, the next round goes on: a segment is written whole or not at all, and one is marked as purged before
the first of its events goes.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from smartdrive.domain.clock import Clock
from smartdrive.domain.events import day_of, moment_of
from smartdrive.domain.keychain import Keychain
from smartdrive.domain.segments import Head, Segment, ends_with, head_of, is_sealed, sealed, segment_of
from smartdrive.metrics import Metrics
from smartdrive.ports.table import Delete, Item, Table
from smartdrive.records import journal, journal_keys, keys, seals, users
from smartdrive.records.codec import text
from smartdrive.services.days import Days
from smartdrive.services.locks import Turn
from smartdrive.services.retry import wrote

JOB = "seals"
ROWS = 200
PAGE = 100
SETTLED = timedelta(hours=1)
"""Rows younger than this may still get an older one before them; see `services/journal.py`."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sealing:
    """Seals and purges the journals of a drive."""

    table: Table
    keys: Keychain
    days: Days
    clock: Clock
    kept: int
    metrics: Metrics

    def daily(self, turn: Turn) -> None:
        """Seal what was done, and remove what is older than the days it is kept, unless that was done today."""
        if not self.days.is_new(JOB):
            return
        for owner in self._owners():
            if not turn.go_on():
                return
            self.seal(owner, turn)
            self.purge(owner, turn)
        if turn.go_on():
            self.days.done(JOB)

    def seal(self, owner: str, turn: Turn) -> None:
        """Seal what has settled of a person's journal, oldest first, as far as the turn goes.

        Where segments do not end as their head says, somebody took some away: nothing new is joined to that.
        """
        head, last = seals.read_head(self.table, owner), seals.read_last(self.table, owner)
        if not self._is_whole(head, last):
            log.error("journal not sealed: its segments do not end as they did", extra={"owner": owner})
            return
        if head and head.key_id != self.keys.current.id:
            self._seal_anew(owner)
            head = self._head_anew(head)
        for some in self._fresh(owner, last):
            segment = sealed(segment_of(owner, tuple(some), before=last.digest if last else ""), self.keys.current)
            now = sealed(head_of(segment, before=head), self.keys.current)
            if not turn.go_on() or not wrote(self.table, seals.put_segment(segment), seals.put_head(now, before=head)):
                return
            log.info("journal sealed", extra={"owner": owner, "last": segment.last, "digest": segment.digest})
            head, last = now, segment

    def purge(self, owner: str, turn: Turn) -> None:
        """Remove the events of segments that are older than the days they are kept.

        A segment that is not sealed stops that: it is never vouched for, and nothing goes on its word.
        """
        rows = journal.read_oldest(self.table, owner, limit=1).items
        if not rows or not self._is_old(text(rows[0], "sk")):
            return
        for segment in read_all(self.table, journal_keys.seals(owner)):
            if not self._is_old(segment.last) or not is_sealed(segment, self.keys):
                break
            gone = sealed(replace(segment, purged=True, digests=()), self.keys.current)
            wrote(self.table, *seals.purge_segment(segment, gone))
        last = seals.read_last_purged(self.table, owner)
        if last is None or not is_sealed(last, self.keys):
            return
        while turn.go_on() and (old := self._up_to(owner, last.last)):
            self.table.write(*(Delete(keys.of(row)) for row in old))
            self.metrics.swept("events", len(old))

    def _owners(self) -> Iterator[str]:
        cursor = None
        while True:
            rows = users.list_users(self.table, limit=PAGE, cursor=cursor)
            yield from (text(row, "id") for row in rows.items)
            if (cursor := rows.cursor) is None:
                return

    def _is_whole(self, head: Head | None, last: Segment | None) -> bool:
        return is_sealed(head, self.keys) and ends_with(head, last) if head else last is None

    def _fresh(self, owner: str, last: Segment | None) -> Iterator[list[tuple[str, str]]]:
        """Settled events after the last that is sealed and the digests of their rows, a segment's worth at a time."""
        some: list[tuple[str, str]] = []
        for row in self._since(owner, last.last if last else ""):
            event = text(row, "sk")
            if moment_of(event) > self.clock() - SETTLED:
                break
            some.append((event, journal.digest_of(row)))
            if len(some) == ROWS:
                yield some
                some = []
        if some:
            yield some

    def _since(self, owner: str, past: str) -> Iterator[Item]:
        """The journal after an event, "" for all of it, oldest first: a day after the other, if there is any."""
        newest, oldest = journal.read_events(self.table, owner, limit=1).items, list[Item]()
        if not past:
            oldest = journal.read_oldest(self.table, owner, limit=1).items
        if not newest or text(newest[0], "sk") <= past:
            return
        moment, end = moment_of(past or text(oldest[0], "sk")), text(newest[0], "sk")
        while (day := day_of(moment)) <= end:
            for row in self._day(owner, day):
                if text(row, "sk") > past:
                    yield row
            moment += timedelta(days=1)

    def _day(self, owner: str, day: str) -> Iterator[Item]:
        cursor = None
        while True:
            rows = journal.read_day(self.table, owner, day=day, limit=PAGE, cursor=cursor)
            yield from rows.items
            if (cursor := rows.cursor) is None:
                return

    def _seal_anew(self, owner: str) -> None:
        """The secret is being changed: vouch for everything with the new one, as long as the old one is accepted."""
        for pk in (journal_keys.purged_seals(owner), journal_keys.seals(owner)):
            for each in read_all(self.table, pk):
                if each.key_id != self.keys.current.id and is_sealed(each, self.keys):
                    wrote(self.table, seals.seal_anew(each, sealed(each, self.keys.current)))

    def _head_anew(self, head: Head) -> Head:
        """Last of all: as long as it has the old secret, sealing anew is not over."""
        now = sealed(head, self.keys.current)
        return now if wrote(self.table, seals.put_head(now, before=head)) else head

    def _up_to(self, owner: str, until: str) -> list[Item]:
        rows = journal.read_oldest(self.table, owner, limit=PAGE).items
        return [row for row in rows if text(row, "sk") <= until]

    def _is_old(self, event: str) -> bool:
        return moment_of(event) < self.clock() - timedelta(days=self.kept)


def read_all(table: Table, pk: str) -> Iterator[Segment]:
    """All segments of a partition, oldest first."""
    cursor = None
    while True:
        rows = seals.read_segments(table, pk, limit=20, cursor=cursor)
        yield from (seals.segment_of(row) for row in rows.items)
        if (cursor := rows.cursor) is None:
            return
