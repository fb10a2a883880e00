"""What a version, or an upload, gives back when it goes: its reference to the bytes, and its room."""

import logging

from smartdrive.ports.objects import Plan
from smartdrive.ports.table import Action, Item
from smartdrive.records import objects, rooms
from smartdrive.records.codec import number

log = logging.getLogger(__name__)


def release(object_key: str, references: Item | None) -> list[Action]:
    """One reference less. Bytes whose row is lost are doomed all the same: they may be there."""
    if references is None:
        log.warning("object %s has no row of references", object_key)
        return [objects.doom(Plan(object_key, 0, 1))]
    return objects.drop_reference(object_key, number(references, "refs"))


def room_back(owner: str, size: int) -> list[Action]:
    """The room of so many bytes; nothing is written for none."""
    return [rooms.give_back(owner, size)] if size else []
