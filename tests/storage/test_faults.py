"""The table that fails on purpose: each fault comes where it was asked for, and nowhere else."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smartdrive.ports.table import BadCursor, Contended, Key, Put, Table, Unavailable
from smartdrive.storage.sqlite import SqliteTable
from tests.contract.tables import everything
from tests.faulty_table import Fault, FaultyTable

A = Key("p", "a")


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[SqliteTable]:
    made = SqliteTable(tmp_path / "drive.db", clock=lambda: datetime.now(UTC))
    yield made
    made.close()


VERBS: list[Callable[[Table], object]] = [
    lambda table: table.write(Put({"pk": "p", "sk": "a"})),
    lambda table: table.get(A),
    lambda table: table.get_many([A]),
    lambda table: table.query("p"),
    lambda table: list(table.walk()),
]


def test_any_verb_fails_at_its_place_in_all_calls(plain: SqliteTable) -> None:
    for at in range(1, len(VERBS) + 1):
        table = FaultyTable(plain, Fault(Unavailable("down"), at))
        for place, verb in enumerate(VERBS, start=1):
            if place == at:
                with pytest.raises(Unavailable):
                    verb(table)
            else:
                verb(table)
        assert table.calls == len(VERBS)


def test_a_fault_of_one_verb_counts_that_verb(plain: SqliteTable) -> None:
    table = FaultyTable(plain, Fault(Contended(), 2, verb="write"))
    table.get(A)
    table.write(Put({"pk": "p", "sk": "a", "n": 1}))
    table.get(A)
    with pytest.raises(Contended):
        table.write(Put({"pk": "p", "sk": "a", "n": 2}))
    assert table.get(A) == {"pk": "p", "sk": "a", "n": 1}
    table.write(Put({"pk": "p", "sk": "a", "n": 3}))
    assert table.get(A) == {"pk": "p", "sk": "a", "n": 3}


@pytest.mark.parametrize(("moment", "stands"), [("before", False), ("after", True)])
def test_an_answer_may_be_lost_before_or_after_the_effect(plain: SqliteTable, moment: str, stands: bool) -> None:
    table = FaultyTable(plain, Fault(Unavailable("lost"), 1, verb="write", moment=moment))
    with pytest.raises(Unavailable):
        table.write(Put({"pk": "p", "sk": "a"}))
    assert (table.get(A) is not None) == stands


def test_held_global_indexes_answer_as_of_earlier(plain: SqliteTable) -> None:
    table = FaultyTable(plain)
    table.write(Put({"pk": "p", "sk": "a", "g1": "x", "g1s": "old", "l1": "old"}))
    table.hold_indexes()
    table.write(Put({"pk": "p", "sk": "a", "g1": "x", "g1s": "new", "l1": "new"}))
    table.write(Put({"pk": "p", "sk": "b", "g1": "x", "g1s": "new"}))
    assert [item["g1s"] for item in table.query("x", index="g1").items] == ["old"]
    assert [item["l1"] for item in table.query("p", index="l1").items] == ["new"]
    assert len(table.query("p").items) == 2
    table.release_indexes()
    assert [item["sk"] for item in table.query("x", index="g1").items] == ["a", "b"]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("begins", ["", "a", "é"])
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_a_held_index_pages_as_the_engine_does(plain: SqliteTable, limit: int, begins: str, descending: bool) -> None:
    sorts = ["a", "ab", "a", "é", "é🌲", "z", "\uffff"]
    plain.write(*[Put({"pk": f"p{n % 2}", "sk": f"{n}", "g2": "x", "g2s": sort}) for n, sort in enumerate(sorts)])
    table = FaultyTable(plain)
    table.hold_indexes()
    asked = {"begins": begins, "index": "g2", "limit": limit, "descending": descending}
    assert everything(table, "x", **asked) == everything(plain, "x", **asked)
    with pytest.raises(BadCursor):
        table.query("x", index="g2", cursor="forged")
