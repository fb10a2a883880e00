"""The verbs and conditions of the table port, one suite for every engine."""

from collections.abc import Sequence

import pytest

from smartdrive.ports.table import (
    Absent,
    Action,
    AtLeast,
    Change,
    Check,
    Condition,
    Delete,
    Equals,
    Item,
    Key,
    Present,
    Put,
    Refused,
    Table,
)
from tests.contract.tables import everything

FULL: Item = {
    "sk": "F#naïve 文件 🌲",
    "text": "any \x00 text, also '\"; DROP TABLE item --",
    "empty": "",
    "zero": 0,
    "less": -7,
    "large": 2**63 - 1,
    "none": [],
    "words": ["one", "", "zwei"],
    "size": "a reserved word of DynamoDB",
    "with space.and#dot": 1,
    "ttl": 4_000_000_000,
}


def refused(table: Table, *actions: Action) -> tuple[int, ...]:
    """The positions refused; () when the write went through."""
    try:
        table.write(*actions)
    except Refused as error:
        return error.failed
    return ()


# Reading and writing whole items


def test_an_item_comes_back_as_it_was_written(table: Table, pk: str) -> None:
    item = {"pk": pk, **FULL}
    assert table.write(Put(item)) == {}
    assert table.get(Key(pk, str(FULL["sk"]))) == item


def test_what_was_never_written_is_none(table: Table, pk: str) -> None:
    assert table.get(Key(pk, "x")) is None
    assert table.get_many([Key(pk, "x")]) == [None]
    assert table.query(pk).items == []
    assert table.query(pk).cursor is None


def test_a_put_replaces_the_whole_item(table: Table, pk: str) -> None:
    table.write(Put({"pk": pk, "sk": "a", "old": 1, "l1": "x", "g1": pk, "g1s": "x"}))
    table.write(Put({"pk": pk, "sk": "a", "new": 2}))
    assert table.get(Key(pk, "a")) == {"pk": pk, "sk": "a", "new": 2}
    assert table.query(pk, index="l1").items == []
    assert table.query(pk, index="g1").items == []


def test_keys_differ_by_case_and_by_form(table: Table, pk: str) -> None:
    names = ["a", "A", "é", "e\u0301", "a ", " a"]
    table.write(*[Put({"pk": pk, "sk": name, "is": name}) for name in names])
    assert [table.get(Key(pk, name)) for name in names] == [{"pk": pk, "sk": name, "is": name} for name in names]


def test_a_removed_item_is_gone_everywhere(table: Table, pk: str) -> None:
    table.write(Put({"pk": pk, "sk": "a", "l1": "x", "g1": pk, "g1s": "x"}))
    table.write(Delete(Key(pk, "a")))
    assert table.get(Key(pk, "a")) is None
    assert [table.query(pk, index=index).items for index in (None, "l1", "g1")] == [[], [], []]


def test_removing_what_is_not_there_succeeds(table: Table, pk: str) -> None:
    assert table.write(Delete(Key(pk, "a"))) == {}


# Many at once


def test_many_keep_the_order_asked_and_may_repeat(table: Table, pk: str) -> None:
    table.write(*[Put({"pk": pk, "sk": f"{n:03}", "n": n}) for n in range(60)])
    asked = [Key(pk, f"{n:03}") for n in (59, 3, 70, 3, 0, 59)]
    found = [item and item["n"] for item in table.get_many(asked)]
    assert found == [59, 3, None, 3, 0, 59]


def test_many_of_none(table: Table) -> None:
    assert table.get_many([]) == []


def test_a_hundred_large_items_at_once(table: Table, pk: str) -> None:
    """DynamoDB ends an answer at 16 MB and says what it left out."""
    for n in range(60):
        table.write(Put({"pk": pk, "sk": f"{n}", "text": "x" * 390_000}))
    found = table.get_many([Key(pk, f"{n}") for n in range(100)])
    assert [item is not None for item in found] == [True] * 60 + [False] * 40


# Changing


def test_a_change_sets_adds_and_removes(table: Table, pk: str) -> None:
    table.write(Put({"pk": pk, "sk": "a", "kept": "k", "n": 5, "gone": "g", "l1": "x"}))
    change = Change(Key(pk, "a"), set={"l1": "y", "list": ["z"]}, add={"n": -2, "m": 4}, remove=("gone", "no"))
    assert table.write(change) == {"n": 3, "m": 4}
    after = {"pk": pk, "sk": "a", "kept": "k", "n": 3, "m": 4, "l1": "y", "list": ["z"]}
    assert table.get(Key(pk, "a")) == after
    assert table.query(pk, index="l1", begins="x").items == []
    assert table.query(pk, index="l1", begins="y").items == [after]


def test_a_change_makes_the_item(table: Table, pk: str) -> None:
    assert table.write(Change(Key(pk, "a"), add={"n": 1})) == {"n": 1}
    assert table.get(Key(pk, "a")) == {"pk": pk, "sk": "a", "n": 1}


def test_a_change_can_only_remove(table: Table, pk: str) -> None:
    table.write(Put({"pk": pk, "sk": "a", "x": 1, "l2": "x"}))
    assert table.write(Change(Key(pk, "a"), remove=("l2", "x"))) == {}
    assert table.get(Key(pk, "a")) == {"pk": pk, "sk": "a"}
    assert table.query(pk, index="l2").items == []


