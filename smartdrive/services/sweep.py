"""Putting away what was left lying: uploads nobody goes on with, links past their end, bytes nobody knows."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from smartdrive.domain.clock import Clock
from smartdrive.domain.models import Upload
from smartdrive.metrics import Metrics
from smartdrive.ports.objects import Objects, Plan, Stored
from smartdrive.ports.table import Item, Table
from smartdrive.records import keys, shares, uploads
from smartdrive.records.codec import text
from smartdrive.services.days import ONE, Days
from smartdrive.services.locks import Turn
from smartdrive.services.shares import Shares
from smartdrive.services.uploads import Uploads

JOB = "sweep"
ORPHANS = "orphans"
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
    metrics: Metrics

    def expired(self, turn: Turn) -> None:
        """Cancel uploads untouched for a week, with what they hold, and forget links past their end."""
        for day in self.days.up_to_now(JOB):
            for rows in self.days.rows(keys.sweep_day(day), PAGE):
                for row in rows:
                    if not turn.go_on():
                        return
                    self._put_away(row)
        self.days.done(JOB)

    def orphans_daily(self, turn: Turn) -> None:
        """Look for orphans unless that was done today."""
        if self.days.is_new(ORPHANS):
            self.orphans(turn)
            if turn.go_on():
                self.days.done(ORPHANS)

    def orphans(self, turn: Turn, *, grace: timedelta = GRACE) -> set[str]:
        """Delete bytes older than `grace` that no row knows; their keys."""
        deleted: set[str] = set()
        before = self.clock() - grace
        self.objects.tidy(before)
        for some in _hundreds(each for each in self.objects.keys("") if each.modified <= before):
            if not turn.go_on():
                break
            for stray in self.strays(some):
                self._delete(stray)
                deleted.add(stray.key)
        return deleted

    def strays(self, some: Sequence[Stored]) -> list[Stored]:
        """Those that no version, no promise to delete and no open upload knows.

        A finished upload becomes a version in one write: whoever was seen in neither is asked about once more.
        """
        found = self._unrecorded(some)
        if found:
            held = self._held()
            found = self._unrecorded([each for each in found if each.key not in held])
        return found

    def _unrecorded(self, some: Sequence[Stored]) -> list[Stored]:
        found = list(some)
        for row_of in (keys.references, keys.doomed):
            answers = [self.table.get_many([row_of(each.key) for each in page]) for page in _hundreds(found)]
            rows = [row for page in answers for row in page]
            found = [each for each, row in zip(found, rows, strict=True) if row is None]
        return found

    def _held(self) -> frozenset[str]:
        """Object keys of all open uploads. From the oldest day on: one put off meanwhile is met again."""
        today = self.clock()
        days = list(self.days.up_to_now(JOB))
        days += [today + ONE * ahead for ahead in range(1, uploads.UNTOUCHED.days + 2)]
        return frozenset(key for day in days for key in self._held_on(day))

    def _held_on(self, day: datetime) -> Iterator[str]:
        for rows in self.days.rows(keys.sweep_day(day), PAGE * 10):
            yield from (text(row, "key") for row in rows if text(row, "pk").startswith("UP#"))

    def _delete(self, stray: Stored) -> None:
        log.warning("deleting bytes that nobody knows", extra={"object": stray.key, "size": stray.size})
        self.objects.abandon_put(Plan(stray.key, stray.size, max(1, stray.size), stray.handle))
        self.metrics.swept("orphans")

    def _put_away(self, row: Item) -> None:
        if text(row, "pk").startswith("UP#"):
            self._cancel(text(row, "id"))
        else:
            self._end(text(row, "hash"))

    def _end(self, token_hash: str) -> None:
        link = shares.read_link(self.table, token_hash)
        if link and link.expires <= self.clock():
            self.shares.forget(link)
            self.metrics.swept("links")

    def _cancel(self, upload_id: str) -> None:
        upload = uploads.read_upload(self.table, upload_id)
        if upload and upload.state == "open" and self._untouched(upload):
            log.info("cancelling an upload nobody goes on with", extra={"upload": upload.id})
            self.uploads.drop(upload)
            self.metrics.swept("uploads")

    def _untouched(self, upload: Upload) -> bool:
        return upload.touched + uploads.UNTOUCHED <= self.clock()


def _hundreds(some: Iterable[Stored]) -> Iterator[list[Stored]]:
    rest = iter(some)
    while page := list(islice(rest, PAGE)):
        yield page
