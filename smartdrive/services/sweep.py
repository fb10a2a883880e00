"""Putting away what was left lying: uploads nobody goes on with, links past their end, bytes nobody knows."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from smartdrive.domain.clock import Clock
from smartdrive.domain.models import Upload
from smartdrive.ports.objects import Objects, Plan, Stored
from smartdrive.ports.table import Item, Table
from smartdrive.records import keys, shares, uploads
from smartdrive.records.codec import text
from smartdrive.services.days import ONE, Days
from smartdrive.services.locks import Turn
from smartdrive.services.shares import Shares
from smartdrive.services.uploads import Uploads

JOB = "sweep"
PAGE = 100
GRACE = timedelta(days=1)
"""Bytes younger than this may belong to an upload whose row is being written."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Sweeps of a whole drive."""

    table: Table
    objects: Objects
    uploads: Uploads
    shares: Shares
    days: Days
    clock: Clock

    def expired(self, turn: Turn) -> None:
        """Cancel uploads untouched for a week, with what they hold, and forget links past their end."""
        for day in self.days.up_to_now(JOB):
            for rows in self.days.rows(keys.sweep_day(day), PAGE):
                for row in rows:
                    if not turn.go_on():
                        return
                    self._put_away(row)
        self.days.done(JOB)

    def orphans(self, turn: Turn, *, grace: timedelta = GRACE) -> int:
        """Delete bytes older than `grace` that no row knows; the count. They must be unknown twice over."""
        count = 0
        for some in _hundreds(self._strays(turn, grace=grace)):
            held = self._held()
            for stray in self.unknown(some, held=held):
                self._delete(stray)
                count += 1
        return count

    def unknown(self, some: Sequence[Stored], *, held: frozenset[str]) -> list[Stored]:
        """Those of up to 100 that no version, no promise to delete and no upload in `held` knows."""
        found = [each for each in some if each.key not in held]
        for row_of in (keys.references, keys.doomed):
            rows = self.table.get_many([row_of(each.key) for each in found]) if found else []
            found = [each for each, row in zip(found, rows, strict=True) if row is None]
        return found

    def older(self, grace: timedelta) -> Iterator[Stored]:
        """All bytes in storage that are older than `grace`."""
        before = self.clock() - grace
        return (each for each in self.objects.keys("") if each.modified <= before)

    def _held(self) -> frozenset[str]:
        """Object keys of all open uploads. From the oldest day on: one put off meanwhile is met again."""
        today = self.clock()
        days = list(self.days.up_to_now(JOB))
        days += [today + ONE * ahead for ahead in range(1, uploads.UNTOUCHED.days + 2)]
        return frozenset(key for day in days for key in self._held_on(day))

    def _held_on(self, day: datetime) -> Iterator[str]:
        for rows in self.days.rows(keys.sweep_day(day), PAGE * 10):
            yield from (text(row, "key") for row in rows if text(row, "pk").startswith("UP#"))

    def _strays(self, turn: Turn, *, grace: timedelta) -> Iterator[Stored]:
        """Bytes that look unknown; whoever deletes them asks again."""
        held = self._held()
        for some in _hundreds(self.older(grace)):
            if not turn.go_on():
                return
            yield from self.unknown(some, held=held)

    def _delete(self, stray: Stored) -> None:
        log.warning("deleting bytes that nobody knows", extra={"object": stray.key, "size": stray.size})
        self.objects.abandon_put(Plan(stray.key, stray.size, max(1, stray.size), stray.handle))

    def _put_away(self, row: Item) -> None:
        if text(row, "pk").startswith("UP#"):
            self._cancel(text(row, "id"))
        else:
            self._end(text(row, "hash"))

    def _end(self, token_hash: str) -> None:
        link = shares.read_link(self.table, token_hash)
        if link and link.expires <= self.clock():
            self.shares.forget(link)

    def _cancel(self, upload_id: str) -> None:
        upload = uploads.read_upload(self.table, upload_id)
        if upload and upload.state == "open" and self._untouched(upload):
            log.info("cancelling an upload nobody goes on with", extra={"upload": upload.id})
            self.uploads.drop(upload)

    def _untouched(self, upload: Upload) -> bool:
        return upload.touched + uploads.UNTOUCHED <= self.clock()


def _hundreds(some: Iterator[Stored]) -> Iterator[list[Stored]]:
    while page := list(islice(some, PAGE)):
        yield page