def test_changes_in_one_write_tell_nothing(table: Table, pk: str) -> None:
    changes = [Change(Key(pk, name), add={"n": 1}) for name in "ab"]
    assert table.write(*changes) == {}
    assert [item and item["n"] for item in table.get_many([Key(pk, "a"), Key(pk, "b")])] == [1, 1]


def test_a_change_that_only_sets_tells_nothing(table: Table, pk: str) -> None:
    assert table.write(Change(Key(pk, "a"), set={"n": 1})) == {}


# Conditions

HELD: list[tuple[Condition, bool, bool]] = [
    # condition, on the item, on none
    (Absent(), False, True),
    (Present(), True, False),
    (Equals("state", "open"), True, False),
    (Equals("state", "Open"), False, False),
    (Equals("state", 5), False, False),
    (Equals("n", 5), True, False),
    (Equals("n", "5"), False, False),
    (Equals("missing", ""), False, False),
    (Equals("pk", "x"), False, False),
    (Equals("empty", ""), True, False),
    (AtLeast("n", 4), True, False),
    (AtLeast("n", 5), True, False),
    (AtLeast("n", 6), False, False),
    (AtLeast("n", -1), True, False),
    (AtLeast("missing", -5), False, False),
]


def prepare(table: Table, pk: str) -> None:
    table.write(
        Put({"pk": pk, "sk": "there", "state": "open", "n": 5, "empty": "", "words": ["a"]}),
        Delete(Key(pk, "nowhere")),
    )


@pytest.mark.parametrize(("condition", "on_item", "on_none"), HELD, ids=str)
def test_each_condition_on_each_action(
    table: Table, pk: str, condition: Condition, on_item: bool, on_none: bool
) -> None:
    """Alone and beside another action, on an item and on none."""
    for sk, holds in (("there", on_item), ("nowhere", on_none)):
        actions: Sequence[Action] = [
            Check(Key(pk, sk), when=(condition,)),
            Put({"pk": pk, "sk": sk, "mark": 1}, when=(condition,)),
            Change(Key(pk, sk), set={"mark": 1}, when=(condition,)),
            Delete(Key(pk, sk), when=(condition,)),
        ]
        for action in actions:
            prepare(table, pk)
            assert refused(table, action) == (() if holds else (0,)), action
            prepare(table, pk)
            assert refused(table, Put({"pk": pk, "sk": "b"}), action) == (() if holds else (1,)), action


@pytest.mark.parametrize("name", ["state", "words"])
def test_only_a_number_is_at_least_a_number(table: Table, pk: str, name: str) -> None:
    prepare(table, pk)
    assert refused(table, Check(Key(pk, "there"), when=(AtLeast(name, 0),))) == (0,)


def test_all_conditions_of_an_action_must_hold(table: Table, pk: str) -> None:
    table.write(Put({"pk": pk, "sk": "a", "state": "open", "n": 5}))
    change = Change(Key(pk, "a"), add={"n": -3}, when=(Equals("state", "open"), AtLeast("n", 3)))
    assert table.write(change) == {"n": 2}
    assert refused(table, change) == (0,)
    assert table.get(Key(pk, "a")) == {"pk": pk, "sk": "a", "state": "open", "n": 2}


def test_every_refused_position_is_named_and_nothing_is_written(table: Table, pk: str) -> None:
    table.write(Put({"pk": pk, "sk": "stands", "n": 1}), Put({"pk": pk, "sk": "goes"}))
    before = everything(table, pk)
    failed = refused(
        table,
        Put({"pk": pk, "sk": "new"}),
        Put({"pk": pk, "sk": "stands"}, when=(Absent(),)),
        Delete(Key(pk, "goes")),
        Check(Key(pk, "missing"), when=(Present(),)),
        Change(Key(pk, "counter"), add={"n": 1}),
        Check(Key(pk, "other"), when=(Absent(),)),
    )
    assert failed == (1, 3)
    assert everything(table, pk) == before


def test_a_hundred_actions_are_one_write(table: Table, pk: str) -> None:
    puts = [Put({"pk": pk, "sk": f"{n:02}", "n": n}) for n in range(99)]
    assert refused(table, *puts, Check(Key(pk, "x"), when=(Present(),))) == (99,)
    assert table.query(pk).items == []
    assert refused(table, *puts, Check(Key(pk, "x"), when=(Absent(),))) == ()
    assert len(everything(table, pk)) == 99


def test_a_walk_meets_every_item_once(table: Table, pk: str) -> None:
    made = [{"pk": f"{pk}{n % 3}", "sk": f"{n:04}", "text": "x" * 30_000} for n in range(80)]
    table.write(*[Put(item) for item in made])
    walked = [item for item in table.walk() if str(item["pk"]).startswith(pk)]
    assert sorted(walked, key=lambda item: (item["pk"], item["sk"])) == sorted(
        made, key=lambda item: (item["pk"], item["sk"])
    )
    at = len(walked) // 2
    rest = [item for item in table.walk(after=Key(str(walked[at]["pk"]), str(walked[at]["sk"]))) if item in walked]
    assert rest == walked[at + 1 :]
