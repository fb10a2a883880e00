"""Jobs that one process does at a time, and stretches of work that end when they are told to.

A lease only saves work: every write of every job is conditional, so two holders at once do no harm. Clocks of
machines that share a store may differ by less than a lease's life.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from smartdrive.domain.clock import Clock, Ids
from smartdrive.ports.table import Table
from smartdrive.records import locks as records
from smartdrive.records.locks import Lease
from smartdrive.services.processes import is_gone, own_name
from smartdrive.services.retry import wrote

LEASE = timedelta(seconds=30)


def never() -> bool:
    """Nobody asks to stop."""
    return False


class Turn:
    """A stretch of work: goes on until it is told to stop, its time is up, or somebody else has its lease."""

    def __init__(
        self,
        clock: Clock,
        *,
        seconds: float | None = None,
        stopped: Callable[[], bool] = never,
        renew: Callable[[], bool] | None = None,
    ) -> None:
        self._clock = clock
        self._until = clock() + timedelta(seconds=seconds) if seconds is not None else None
        self._stopped = stopped
        self._renew = renew

    def go_on(self) -> bool:
        """Whether to begin another small step."""
        return not self._over() and self.keep()

    def keep(self) -> bool:
        """As `go_on`, for what time cannot cut: false only when told to stop or without the lease."""
        return not self._stopped() and (self._renew is None or self._renew())

    def _over(self) -> bool:
        return self._until is not None and self._clock() >= self._until


@dataclass(frozen=True, slots=True)
class Locks:
    """Leases on jobs."""

    table: Table
    clock: Clock
    ids: Ids
    life: timedelta = LEASE

    @contextmanager
    def turn(
        self, job: str, *, seconds: float | None = None, stopped: Callable[[], bool] = never
    ) -> Iterator[Turn | None]:
        """A turn at a job that nobody else does now, or None while somebody does it."""
        lease = self.hold(job)
        if lease is None:
            yield None
            return
        holder = _Holder(self, lease)
        try:
            yield Turn(self.clock, seconds=seconds, stopped=stopped, renew=holder.renew)
        finally:
            self.release(holder.lease)

    def hold(self, job: str) -> Lease | None:
        """Take the job when nobody holds it, the holder's time is over, or its process was killed on this machine."""
        wanted = Lease(job, f"{own_name()}/{self.ids()}", self._until())
        held = records.read_lease(self.table, job)
        if held is None:
            return wanted if wrote(self.table, records.take(wanted)) else None
        over = held.until <= self.clock() or is_gone(held.owner.partition("/")[0])
        return self._succeed(held, wanted) if over else None

    def renew(self, lease: Lease) -> Lease | None:
        """The lease with its whole life before it again; None when somebody else took it."""
        return self._succeed(lease, replace(lease, until=self._until()))

    def release(self, lease: Lease) -> None:
        """Let go. A lease that somebody else has by now stays theirs."""
        wrote(self.table, records.release(lease))

    def _until(self) -> datetime:
        return self.clock() + self.life

    def _succeed(self, old: Lease, new: Lease) -> Lease | None:
        return new if wrote(self.table, records.take_over(old, new)) else None


class _Holder:
    """Keeps one lease alive: renews it when a third of its life is over. Threads may share it."""

    def __init__(self, locks: Locks, lease: Lease) -> None:
        self._locks = locks
        self._guard = threading.Lock()
        self.lease = lease

    def renew(self) -> bool:
        with self._guard:
            if self.lease.until - self._locks.clock() > self._locks.life * 2 / 3:
                return True
            renewed = self._locks.renew(self.lease)
            self.lease = renewed or self.lease
            return renewed is not None
