"""Sealing journals, once a day: segments vouch for what was done, and whole segments go when their days are over.

Killed anywhere, the next round goes on: a segment is written whole or not at all, and one is marked as purged before
the first of its events goes.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from smartdrive.domain.clock import Clock
from smartdrive.domain.events import moment_of
from smartdrive.domain.keychain import Keychain
from smartdrive.domain.segments import Segment, is_sealed, sealed, segment_of
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

    def daily(self, turn: Turn) -> None:
        """Seal what was done, and remove what is older than the days it is kept, unless that was done today."""
        if not self.days.is_new(JOB):
            return
        for owner in self._owners():
            if not turn.go_on():
                return
            self.seal(owner)
            self.purge(owner, turn)
        self.days.done(JOB)

    def seal(self, owner: str) -> None:
        """Seal what has settled of a person's journal, oldest first."""
        last = seals.read_last(self.table, owner)
        if last and last.key_id != self.keys.current.id:
            self._seal_anew(owner)
        fresh = list(self._unsealed(owner, last))[::-1]
        for at in range(0, len(fresh), ROWS):
            segment = segment_of(owner, tuple(fresh[at : at + ROWS]), before=last.digest if last else "")
            if not wrote(self.table, seals.put_segment(sealed(segment, self.keys.current))):
                return
            log.info("journal sealed", extra={"owner": owner, "last": segment.last, "digest": segment.digest})
            last = segment

    def purge(self, owner: str, turn: Turn) -> None:
        """Remove the events of segments that are older than the days they are kept."""
        rows = journal.read_oldest(self.table, owner, limit=1).items
        if not rows or not self._is_old(text(rows[0], "sk")):
            return
        for segment in read_all(self.table, journal_keys.seals(owner)):
            if not self._is_old(segment.last):
                break
            gone = sealed(replace(segment, purged=True, digests=()), self.keys.current)
            wrote(self.table, *seals.purge_segment(segment, gone))
        last = seals.read_last_purged(self.table, owner)
        while last and turn.go_on() and (old := self._up_to(owner, last.last)):
            self.table.write(*(Delete(keys.of(row)) for row in old))

    def _owners(self) -> Iterator[str]:
        cursor = None
        while True:
            rows = users.list_users(self.table, limit=PAGE, cursor=cursor)
            yield from (text(row, "id") for row in rows.items)
            if (cursor := rows.cursor) is None:
                return

    def _unsealed(self, owner: str, last: Segment | None) -> Iterator[tuple[str, str]]:
        """Events after the last that is sealed and the digests of their rows, newest first."""
        settled, limit, cursor = self.clock() - SETTLED, 1, None
        while True:
            rows = journal.read_events(self.table, owner, limit=limit, cursor=cursor)
            for row in rows.items:
                event = text(row, "sk")
                if last and event <= last.last:
                    return
                if moment_of(event) <= settled:
                    yield event, journal.digest_of(row)
            limit = PAGE
            if (cursor := rows.cursor) is None:
                return

    def _seal_anew(self, owner: str) -> None:
        """The secret is being changed: vouch for everything with the new one, as long as the old one is accepted."""
        for pk in (journal_keys.purged_seals(owner), journal_keys.seals(owner)):
            for each in read_all(self.table, pk):
                if each.key_id != self.keys.current.id and is_sealed(each, self.keys):
                    wrote(self.table, seals.seal_anew(each, sealed(each, self.keys.current)))

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
