"""Group commit: writes of many threads that wait at the same time share one transaction and one sync.

A thread that finds nobody writing leads: it takes every write that waits, decides and applies one after the other,
commits once and leaves each its own answer. Whoever came meanwhile goes next, under the first of them. A thread
that is alone leads at once and waits for nobody.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

import orjson

from smartdrive.ports.table import Action, Item, Key, Unavailable, Value
from smartdrive.storage.outcomes import decide
from smartdrive.storage.sqlite_layout import COLUMNS, begin, connect, write_failure

_MOST_TOGETHER = 128
_SWEEP_EVERY = timedelta(minutes=1)
_SWEPT_AT_ONCE = 200
_STORE = f"INSERT OR REPLACE INTO item ({', '.join(COLUMNS)}) VALUES ({', '.join('?' for _ in COLUMNS)})"
_REMOVE = "DELETE FROM item WHERE pk = ? AND sk = ?"
_SWEEP = "DELETE FROM item WHERE (pk, sk) IN (SELECT pk, sk FROM item WHERE ttl < ? LIMIT ?)"

_TEXTS = COLUMNS[:-2]


def _locked() -> Lock:
    lock = Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Turn:
    """One write on its way: what it wants, and once `done` what came of it.

    Its thread sleeps on `wake`, which is let go when the write is done or when it is this thread's turn to lead.
    """

    actions: Sequence[Action]
    answer: dict[str, Value] = field(default_factory=dict)
    error: BaseException | None = None
    done: bool = False
    wake: Lock = field(default_factory=_locked)


class Writer:
    """The one place of a process that writes to the file. `retried`: told when another process was in the way."""

    def __init__(self, path: Path, *, clock: Callable[[], datetime], retried: Callable[[], object]) -> None:
        self._path = path
        self._clock = clock
        self._retried = retried
        self._waiting: deque[_Turn] = deque()
        self._led = False
        self._queue = Lock()
        self._file = Lock()
        self._db: sqlite3.Connection | None = None
        self._swept: datetime | None = None

    def write(self, actions: Sequence[Action]) -> dict[str, Value]:
        """Return once the write is on disk; raise what became of it otherwise."""
        turn = _Turn(actions)
        if self._must_wait(turn):
            turn.wake.acquire()
        if not turn.done:
            self._lead()
        if turn.error is not None:
            raise turn.error
        return turn.answer

    def close(self) -> None:
        """Let go of the file; a later write opens it again."""
        with self._file:
            if self._db is not None:
                self._db.close()
                self._db = None

    def _must_wait(self, turn: _Turn) -> bool:
        """Queue up; tell whether another thread leads now. The leader's own turn stands first in the queue."""
        with self._queue:
            self._waiting.append(turn)
            led, self._led = self._led, True
            return led

    def _lead(self) -> None:
        with self._queue:
            turns = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_TOGETHER))]
        try:
            with self._file:
                self._write_together(turns)
        finally:
            self._hand_over(turns)

    def _hand_over(self, turns: Sequence[_Turn]) -> None:
        """Wake the first of those who came meanwhile to lead, then all whose write is done."""
        with self._queue:
            self._led = bool(self._waiting)
            if self._led:
                self._waiting[0].wake.release()
        for turn in turns:
            turn.done = True
            turn.wake.release()

    def _write_together(self, turns: Sequence[_Turn]) -> None:
        try:
            self._commit(turns)
        except sqlite3.Error as error:
            for turn in turns:
                turn.error = write_failure(error, self._path)
        except BaseException:
            for turn in turns:
                turn.error = Unavailable("the write was broken off")
            raise
        finally:
            self._end()

    def _commit(self, turns: Sequence[_Turn]) -> None:
        self._db = db = self._db or connect(self._path)
        if begin(db):
            self._retried()
        for turn in turns:
            _take(turn, db)
        self._sweep(db)
        db.execute("COMMIT")

    def _end(self) -> None:
        """Undo what a failure left open. Kept open the connection can read on, even when the disk is full."""
        if self._db is not None and self._db.in_transaction:
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")

    def _sweep(self, db: sqlite3.Connection) -> None:
        now = self._clock()
        if self._swept is None or now - self._swept >= _SWEEP_EVERY:
            self._swept = now
            db.execute(_SWEEP, (int(now.timestamp()), _SWEPT_AT_ONCE))


def _take(turn: _Turn, db: sqlite3.Connection) -> None:
    """Decide, then apply: a write that is refused or stumbles over a mistake changes nothing for the others."""
    try:
        outcome = decide(turn.actions, lambda keys: _read(db, keys))
        rows = [_row(item) for item in outcome.stored]
    except sqlite3.Error:
        raise
    except Exception as error:
        turn.error = error
    else:
        db.executemany(_STORE, rows)
        db.executemany(_REMOVE, [(key.pk.encode(), key.sk.encode()) for key in outcome.removed])
        turn.answer = outcome.answer


def _read(db: sqlite3.Connection, keys: Sequence[Key]) -> list[Item | None]:
    found = items_of(row[0] for row in db.execute(*asked_for(keys))) if keys else []
    return in_order(found, keys)


def asked_for(keys: Sequence[Key]) -> tuple[str, list[bytes]]:
    """The SELECT of all items under these keys, and its values."""
    wanted = f"WITH wanted (pk, sk) AS (VALUES {', '.join('(?, ?)' for _ in keys)})"
    asked = f"{wanted} SELECT body FROM wanted CROSS JOIN item USING (pk, sk)"  # nosec B608: marks only
    return asked, [part.encode() for key in keys for part in (key.pk, key.sk)]


def items_of(bodies: Iterable[str]) -> list[Item]:
    """The items of their texts, read by one call for all."""
    items: list[Item] = orjson.loads(f"[{','.join(bodies)}]")
    return items


def in_order(found: Iterable[Item], keys: Sequence[Key]) -> list[Item | None]:
    """The item under each key, None where there is none."""
    by_key = {(item["pk"], item["sk"]): item for item in found}
    return [by_key.get((key.pk, key.sk)) for key in keys]


def _row(item: Item) -> list[object]:
    texts = [item.get(name) for name in _TEXTS]
    return [
        *(text.encode() if isinstance(text, str) else None for text in texts),
        item.get("ttl"),
        orjson.dumps(item).decode(),
    ]
