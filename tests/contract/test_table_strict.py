"""What DynamoDB refuses, every engine refuses, and nothing is written then."""

from typing import Any

import pytest

from smartdrive.ports.table import (
    Absent,
    Action,
    AtLeast,
    Change,
    Check,
    Delete,
    Equals,
    Key,
    Present,
    Put,
    Refused,
    Table,
)
from tests.contract.tables import everything

HALF_A_PAIR = "a\ud800"


def item(**attributes: object) -> Put:
    """Put an item; the partition of the test is filled in there."""
    return Put({"sk": "a", **attributes})


MISTAKES: list[tuple[str, type[Exception], Any]] = [
    ("a float", TypeError, item(n=1.5)),
    ("a boolean", TypeError, item(n=True)),
    ("none", TypeError, item(n=None)),
    ("bytes", TypeError, item(n=b"x")),
    ("a mapping", TypeError, item(n={"a": "b"})),
    ("a number in a list", TypeError, item(n=["a", 1])),
    ("64 bits", ValueError, item(n=2**63)),
    ("half a surrogate pair", ValueError, item(text=HALF_A_PAIR)),
    ("half a pair in a list", ValueError, item(text=[HALF_A_PAIR])),
    ("half a pair in a key", ValueError, item(sk=HALF_A_PAIR)),
    ("an empty sort key", ValueError, item(sk="")),
    ("no sort key", ValueError, Put({"pk": "p"})),
    ("a number as a sort key", TypeError, item(sk=5)),
    ("a long sort key", ValueError, item(sk="é" * 513)),
    ("a nameless attribute", ValueError, item(**{"": 1})),
    ("a long name", ValueError, item(**{"n" * 256: 1})),
    ("an empty local index", ValueError, item(l1="")),
    ("a number in a local index", TypeError, item(l1=5)),
    ("a long local index", ValueError, item(l5="x" * 1025)),
    ("a list in a global index", TypeError, item(g1=["x"], g1s="x")),
    ("a long global sort", ValueError, item(g1="x", g1s="x" * 1025)),
    ("an empty global index", ValueError, item(g2="", g2s="x")),
    ("a ttl of text", TypeError, item(ttl="5")),
    ("a ttl before time", ValueError, item(ttl=-1)),
    ("a ttl in milliseconds", ValueError, item(ttl=1_800_000_000_000)),
    ("a large item", ValueError, item(text="x" * 400_000)),
    ("a large item of many bytes", ValueError, item(text="é" * 200_000)),
    ("a large list", ValueError, item(words=["x" * 99] * 4001)),
    ("a change of nothing", ValueError, Change(Key("", "a"))),
    ("a change of a key", ValueError, Change(Key("", "a"), set={"sk": "b"})),
    ("a removed key", ValueError, Change(Key("", "a"), remove=("pk",))),
    ("a change to a float", TypeError, Change(Key("", "a"), set={"n": 1.5})),  # type: ignore[dict-item]
    ("an added boolean", TypeError, Change(Key("", "a"), add={"n": True})),
    ("an added float", TypeError, Change(Key("", "a"), add={"n": 0.5})),  # type: ignore[dict-item]
    ("a sum in an index", TypeError, Change(Key("", "a"), add={"l1": 1})),
    ("a name twice", ValueError, Change(Key("", "a"), set={"n": 1}, remove=("n",))),
    ("a name removed twice", ValueError, Change(Key("", "a"), remove=("n", "n"))),
    ("an emptied index", ValueError, Change(Key("", "a"), set={"l1": ""})),
    ("a check of nothing", ValueError, Check(Key("", "a"), when=())),
    ("a condition on a boolean", TypeError, Check(Key("", "a"), when=(Equals("n", True),))),
    ("a condition on a list", TypeError, Check(Key("", "a"), when=(Equals("n", ["a"]),))),  # type: ignore[arg-type]
    ("a condition on half a pair", ValueError, Check(Key("", "a"), when=(Equals("n", HALF_A_PAIR),))),
    ("at least a float", TypeError, Check(Key("", "a"), when=(AtLeast("n", 1.5),))),  # type: ignore[arg-type]
    ("at least a text", TypeError, Check(Key("", "a"), when=(AtLeast("n", "5"),))),  # type: ignore[arg-type]
    ("a nameless condition", ValueError, Check(Key("", "a"), when=(Equals("", 1),))),
    ("no condition at all", TypeError, Check(Key("", "a"), when=("free",))),  # type: ignore[arg-type]
    ("an empty sort key to delete", ValueError, Delete(Key("", ""))),
    ("a number as a key to delete", TypeError, Delete(Key("", 5))),  # type: ignore[arg-type]
    ("no action", TypeError, "delete"),
]


