"""Request units as DynamoDB's manual counts them, from the items as they were and are.

A read unit for each 4 KB read strongly, half of one eventually: rounded up once for a query, and for each item of a
batch. A write unit for each KB of the larger of old and new item, twice that in a transaction; and again for each
index whose row comes, goes or changes, two when it moves.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from smartdrive.ports.table import GLOBAL_INDEXES, LOCAL_INDEXES

Words = Mapping[str, Any]
Place = tuple[str, str]
KB = 1024
INDEX_KEYS = [("pk", name) for name in LOCAL_INDEXES] + [(name, f"{name}s") for name in GLOBAL_INDEXES]


def size_of(item: Words) -> int:
    """Bytes of an item: names and values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Words) -> int:
    [(kind, content)] = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return 1 + (len(content.lstrip("-").strip("0")) + 1) // 2
    return 3 + sum(1 + _value_size(each) for each in content)


def read_units(name: str, asked: Words, answer: Words) -> float:
    """What a read cost."""
    if name == "BatchGetItem":
        [request], [found] = asked["RequestItems"].values(), answer["Responses"].values()
        return sum(_fours(size_of(item)) for item in found) + len(request["Keys"]) - len(found)
    found = answer.get("Items", [answer["Item"]] if "Item" in answer else [])
    return _fours(sum(map(size_of, found))) * (1 if asked.get("ConsistentRead") else 0.5)


def _fours(size: int) -> int:
    return max(1, math.ceil(size / (4 * KB)))


def write_units(old: Words, new: Words, *, transaction: bool) -> float:
    """What writing one item cost; {} stands for none."""
    own = _ones(max(size_of(old), size_of(new)))
    return own * (2 if transaction else 1) + sum(_index_units(old, new, keys) for keys in INDEX_KEYS)


def _ones(size: int) -> int:
    return max(1, math.ceil(size / KB))


def _index_units(old: Words, new: Words, keys: Sequence[str]) -> int:
    before, after = ({key: item.get(key) for key in keys} for item in (old, new))
    left, right = (item if None not in row.values() else {} for item, row in ((old, before), (new, after)))
    if left == right:
        return 0
    if left and right and before == after:
        return _ones(max(size_of(left), size_of(right)))
    return sum(_ones(size_of(item)) for item in (left, right) if item)


def touched(name: str, asked: Words) -> list[Place]:
    """Keys of the items that a write names."""
    if name != "TransactWriteItems":
        return [place_of(asked.get("Item") or asked["Key"])]
    parts = [words for action in asked["TransactItems"] for words in action.values()]
    return [place_of(words.get("Item") or words["Key"]) for words in parts]


def place_of(item: Words) -> Place:
    """The primary key."""
    return item["pk"]["S"], item["sk"]["S"]
