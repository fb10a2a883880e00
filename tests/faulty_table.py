"""A table that fails on purpose: what no engine here shows by itself, so that tests can."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Literal, TypeVar

from smartdrive.ports.table import (
    GLOBAL_INDEXES,
    Action,
    Index,
    Item,
    Key,
    Slice,
    Table,
    Value,
)
from smartdrive.storage.questions import Question, check_question

Answer = TypeVar("Answer")
Verb = Literal["get", "get_many", "query", "write", "walk"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, and at which call: the `at`-th (from 1) of `verb`, or of all verbs together.

    `Contended` belongs before the effect; `Unavailable` may come before it, or after it as a lost answer.
    """

    error: Exception
    at: int
    verb: Verb | None = None
    moment: Literal["before", "after"] = "before"


class FaultyTable:
    """Another table, with faults at chosen calls and with global indexes that lag when told to."""

    def __init__(self, table: Table, *faults: Fault) -> None:
        self._table = table
        self._faults = faults
        self._calls: list[Verb] = []
        self._lock = Lock()
        self._earlier: list[Item] | None = None

    @property
    def calls(self) -> int:
        """Count the calls so far, so that a test can fail each of them in turn."""
        return len(self._calls)

    def hold_indexes(self) -> None:
        """From now on global indexes answer as of this moment."""
        self._earlier = list(self._table.walk())

    def release_indexes(self) -> None:
        """Let the global indexes catch up."""
        self._earlier = None

    def get(self, key: Key) -> Item | None:
        """See the port."""
        return self._do("get", lambda: self._table.get(key))

    def get_many(self, keys: Sequence[Key]) -> list[Item | None]:
        """See the port."""
        return self._do("get_many", lambda: self._table.get_many(keys))

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
        if index in GLOBAL_INDEXES and self._earlier is not None:
            question, earlier = Question(pk, begins, index, descending), self._earlier
            check_question(question, limit)
            after = None if cursor is None else question.read_cursor(cursor)
            return self._do("query", lambda: _page(earlier, question, limit=limit, after=after))
        return self._do(
            "query",
            lambda: self._table.query(
                pk, begins=begins, index=index, limit=limit, cursor=cursor, descending=descending
            ),
        )

    def write(self, *actions: Action) -> dict[str, Value]:
        """See the port."""
        return self._do("write", lambda: self._table.write(*actions))

    def walk(self, *, after: Key | None = None) -> Iterator[Item]:
        """See the port."""
        return self._do("walk", lambda: self._table.walk(after=after))

    def _do(self, verb: Verb, call: Callable[[], Answer]) -> Answer:
        due = self._due(verb)
        _fail(due, "before")
        answer = call()
        _fail(due, "after")
        return answer

    def _due(self, verb: Verb) -> list[Fault]:
        with self._lock:
            self._calls.append(verb)
            counts = {None: len(self._calls), verb: self._calls.count(verb)}
        return [fault for fault in self._faults if counts.get(fault.verb) == fault.at]


def _fail(due: Sequence[Fault], moment: str) -> None:
    for fault in due:
        if fault.moment == moment:
            raise fault.error


def _page(items: Sequence[Item], question: Question, *, limit: int, after: tuple[str, ...] | None) -> Slice:
    """Answer a query from a list of items, in the order of the engines."""
    found = {_place(question, item): item for item in items if _answers(question, item)}
    start = None if after is None else tuple(part.encode() for part in after)
    places = sorted(found, reverse=question.descending)
    if start is not None:
        places = [place for place in places if (place < start if question.descending else place > start)]
    page = [found[place] for place in places[:limit]]
    return Slice(page, question.cursor_after(page[-1]) if len(page) == limit else None)


def _answers(question: Question, item: Item) -> bool:
    sort = item.get(question.place[0])
    return item.get(question.partition) == question.pk and isinstance(sort, str) and sort.startswith(question.begins)


def _place(question: Question, item: Item) -> tuple[bytes, ...]:
    return tuple(str(item[name]).encode() for name in question.place)
