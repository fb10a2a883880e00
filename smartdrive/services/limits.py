"""Budgets over all workers and restarts: one counter a name in the table, counted in fixed windows."""

import time as waiting
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from limits import RateLimitItem, parse
from limits.storage import Storage

from smartdrive.domain.clock import Clock
from smartdrive.domain.errors import TooMany
from smartdrive.ports.table import Refused, Table, Unavailable
from smartdrive.records import limits as records
from smartdrive.services.retry import Again, until_settled

PATIENCE = 4.0
"""Seconds that a try waits for the outcome of others that hold the rest of a budget."""
PAUSE = 0.05

Seen = dict[str, records.Window | None]
"""Windows read a moment ago along with something else; each saves one read and is taken out then."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts tries. `rate` is written as in the settings: `10/minute`."""

    table: Table
    clock: Clock

    def spend(self, name: str, rate: str) -> None:
        """Take one of the budget for good; raises TooMany when it is used up."""
        budget = parse(rate)
        window = self.add(name, seconds=budget.get_expiry())
        if window.count > budget.amount:
            raise self._refusal(window)

    def hold(self, name: str, rate: str, *, seen: Seen | None = None) -> records.Window:
        """Take one until `settle` says what became of the try; raises TooMany.

        Tries that hold the rest of the budget at this moment may yet turn out well, so it waits for them a little.
        """
        budget, until = parse(rate), waiting.monotonic() + PATIENCE
        while (window := self._try(name, budget, seen=seen or {})).count > budget.amount:
            if window.failed >= budget.amount or waiting.monotonic() > until:
                raise self._refusal(window)
            waiting.sleep(PAUSE)
        return window

    def settle(self, window: records.Window, *, failed: bool) -> None:
        """A failed try stays spent until its window ends; any other is given back."""
        change = records.fail(window) if failed else records.give_back(window)
        with suppress(Refused):
            until_settled(lambda: self.table.write(change))

    def add(self, name: str, *, seconds: int, amount: int = 1, seen: Seen | None = None) -> records.Window:
        """Count up in the window of now and return it; a new window begins with its first try."""
        return until_settled(lambda: self._add(name, seconds=seconds, amount=amount, seen=seen or {}))

    def look(self, name: str) -> records.Window | None:
        """The window of now, None when nothing was counted in it."""
        window = records.read_window(self.table, name)
        return window if window and window.ends > self.clock() else None

    def forget(self, name: str) -> None:
        """Give the whole budget back."""
        self.table.write(records.delete_window(name))

    def _try(self, name: str, budget: RateLimitItem, *, seen: Seen) -> records.Window:
        window = self.add(name, seconds=budget.get_expiry(), seen=seen)
        if window.count > budget.amount:
            self.settle(window, failed=False)
        return window

    def _add(self, name: str, *, seconds: int, amount: int, seen: Seen) -> records.Window:
        old = seen.pop(name) if name in seen else records.read_window(self.table, name)
        try:
            if old and old.ends > self.clock():
                return records.counted(old, self.table.write(records.count(old, amount)))
            new = records.Window(name, amount, 0, self.clock() + timedelta(seconds=seconds))
            self.table.write(records.begin(new, instead_of=old))
        except Refused:
            raise Again from None
        return new

    def _refusal(self, window: records.Window) -> TooMany:
        left = (window.ends - self.clock()).total_seconds()
        return TooMany(retry_after=max(1, int(left) + 1))


class TableStorage(Storage):
    """The same counters as a storage of the `limits` library, for its fixed windows."""

    STORAGE_SCHEME = ["table"]  # noqa: RUF012 - the library's way to register a storage

    def __init__(self, uri: str, *, counters: Limits, wrap_exceptions: bool = False) -> None:
        super().__init__(uri, wrap_exceptions)
        self.counters = counters

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the library would wrap, if asked to."""
        return Unavailable

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:  # noqa: PLR0917 - the library's shape
        """Count up and return the count."""
        return self.counters.add(key, seconds=expiry, amount=amount).count

    def get(self, key: str) -> int:
        """The count of the window of now."""
        window = self.counters.look(key)
        return window.count if window else 0

    def get_expiry(self, key: str) -> float:
        """Epoch seconds at which the window ends; now, when there is none."""
        window = self.counters.look(key)
        return (window.ends if window else self.counters.clock()).timestamp()

    def check(self) -> bool:
        """Whether the table answers."""
        self.counters.look("check")
        return True

    def reset(self) -> int | None:
        """Not possible for all counters at once: they share no partition."""
        return None

    def clear(self, key: str) -> None:
        """Give one budget back."""
        self.counters.forget(key)
