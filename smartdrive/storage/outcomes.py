"""What one write does to its items, on plain values: the rules that DynamoDB keeps by itself, for SQLite."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from smartdrive.ports.table import (
    Absent,
    Action,
    AtLeast,
    Change,
    Condition,
    Delete,
    Equals,
    Item,
    Key,
    Present,
    Put,
    Refused,
    Value,
    key_of,
)
from smartdrive.storage.strict import check_number, check_size, item_bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """Items to store whole, keys to remove, and what the caller is told."""

    stored: list[Item]
    removed: list[Key]
    answer: dict[str, Value]


def decide(actions: Sequence[Action], read: Callable[[Sequence[Key]], list[Item | None]]) -> Outcome:
    """Judge all conditions against the items as they are, then work out the items as they will be.

    Nothing is written here, so a Refused or a ValueError leaves nothing to undo. The items of one write are
    distinct, so no action sees the effect of another.
    """
    items = iter(read([key_of(action) for action in actions if _needs_item(action)]))
    found = [next(items) if _needs_item(action) else None for action in actions]
    failed = [n for n, action in enumerate(actions) if not all(_holds(c, found[n]) for c in action.when)]
    if failed:
        raise Refused(failed)
    stored = [_after(action, item) for action, item in zip(actions, found, strict=True)]
    removed = [action.key for action in actions if isinstance(action, Delete)]
    return Outcome([item for item in stored if item is not None], removed, _answer(actions, stored))


def _needs_item(action: Action) -> bool:
    return bool(action.when) or isinstance(action, Change)


def _holds(condition: Condition, item: Item | None) -> bool:
    match condition:
        case Absent():
            return item is None
        case Present():
            return item is not None
        case Equals(name, value):
            return item is not None and item.get(name) == value
        case AtLeast(name, number):
            held = None if item is None else item.get(name)
            return isinstance(held, int) and held >= number


def _after(action: Action, item: Item | None) -> Item | None:
    if isinstance(action, Put):
        return action.item
    if isinstance(action, Change):
        return _changed(action, item or {"pk": action.key.pk, "sk": action.key.sk})
    return None


def _changed(change: Change, item: Item) -> Item:
    after = {name: value for name, value in item.items() if name not in change.remove}
    after.update(change.set)
    for name, number in change.add.items():
        held = after.get(name, 0)
        if not isinstance(held, int):
            raise ValueError(f"{name} is no number, so nothing can be added to it")
        after[name] = check_number(name, held + number)
    check_size(item_bytes(after))
    return after


def _answer(actions: Sequence[Action], stored: Sequence[Item | None]) -> dict[str, Value]:
    if len(actions) > 1 or not isinstance(actions[0], Change) or stored[0] is None:
        return {}
    return {name: stored[0][name] for name in actions[0].add}
