"""Queries: order, pages, ties, prefixes, indexes and cursors."""

import base64
import json
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartdrive.ports.table import MAX_PAGE, BadCursor, Change, Delete, Index, Item, Key, LocalIndex, Put, Table
from tests.contract.tables import everything

ALL_INDEXES: list[Index] = [*get_args(LocalIndex), "g1", "g2", "g3"]
AWKWARD = [
    "\x00",
    "\x00a",
    " ",
    "A",
    "Z",
    "a",
    "a\x00",
    "a\x7f",
    "ab",
    "aé",
    "é",
    "e\u0301",
    "ß",
    "ﬀ",
    "\ud7ff",
    "\ue000",
    "文",
    "\uffff",
    "\U00010000",
    "🌲",
    "🌲a",
    "\U0010ffff",
]
KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6) | st.text(
    st.sampled_from("ab\x00é🌲\uffff"), min_size=1, max_size=4
)


def fill(table: Table, items: list[Item]) -> None:
    for start in range(0, len(items), 100):
        table.write(*[Put(item) for item in items[start : start + 100]])


def sort_keys(items: list[Item], *, name: str = "sk") -> list[Any]:
    return [item[name] for item in items]


def by_bytes(texts: list[str]) -> list[str]:
    return sorted(texts, key=lambda text: text.encode())


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 7, 100])
def test_pages_follow_byte_order(table: Table, pk: str, limit: int, descending: bool) -> None:
    fill(table, [{"pk": pk, "sk": key} for key in AWKWARD])
    found = sort_keys(everything(table, pk, limit=limit, descending=descending))
    ordered = by_bytes(AWKWARD)
    assert found == (ordered[::-1] if descending else ordered)


@pytest.mark.parametrize("index", ALL_INDEXES)
def test_each_index_has_its_own_order_and_only_its_items(table: Table, pk: str, index: Index) -> None:
    wide = index.startswith("g")
    name = f"{index}s" if wide else index
    keyed = {index: pk} if wide else {}
    made = [{"pk": pk, "sk": f"{n}", name: text, **keyed} for n, text in enumerate(reversed(AWKWARD))]
    fill(table, [*made, {"pk": pk, "sk": "unindexed"}])
    for limit in (4, 100):
        assert sort_keys(everything(table, pk, index=index, limit=limit), name=name) == by_bytes(AWKWARD)
    backwards = everything(table, pk, index=index, limit=4, descending=True)
    assert sort_keys(backwards, name=name) == by_bytes(AWKWARD)[::-1]
    whole = everything(table, pk, index=index)[0]
    assert whole in made


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("limit", [1, 3, 5, 100])
def test_ties_in_a_local_index_go_by_sort_key(table: Table, pk: str, limit: int, descending: bool) -> None:
    made = [{"pk": pk, "sk": f"{n:02}", "l2": "aab"[n % 3]} for n in range(12)]
    fill(table, made)
    expected = sorted(made, key=lambda item: (item["l2"], item["sk"]), reverse=descending)
    assert everything(table, pk, index="l2", limit=limit, descending=descending) == expected


@pytest.mark.parametrize("limit", [1, 3, 5, 100])
def test_ties_in_a_global_index_lose_and_repeat_nothing(table: Table, pk: str, limit: int) -> None:
    made = [{"pk": f"{pk}{n % 4}", "sk": f"{n:02}", "g1": pk, "g1s": "ab"[n % 2]} for n in range(12)]
    fill(table, made)
    for descending in (False, True):
        found = everything(table, pk, index="g1", limit=limit, descending=descending)
        assert sorted(sort_keys(found)) == sorted(sort_keys(made))
        assert sort_keys(found, name="g1s") == sorted(sort_keys(made, name="g1s"), reverse=descending)


def test_half_a_global_index_is_none(table: Table, pk: str) -> None:
    fill(table, [{"pk": pk, "sk": "a", "g1": pk}, {"pk": pk, "sk": "b", "g1s": "x"}])
    assert table.query(pk, index="g1").items == []
    table.write(Change(Key(pk, "a"), set={"g1s": "now"}))
    assert sort_keys(table.query(pk, index="g1").items) == ["a"]
    table.write(Change(Key(pk, "a"), remove=("g1",)))
    assert table.query(pk, index="g1").items == []


def test_a_local_index_is_read_at_once(table: Table, pk: str) -> None:
    for n in range(20):
        table.write(Put({"pk": pk, "sk": "a", "l1": f"{n:02}"}))
        assert sort_keys(table.query(pk, index="l1").items, name="l1") == [f"{n:02}"]
    table.write(Delete(Key(pk, "a")))
    assert table.query(pk, index="l1").items == []


@pytest.mark.parametrize("begins", ["D#", "D#a", "F#é", "\U0010ffff", "\x7f", "no"])
def test_a_prefix_keeps_what_begins_with_it(table: Table, pk: str, begins: str) -> None:
    keys = [
        "C#z",
        "D",
        "D#",
        "D#a",
        "D#ab",
        "D#b",
        "D$",
        "F#é",
        "F#é\U0010ffff",
        "\x7f",
        "\x7f1",
        "\u0080",
        "\U0010ffff",
        "\U0010ffffa",
    ]
    fill(table, [{"pk": pk, "sk": key, "l1": key} for key in keys])
    expected = [key for key in by_bytes(keys) if key.startswith(begins)]
    for index in (None, "l1"):
        for limit in (1, 100):
            forwards = everything(table, pk, begins=begins, index=index, limit=limit)
            backwards = everything(table, pk, begins=begins, index=index, limit=limit, descending=True)
            assert sort_keys(forwards) == expected
            assert sort_keys(backwards) == expected[::-1]


