"""What DynamoDB refuses is refused here for every engine, before it is asked.

So code that passes on the small engine passes on the large one. Wrong kinds of value are a TypeError, wrong
values a ValueError; both are mistakes of the caller and never a person's input.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence

from smartdrive.ports.table import (
    GLOBAL_INDEXES,
    LOCAL_INDEXES,
    MAX_ACTIONS,
    MAX_ITEM_BYTES,
    MAX_KEYS,
    MAX_PARTITION_KEY_BYTES,
    MAX_SORT_KEY_BYTES,
    MAX_WRITE_BYTES,
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
    key_of,
)

LAST_MOMENT = 253_402_300_799
_LARGEST = 2**63 - 1
"""DynamoDB takes 38 digits; the readers of JSON that are fast take 64 bits, and nothing here counts so far."""
_NAME_BYTES = 255
_INDEX_LIMITS: dict[str, int] = (
    dict.fromkeys(LOCAL_INDEXES, MAX_SORT_KEY_BYTES)
    | dict.fromkeys(GLOBAL_INDEXES, MAX_PARTITION_KEY_BYTES)
    | dict.fromkeys((name + "s" for name in GLOBAL_INDEXES), MAX_SORT_KEY_BYTES)
)


def check_key(key: Key) -> None:
    """Refuse a key that no item can have."""
    check_key_text("pk", key.pk, limit=MAX_PARTITION_KEY_BYTES)
    check_key_text("sk", key.sk, limit=MAX_SORT_KEY_BYTES)


def check_keys(keys: Sequence[Key]) -> None:
    """Refuse more keys than one read may ask for, and keys that no item can have."""
    if len(keys) > MAX_KEYS:
        raise ValueError(f"{len(keys)} keys in one read; {MAX_KEYS} are the most")
    for key in keys:
        check_key(key)


def check_key_text(name: str, value: object, *, limit: int) -> None:
    """Refuse what cannot stand in a key: other than text, empty, longer than `limit` bytes of UTF-8."""
    if not isinstance(value, str):
        raise TypeError(f"{name} is {type(value).__name__}; keys are text")
    if not 1 <= text_bytes(name, value) <= limit:
        raise ValueError(f"{name} must have 1 to {limit} bytes")


def check_write(actions: Sequence[Action]) -> None:
    """Refuse a write that DynamoDB would not take, whatever stands in the table."""
    if not 1 <= len(actions) <= MAX_ACTIONS:
        raise ValueError(f"{len(actions)} actions in one write; 1 to {MAX_ACTIONS} are allowed")
    total = sum(_check_action(action) for action in actions)
    if len({key_of(action) for action in actions}) < len(actions):
        raise ValueError("an item stands twice in one write")
    if total > MAX_WRITE_BYTES:
        raise ValueError(f"one write has {total} bytes; {MAX_WRITE_BYTES} are the most")


def check_item(item: Mapping[str, object]) -> int:
    """Refuse an item that no engine can hold; return its size in bytes as DynamoDB counts it."""
    for part, limit in (("pk", MAX_PARTITION_KEY_BYTES), ("sk", MAX_SORT_KEY_BYTES)):
        if part not in item:
            raise ValueError(f"the item has no {part}")
        check_key_text(part, item[part], limit=limit)
    return check_size(_check_attributes(item))


def check_size(size: int) -> int:
    """Refuse an item of more bytes than one may have; return the size."""
    if size > MAX_ITEM_BYTES:
        raise ValueError(f"the item has {size} bytes; {MAX_ITEM_BYTES} are the most")
    return size


def item_bytes(item: Item) -> int:
    """Return the size of an item that was checked before, as DynamoDB counts it."""
    return sum(_attribute_bytes(name) + _value_bytes(name, value) for name, value in item.items())


def text_bytes(name: str, value: str) -> int:
    """Return the length in UTF-8; half a surrogate pair is no text and refused."""
    if value.isascii():
        return len(value)
    try:
        return len(value.encode())
    except UnicodeEncodeError:
        raise ValueError(f"{name} is no valid Unicode text") from None


def check_number(name: str, value: object) -> int:
    """Refuse what is not a whole number of at most 63 bits."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} is {type(value).__name__}, not a whole number")
    if not -_LARGEST <= value <= _LARGEST:
        raise ValueError(f"{name} has more than 63 bits")
    return value


def _check_action(action: Action) -> int:
    match action:
        case Put():
            size = check_item(action.item)
        case Change():
            size = _check_change(action)
        case Delete() | Check():
            check_key(action.key)
            size = 0
        case _:
            raise TypeError(f"{type(action).__name__} is no action")
    if isinstance(action, Check) and not action.when:
        raise ValueError("a Check without conditions checks nothing")
    for condition in action.when:
        _check_condition(condition)
    return size


def _check_change(change: Change) -> int:
    check_key(change.key)
    names = [*change.set, *change.add, *change.remove]
    if not names:
        raise ValueError("a Change without anything to set, add or remove changes nothing")
    if len(set(names)) < len(names):
        raise ValueError("an attribute stands twice in one Change")
    if {"pk", "sk"} & set(names):
        raise ValueError("a Change cannot touch the key of its item")
    _check_names(names)
    _check_added(change.add)
    return check_size(_check_attributes(change.set))


def _check_added(add: Mapping[str, int]) -> None:
    for name, number in add.items():
        check_number(name, number)
        if name in _INDEX_LIMITS:
            raise TypeError(f"{name} is text, so nothing can be added to it")


def _check_condition(condition: Condition) -> None:
    match condition:
        case Equals():
            _check_names([condition.name])
            _single_bytes(condition.name, condition.value)
        case AtLeast():
            _check_names([condition.name])
            check_number(condition.name, condition.number)
        case Absent() | Present():
            pass
        case _:
            raise TypeError(f"{type(condition).__name__} is no condition")


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        _attribute_bytes(name)


@functools.cache
def _attribute_bytes(name: str) -> int:
    """Refuse what cannot be the name of an attribute; return its length. Names are words of ours, and few."""
    check_key_text("the name of an attribute", name, limit=_NAME_BYTES)
    return len(name.encode())


def _check_attributes(attributes: Mapping[str, object]) -> int:
    size = 0
    for name, value in attributes.items():
        if name in _INDEX_LIMITS:
            check_key_text(name, value, limit=_INDEX_LIMITS[name])
        if name == "ttl" and not 0 <= check_number(name, value) <= LAST_MOMENT:
            raise ValueError("ttl is no moment before the year 10000")
        size += _attribute_bytes(name) + (text_bytes(name, value) if type(value) is str else _value_bytes(name, value))
    return size


def _value_bytes(name: str, value: object) -> int:
    if not isinstance(value, list):
        return _single_bytes(name, value)
    if not all(isinstance(element, str) for element in value):
        raise TypeError(f"{name} is a list; lists hold text only")
    return 3 + sum(1 + text_bytes(name, element) for element in value)


def _single_bytes(name: str, value: object) -> int:
    if isinstance(value, str):
        return text_bytes(name, value)
    return 2 + len(str(abs(check_number(name, value)))) // 2
