"""All background work of a drive, in bounded rounds: what is promised in the table is done, whoever promised it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from smartdrive.domain.clock import Clock, Ids
from smartdrive.metrics import Metrics
from smartdrive.ports.objects import Objects
from smartdrive.ports.table import Table
from smartdrive.records import due, keys
from smartdrive.services.checksums import Summing
from smartdrive.services.days import Days
from smartdrive.services.doomed import Doomed
from smartdrive.services.emptying import Emptying
from smartdrive.services.filling import Filling
from smartdrive.services.history import Keeping
from smartdrive.services.journal import Journal
from smartdrive.services.leaving import Leaving
from smartdrive.services.locks import Locks, Turn, never
from smartdrive.services.purge import Purge
from smartdrive.services.sealing import Sealing
from smartdrive.services.shares import Shares
from smartdrive.services.sweep import Sweep
from smartdrive.services.thinning import Thinning
from smartdrive.services.uploads import Uploads

ROUND = 10.0
"""Seconds after which a round begins nothing new."""
PURGE, SUMS, COPIES, SWEEP = "purge", "checksums", "copies", "sweep"


@dataclass(frozen=True, slots=True)
class Upkeep:
    """The jobs of the worker. Each round holds a lease, so that of many workers one does a job at a time.

    A round answers whether it did the job: False when nothing was due or somebody else does it now.
    """

    table: Table
    locks: Locks
    emptying: Emptying
    purge: Purge
    leaving: Leaving
    doomed: Doomed
    summing: Summing
    filling: Filling
    sweep: Sweep
    thinning: Thinning
    sealing: Sealing

    def purge_due(self) -> bool:
        """Whether something is to be deleted for good now; strongly consistent, cheap."""
        return bool(self._due()) or self.doomed.any_due()

    def purge_round(self, *, seconds: float = ROUND, stopped: Callable[[], bool] = never) -> bool:
        """Delete what was deleted for good: emptied trashes, accounts, what is marked, and last the bytes."""
        kinds = self._due()
        if not kinds and not self.doomed.any_due():
            return False
        with self.locks.turn(PURGE, seconds=seconds, stopped=stopped) as turn:
            if turn:
                self._purge(turn, kinds)
            return turn is not None

    def checksum_round(self, *, seconds: float = ROUND, stopped: Callable[[], bool] = never) -> bool:
        """Compute checksums that are due."""
        if not self.summing.any_due():
            return False
        with self.locks.turn(SUMS, seconds=seconds, stopped=stopped) as turn:
            if turn:
                self.summing.run(turn)
            return turn is not None

    def copy_round(self, *, seconds: float = ROUND, stopped: Callable[[], bool] = never) -> bool:
        """Go on with copies of large folders; False also where those that are not over are in the hands of requests."""
        if not self.filling.any_due():
            return False
        with self.locks.turn(COPIES, seconds=seconds, stopped=stopped) as turn:
            return turn is not None and self.filling.run(turn)

    def sweep_round(
        self, *, seconds: float | None = None, stopped: Callable[[], bool] = never, grace: timedelta | None = None
    ) -> bool:
        """Look for what time has ended: uploads, links, things long in the trash, versions, what was done long ago.

        Journals are sealed once a day. Looking for bytes that nobody knows goes through all of storage: that is done
        once a day as well, or now when a `grace` is named.
        """
        with self.locks.turn(SWEEP, seconds=seconds, stopped=stopped) as turn:
            if turn:
                self.sweep.expired(turn)
                self.emptying.outdated(turn)
                self.thinning.outdated(turn)
                self.sealing.daily(turn)
                self.sweep.orphans_daily(turn) if grace is None else self.sweep.orphans(turn, grace=grace)
            return turn is not None

    def backlog(self) -> dict[str, int]:
        """How many pieces of work of each kind wait, up to a thousand in a shard; reads them all."""
        counts = due.count(self.table)
        return counts | {"bytes": self.doomed.count(), "copies": self.filling.count()}

    def _due(self) -> frozenset[str]:
        return due.waiting(self.table, keys.DUE_EMPTY, keys.DUE_PURGE, keys.DUE_ACCOUNT)

    def _purge(self, turn: Turn, kinds: frozenset[str]) -> None:
        """What becomes due of a kind that was not seen waits for the next round, which comes at once."""
        if keys.DUE_EMPTY in kinds:
            self.emptying.emptied(turn)
        if keys.DUE_ACCOUNT in kinds:
            self.leaving.begin(turn)
        if kinds:
            self.purge.run(turn)
        if keys.DUE_ACCOUNT in kinds:
            self.leaving.finish(turn)
        self.doomed.run(turn)


@dataclass(frozen=True, slots=True)
class Owed:
    """What other services leave to the background."""

    uploads: Uploads
    shares: Shares
    filling: Filling
    keeping: Keeping
    sealing: Sealing


def upkeep(table: Table, objects: Objects, *, owed: Owed, clock: Clock, ids: Ids, metrics: Metrics) -> Upkeep:
    """Put the background work on the ports."""
    days, shares = Days(table, clock), owed.shares
    emptying = Emptying(table, days, clock, Journal(clock, ids), metrics)
    return Upkeep(
        table=table,
        locks=Locks(table, clock, ids),
        emptying=emptying,
        purge=Purge(table, shares),
        leaving=Leaving(table, emptying, owed.uploads, shares, clock),
        doomed=Doomed(table, objects, clock, metrics),
        summing=Summing(table, objects),
        filling=owed.filling,
        sweep=Sweep(table, objects, owed.uploads, shares, days, clock, metrics),
        thinning=Thinning(table, owed.keeping, days, clock, ids, metrics),
        sealing=owed.sealing,
    )