def test_a_page_larger_than_a_megabyte_is_whole(table: Table, pk: str) -> None:
    """DynamoDB ends its own pages at 1 MB; the port does not."""
    fill(table, [{"pk": pk, "sk": f"{n:02}", "text": "x" * 30_000} for n in range(90)])
    page = table.query(pk, limit=80)
    assert sort_keys(page.items) == [f"{n:02}" for n in range(80)]
    rest = table.query(pk, limit=80, cursor=page.cursor)
    assert (sort_keys(rest.items), rest.cursor) == ([f"{n:02}" for n in range(80, 90)], None)
    for n in range(90):
        table.write(Delete(Key(pk, f"{n:02}")))


@pytest.mark.parametrize("descending", [False, True])
def test_a_page_knows_whether_it_is_the_last(table: Table, pk: str, descending: bool) -> None:
    fill(table, [{"pk": pk, "sk": f"{n:04}", "l1": f"{n:04}"} for n in range(6)])
    for index in (None, "l1"):
        page = table.query(pk, index=index, limit=3, descending=descending)
        last = table.query(pk, index=index, limit=3, cursor=page.cursor, descending=descending)
        assert page.cursor is not None
        assert (len(page.items), len(last.items), last.cursor) == (3, 3, None)
        assert table.query(pk, index=index, limit=6, descending=descending).cursor is None
    assert table.query(pk, limit=MAX_PAGE).cursor is None


def test_what_went_meanwhile_leaves_an_empty_page(table: Table, pk: str) -> None:
    fill(table, [{"pk": pk, "sk": key} for key in "abcd"])
    page = table.query(pk, limit=3)
    table.write(Delete(Key(pk, "d")))
    rest = table.query(pk, limit=3, cursor=page.cursor)
    assert (rest.items, rest.cursor) == ([], None)


def test_a_cursor_outlives_the_item_it_stands_on(table: Table, pk: str) -> None:
    fill(table, [{"pk": pk, "sk": key, "l1": key} for key in "abcd"])
    for index in (None, "l1"):
        page = table.query(pk, index=index, limit=2)
        table.write(Delete(Key(pk, "b")))
        assert sort_keys(table.query(pk, index=index, limit=2, cursor=page.cursor).items) == ["c", "d"]
        table.write(Put({"pk": pk, "sk": "b", "l1": "b"}))


def written(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def test_a_cursor_serves_its_own_query_only(table: Table, pk: str) -> None:
    """A cursor cannot lead into another folder."""
    fill(table, [{"pk": pk, "sk": f"D#{n}", "l1": f"D#{n}", "g1": pk, "g1s": f"D#{n}"} for n in range(4)])
    own: dict[str, Any] = {"begins": "D#", "index": None, "descending": False}
    cursor = table.query(pk, limit=2, **own).cursor
    assert len(table.query(pk, limit=2, cursor=cursor, **own).items) == 2
    others = [{"begins": "D"}, {"begins": ""}, {"index": "l1"}, {"index": "g1"}, {"descending": True}]
    for other in others:
        with pytest.raises(BadCursor):
            table.query(pk, limit=2, cursor=cursor, **{**own, **other})
    with pytest.raises(BadCursor):
        table.query(pk + "x", limit=2, cursor=cursor, **own)


def test_a_forged_cursor_is_refused(table: Table, pk: str) -> None:
    fill(table, [{"pk": pk, "sk": f"D#{n}"} for n in range(4)])
    cursor = table.query(pk, begins="D#", limit=2).cursor
    assert cursor is not None
    mark = json.loads(base64.urlsafe_b64decode(cursor + "=="))[0]
    forged = [
        "", "x", "????", "é", "a" * 20_000, base64.b64encode(b"[" * 8000).decode(), written(), written("D#1"),
        written({"a": 1}), written(mark), written(mark, 5), written(mark, None), written(mark, ["D#1"]),
        written(mark, ""), written(mark, "E#1"), written(mark, "D"), written(mark, "D#1", "x"),
        written(mark, "D#\ud800"), written(mark, "D#" + "x" * 1100), written("0" * 16, "D#1"), cursor[:-3],
    ]  # fmt: skip
    for bad in forged:
        with pytest.raises(BadCursor):
            table.query(pk, begins="D#", limit=2, cursor=bad)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    keys=st.lists(KEYS, unique=True, max_size=25),
    begins=st.just("") | KEYS,
    limit=st.integers(1, 9),
    descending=st.booleans(),
)
def test_any_keys_page_in_order(table: Table, keys: list[str], begins: str, limit: int, descending: bool) -> None:
    pk = "H#" + base64.b64encode(json.dumps([keys, begins, limit, descending]).encode()).decode()[-60:]
    fill(table, [{"pk": pk, "sk": key, "l3": key[-1], "g2": pk, "g2s": key} for key in keys])
    expected = [key for key in by_bytes(keys) if key.startswith(begins)]
    expected = expected[::-1] if descending else expected
    assert sort_keys(everything(table, pk, begins=begins, limit=limit, descending=descending)) == expected
    wide = everything(table, pk, begins=begins, index="g2", limit=limit, descending=descending)
    assert sort_keys(wide) == expected
    tied = [(item["l3"], item["sk"]) for item in everything(table, pk, index="l3", limit=limit)]
    assert tied == sorted(((key[-1], key) for key in keys), key=lambda pair: (pair[0].encode(), pair[1].encode()))
