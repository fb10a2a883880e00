"""The table port on one SQLite file: the engine of the embedded drive."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock

from smartdrive.ports.table import Action, Index, Item, Key, Slice, Unavailable, Value
from smartdrive.storage.questions import Question, check_question
from smartdrive.storage.sqlite_layout import connect, lay_out
from smartdrive.storage.sqlite_writer import Writer, asked_for, in_order, items_of
from smartdrive.storage.strict import check_key, check_keys, check_write

_WALKED_AT_ONCE = 500
_READ = "SELECT body FROM item WHERE pk = ? AND sk = ?"


class SqliteTable:
    """One table in one file, shared by all threads of all processes of one machine.

    Write-ahead log with a full sync: what `write` returned from survives a power failure. Readers never wait
    for writers. The file is opened on first use, so a process may fork before that, but not after.
    """

    def __init__(
        self, path: Path, *, clock: Callable[[], datetime], retried: Callable[[], object] = lambda: None
    ) -> None:
        lay_out(path)
        self._path = path
        self._writer = Writer(path, clock=clock, retried=retried)
        self._readers: list[sqlite3.Connection] = []
        self._lock = Lock()

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._writer.close()
        with self._lock:
            while self._readers:
                self._readers.pop().close()

    def get(self, key: Key) -> Item | None:
        """See the port."""
        check_key(key)
        found = self._items(_READ, (key.pk.encode(), key.sk.encode()))
        return found[0] if found else None

    def get_many(self, keys: Sequence[Key]) -> list[Item | None]:
        """See the port."""
        check_keys(keys)
        if not keys:
            return []
        return in_order(self._items(*asked_for(keys)), keys)

    def query(
        self,
        pk: str,
        *,
        begins: str = "",
        index: Index | None = None,
        limit: int = 100,
        cursor: str | None = None,
        descending: bool = False,
    ) -> Slice:
        """See the port."""
        question = Question(pk, begins, index, descending)
        check_question(question, limit)
        after = None if cursor is None else question.read_cursor(cursor)
        select, values = _asked(question, after)
        return question.page_of(self._items(select, [*values, limit + 1]), limit)

    def write(self, *actions: Action) -> dict[str, Value]:
        """See the port."""
        check_write(actions)
        return self._writer.write(actions)

    def walk(self, *, after: Key | None = None) -> Iterator[Item]:
        """See the port; read in pages, so that no long read keeps the log from being folded in."""
        asked = "SELECT body FROM item WHERE (pk, sk) > (?, ?) ORDER BY pk, sk LIMIT ?"
        last = (after.pk.encode(), after.sk.encode()) if after else (b"", b"")
        while page := self._items(asked, (*last, _WALKED_AT_ONCE)):
            yield from page
            last = (str(page[-1]["pk"]).encode(), str(page[-1]["sk"]).encode())

    def _items(self, asked: str, values: Sequence[bytes | int]) -> list[Item]:
        try:
            bodies = self._bodies(asked, values)
        except sqlite3.Error as error:
            raise Unavailable(f"the data file could not be read: {error}") from error
        return items_of(bodies)

    def _bodies(self, asked: str, values: Sequence[bytes | int]) -> list[str]:
        db = self._borrow()
        try:
            return [row[0] for row in db.execute(asked, values)]
        finally:
            with self._lock:
                self._readers.append(db)

    def _borrow(self) -> sqlite3.Connection:
        with self._lock:
            if self._readers:
                return self._readers.pop()
        return connect(self._path)


def _asked(question: Question, after: tuple[str, ...] | None) -> tuple[str, list[bytes]]:
    """Return the SELECT of one page and its values; the names in it come from the port's own list."""
    sort = question.place[0]
    clauses = [f"{question.partition} = ?", f"{sort} IS NOT NULL"]
    values = [question.pk.encode()]
    for comparison, bound in _bounds(question, after):
        clauses.append(f"{sort} {comparison} ?")
        values.append(bound)
    if after is not None:
        marks = ", ".join("?" for _ in after)
        clauses.append(f"({', '.join(question.place)}) {'<' if question.descending else '>'} ({marks})")
        values += [part.encode() for part in after]
    source = f"item INDEXED BY {question.index}" if question.index else "item"
    order = ", ".join(f"{name} {'DESC' if question.descending else 'ASC'}" for name in question.place)
    where = " AND ".join(clauses)
    # No word of a caller is part of the text.
    return f"SELECT body FROM {source} WHERE {where} ORDER BY {order} LIMIT ?", values  # nosec B608


def _bounds(question: Question, after: tuple[str, ...] | None) -> list[tuple[str, bytes]]:
    """Return the range of the prefix, without the end that a cursor is past: SQLite would start from it."""
    first = question.begins.encode()
    if not first:
        return []
    lower, upper = (">=", first), ("<", first[:-1] + bytes([first[-1] + 1]))
    if after is None:
        return [lower, upper]
    return [lower] if question.descending else [upper]