def in_partition(action: object, pk: str) -> Action:
    match action:
        case Put(item):
            return Put({"pk": pk, **item} if "sk" in item else item)
        case Change(key):
            return Change(Key(pk, key.sk), action.set, action.add, action.remove)
        case Delete(key):
            return Delete(Key(pk, key.sk))
        case Check(key):
            return Check(Key(pk, key.sk), action.when)
        case _:
            return action


@pytest.mark.parametrize(
    ("name", "error", "mistake"), MISTAKES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_mistake_is_refused_alone_and_beside_others(
    table: Table, pk: str, name: str, error: type[Exception], mistake: object
) -> None:
    table.write(Put({"pk": pk, "sk": "a", "n": 1}))
    action = in_partition(mistake, pk)
    for actions in ([action], [Put({"pk": pk, "sk": "b"}), action]):
        with pytest.raises(error):
            table.write(*actions)
    assert everything(table, pk) == [{"pk": pk, "sk": "a", "n": 1}]


@pytest.mark.parametrize("count", [0, 101])
def test_a_write_has_1_to_100_actions(table: Table, pk: str, count: int) -> None:
    with pytest.raises(ValueError, match="actions in one write"):
        table.write(*[Put({"pk": pk, "sk": f"{n}"}) for n in range(count)])
    assert table.query(pk).items == []


@pytest.mark.parametrize(
    "second", [Put({"sk": "a"}), Delete(Key("", "a")), Check(Key("", "a"), when=(Present(),))], ids=str
)
def test_an_item_stands_once_in_a_write(table: Table, pk: str, second: Action) -> None:
    with pytest.raises(ValueError, match="twice"):
        table.write(Put({"pk": pk, "sk": "a"}), in_partition(second, pk))
    assert table.get(Key(pk, "a")) is None


def test_a_write_has_at_most_4_mb(table: Table, pk: str) -> None:
    with pytest.raises(ValueError, match="bytes"):
        table.write(*[Put({"pk": pk, "sk": f"{n:02}", "text": "x" * 380_000}) for n in range(11)])
    assert table.query(pk).items == []


def test_the_largest_item_and_keys_are_taken(table: Table) -> None:
    largest = {"pk": "é" * 1024, "sk": "文" * 341 + "x", "l1": "x" * 1024, "g1": "x" * 2048, "g1s": "x" * 1024}
    whole = {**largest, "text": "x" * 390_000}
    table.write(Put(whole))
    assert table.get(Key(largest["pk"], largest["sk"])) == whole
    assert table.query("x" * 2048, index="g1").items == [whole]
    table.write(Delete(Key(largest["pk"], largest["sk"])))


def test_a_partition_key_has_at_most_2048_bytes(table: Table) -> None:
    for pk in ("", "x" * 2049):
        for ask in (
            lambda pk=pk: table.get(Key(pk, "a")),
            lambda pk=pk: table.get_many([Key(pk, "a")]),
            lambda pk=pk: table.query(pk),
            lambda pk=pk: table.write(Put({"pk": pk, "sk": "a"})),
        ):
            with pytest.raises(ValueError, match="bytes"):
                ask()


def test_text_cannot_be_counted_up(table: Table, pk: str) -> None:
    table.write(Put({"pk": pk, "sk": "a", "text": "5"}))
    change = Change(Key(pk, "a"), add={"text": 1})
    for actions in ([change], [Put({"pk": pk, "sk": "b"}), change]):
        with pytest.raises(ValueError):  # noqa: PT011 - each engine says it in its own words
            table.write(*actions)
    assert everything(table, pk) == [{"pk": pk, "sk": "a", "text": "5"}]


def test_changes_cannot_grow_an_item_past_its_limit(table: Table, pk: str) -> None:
    table.write(Put({"pk": pk, "sk": "a", "one": "x" * 250_000}))
    change = Change(Key(pk, "a"), set={"two": "x" * 250_000})
    for actions in ([change], [Put({"pk": pk, "sk": "b"}), change]):
        with pytest.raises(ValueError):  # noqa: PT011
            table.write(*actions)
    assert [set(found) for found in everything(table, pk)] == [{"pk", "sk", "one"}]


def test_reads_have_limits(table: Table, pk: str) -> None:
    with pytest.raises(ValueError, match="keys in one read"):
        table.get_many([Key(pk, f"{n}") for n in range(101)])
    for limit in (0, -1, 1001):
        with pytest.raises(ValueError, match="page"):
            table.query(pk, limit=limit)
    with pytest.raises(ValueError, match="no index"):
        table.query(pk, index="l6")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Unicode"):
        table.query(pk, begins=HALF_A_PAIR)
    with pytest.raises(ValueError, match="prefix"):
        table.query(pk, begins="x" * 1025)


def test_a_condition_may_contradict_another(table: Table, pk: str) -> None:
    """No mistake: it simply never holds."""
    with pytest.raises(Refused):
        table.write(Put({"pk": pk, "sk": "a"}, when=(Absent(), Present())))
