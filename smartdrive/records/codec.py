"""Reading typed values out of items; an absent attribute is the empty value of its type."""

from datetime import datetime

from smartdrive.domain.clock import parse
from smartdrive.ports.table import Item


def text(item: Item, name: str) -> str:
    """A string attribute, "" when absent."""
    value = item.get(name, "")
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def number(item: Item, name: str) -> int:
    """An integer attribute, 0 when absent."""
    value = item.get(name, 0)
    if not isinstance(value, int):
        raise TypeError(f"{name} is no number")
    return value


def time(item: Item, name: str) -> datetime:
    """A moment that must be there."""
    return parse(text(item, name))


def optional_time(item: Item, name: str) -> datetime | None:
    """A moment, or None when absent."""
    value = text(item, name)
    return parse(value) if value else None
