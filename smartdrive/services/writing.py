"""Several acts in one write, each of them whole or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from smartdrive.ports.table import MAX_ACTIONS, Action, Key, key_of

Name = TypeVar("Name")


def in_writes(acts: Mapping[Name, Sequence[Action]], *, besides: int) -> Iterator[list[Name]]:
    """Groups of acts, in order, that fit into one write with `besides` actions more and touch no item twice."""
    group: list[Name] = []
    held: set[Key] = set()
    for name, actions in acts.items():
        own = {key_of(action) for action in actions}
        if group and (len(held) + len(own) > MAX_ACTIONS - besides or own & held):
            yield group
            group, held = [], set()
        group.append(name)
        held |= own
    if group:
        yield group


def pages(names: Sequence[Name], size: int) -> Iterator[Sequence[Name]]:
    """The names, so many at a time."""
    return (names[start : start + size] for start in range(0, len(names), size))
