"""What undoing should come to: for each part of a change, where its thing is still as that left it, in the model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tests.model.expected import Expected, Refusal, Thing

Way = Literal["restore", "move", "version", "copy", "trash", "stays"]
ORDER: tuple[Way, ...] = ("stays", "restore", "move", "version", "copy", "trash")
"""What is taken back first; a thing that takes its old name again needs it to be free."""


@dataclass(frozen=True)
class Part:
    """What became of one thing by a change; `stays` is what cannot be taken back at all."""

    way: Way
    item: str
    name: str = ""
    parent: str = ""
    version: str = ""
    was_name: str = ""
    was_parent: str = ""
    was_version: str = ""


@dataclass(frozen=True)
class Done:
    """A change, by its id, its parts, and the id of the one that it took back."""

    id: str
    parts: Sequence[Part]
    undoes: str = ""


def moved(thing: Thing, *, name: str, parent: str) -> list[Part]:
    """The thing had this name in this folder before; nothing was done when it has them still."""
    if (thing.name, thing.parent) == (name, parent):
        return []
    return [Part("move", thing.id, thing.name, thing.parent, was_name=name, was_parent=parent)]


def came(way: Way, thing: Thing) -> Part:
    """The thing is there now, by a copy or out of the trash."""
    return Part(way, thing.id, thing.name, thing.parent, version=thing.version)


def written(thing: Thing) -> Part:
    """The file has a new version now."""
    return Part("version", thing.id, version=thing.version, was_version=thing.versions[-2].id)


def stirred(drive: Expected, done: Done, later: Sequence[Done]) -> set[str]:
    """The folders with something in them that one of the later changes did something to, and no other took back."""
    own = {done.id, *(each.id for each in later)}
    back: set[tuple[str, str]] = set()
    found: set[str] = set()
    for each in reversed(later):
        items = {part.item for part in each.parts} - {item for change, item in back if change == each.id}
        if each.undoes in own:
            back |= {(each.undoes, item) for item in items}
        else:
            found |= {above for item in items if drive.seen(item) for above in drive.above(item)}
    return found


def refusals(drive: Expected, part: Part, *, change: str, stirred: set[str]) -> set[Refusal]:
    """Why a part of a change cannot be taken back; nothing when it can."""
    thing = drive.things.get(part.item)
    if thing is None or part.way == "stays":
        return {"stands_in_the_way"}
    if part.way == "trash":
        return set() if thing.trashed and thing.gone == change else {"stands_in_the_way"}
    if not drive.seen(thing.id) or not _as_left(thing, part):
        return {"stands_in_the_way"}
    if part.way in ("copy", "restore") and thing.id in stirred:
        return {"stands_in_the_way"}
    return _no_way(drive, thing, part)


def _as_left(thing: Thing, part: Part) -> bool:
    if part.way == "version":
        return thing.version == part.version
    touched = part.way != "move"
    here = thing.parent == part.parent or not (touched or part.parent != part.was_parent)
    named = thing.name == part.name or not (touched or part.name != part.was_name)
    return here and named and (part.way != "copy" or thing.version == part.version)


def _no_way(drive: Expected, thing: Thing, part: Part) -> set[Refusal]:
    if part.way == "version":
        kept = next((each for each in thing.versions if each.id == part.was_version), None)
        if kept is None:
            return {"stands_in_the_way"}
        return set() if kept.source is thing.versions[-1].source else drive.over(len(kept.content))
    if part.way != "move":
        return set()
    name, parent = back_to(thing, part)
    gone = not drive.seen(parent) or drive.within(parent, thing.id)
    taken = gone or drive.taken(parent, name, by_other_than=thing.id)
    return {"stands_in_the_way"} if taken else set()


def back_to(thing: Thing, part: Part) -> tuple[str, str]:
    """Name and folder of a thing that is moved back: what the change did not touch stays."""
    name = part.was_name if part.name != part.was_name else thing.name
    return name, part.was_parent if part.parent != part.was_parent else thing.parent
