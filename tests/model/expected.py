"""What a drive should hold, in memory and without any of the product's code: the model it is compared with."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Refusal = Literal["exists", "not_found", "cycle", "over_quota", "current_version", "stands_in_the_way"]


@dataclass
class Kept:
    """One version of a file; `source` is the same for versions that share their bytes."""

    id: str
    content: bytes
    source: object


@dataclass
class Thing:
    """A file or a folder, wherever it is; the last of `versions` is what the file is now."""

    id: str
    kind: Literal["file", "folder"]
    name: str
    parent: str
    trashed: bool = False
    gone: str = ""
    """The change by which it went to the trash."""
    way: tuple[str, ...] = ()
    """The names of the folders it lay in then, from below the top."""
    versions: list[Kept] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        return self.versions[-1].content

    @property
    def version(self) -> str:
        """The id of what a file is now; a folder has none."""
        return self.versions[-1].id if self.versions else ""

    @property
    def size(self) -> int:
        """Bytes that it takes: all versions, each in full."""
        return sum(len(kept.content) for kept in self.versions)


@dataclass
class Landing:
    """Where something comes to stand: under which name and in whose place; or nowhere, or why not at all."""

    name: str = ""
    instead: Thing | None = None
    skipped: bool = False
    refusals: set[Refusal] = field(default_factory=set)


def same(one: str, other: str) -> bool:
    """Whether a folder has room for one of these names only."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


@dataclass
class Expected:
    """One person's drive. Every question is answered by looking at all things, one after the other."""

    top: str
    quota: int
    things: dict[str, Thing] = field(default_factory=dict)
    doomed: int = 0
    """Bytes of what was deleted for good, which the worker still has to give back."""

    @property
    def used(self) -> int:
        return sum(thing.size for thing in self.things.values()) + self.doomed

    def over(self, size: int) -> set[Refusal]:
        """Whether so many bytes more are too many."""
        return {"over_quota"} if size and self.used + size > self.quota else set()

    def seen(self, thing_id: str) -> bool:
        """Whether it is there to be seen: neither it nor anything above it is in the trash."""
        while thing_id != self.top:
            thing = self.things.get(thing_id)
            if thing is None or thing.trashed:
                return False
            thing_id = thing.parent
        return True

    def unseen(self, *ids: str) -> set[Refusal]:
        return set() if all(self.seen(each) for each in ids) else {"not_found"}

    def inside(self, folder: str) -> list[Thing]:
        """What is in a folder and not in the trash by itself."""
        return [thing for thing in self.things.values() if thing.parent == folder and not thing.trashed]

    def named(self, folder: str, name: str) -> Thing | None:
        return next((thing for thing in self.inside(folder) if same(thing.name, name)), None)

    def taken(self, folder: str, name: str, *, by_other_than: str = "") -> set[Refusal]:
        found = self.named(folder, name)
        return {"exists"} if found and found.id != by_other_than else set()

    def landing(self, thing: Thing, parent: str, name: str, conflict: str, *, beside: bool = False) -> Landing:
        """What a choice comes to for a thing, or a copy `beside` it, that comes to a folder under a name."""
        found = self.named(parent, name)
        if found is None or (found is thing and not beside):
            return Landing(unicodedata.normalize("NFC", name))
        if conflict == "keep_both" or found is thing:
            return Landing(self.free_name(parent, name))
        if conflict == "skip":
            return Landing(skipped=True)
        if conflict == "replace" and found.kind == thing.kind and not self.within(thing.id, found.id):
            stays = thing.kind == "file" and beside
            return Landing(found.name if stays else unicodedata.normalize("NFC", name), instead=found)
        return Landing(refusals={"exists"})

    def free_name(self, folder: str, name: str) -> str:
        """The name, or the first of `name (1)`, `name (2)` … that is free."""
        stem, dot, extension = name.rpartition(".") if "." in name else (name, "", "")
        number, free = 0, name
        while self.named(folder, free):
            number += 1
            free = f"{stem} ({number}){dot}{extension}"
        return unicodedata.normalize("NFC", free)

    def within(self, thing_id: str, folder: str) -> bool:
        """Whether it is the folder, or anywhere below it."""
        while thing_id != self.top:
            if thing_id == folder:
                return True
            thing_id = self.things[thing_id].parent
        return False

    def above(self, thing_id: str) -> Iterator[str]:
        """The folders that it is in."""
        while thing_id != self.top:
            thing_id = self.things[thing_id].parent
            yield thing_id

    def below(self, thing: Thing) -> Iterator[Thing]:
        """It, and all that goes where it goes: what is in the trash by itself stays there."""
        yield thing
        for each in self.inside(thing.id):
            yield from self.below(each)

    def destroy(self, thing: Thing) -> None:
        """Delete it for good, with all below it."""
        for each in list(self.below(thing)):
            self.doomed += each.size
            del self.things[each.id]

    def way(self, thing: Thing) -> tuple[str, ...]:
        """The names of the folders it lies in, from below the top."""
        if thing.parent == self.top:
            return ()
        folder = self.things[thing.parent]
        return *self.way(folder), folder.name

    def folder_again(self, parent: str, name: str) -> Thing | str:
        """The folder of a name, or the name under which it is made: no file's, and numbered like any other."""
        stem, dot, extension = name.rpartition(".") if "." in name else (name, "", "")
        number, free = 0, name
        while found := self.named(parent, free):
            if found.kind == "folder":
                return found
            number += 1
            free = f"{stem} ({number}){dot}{extension}"
        return unicodedata.normalize("NFC", free)

    def trash(self) -> list[Thing]:
        return [thing for thing in self.things.values() if thing.trashed]

    def homeless(self) -> list[Thing]:
        """What lies in the trash and was in a folder that is no more."""
        return [thing for thing in self.trash() if thing.parent != self.top and thing.parent not in self.things]

    def left_behind(self) -> list[Thing]:
        """Folders in the trash out of which something went there by itself."""
        homes = {thing.parent for thing in self.trash()}
        return [thing for thing in self.trash() if thing.id in homes]

    def living(self, kind: str = "") -> list[Thing]:
        return [thing for thing in self.things.values() if self.seen(thing.id) and kind in ("", thing.kind)]

    def with_history(self) -> list[Thing]:
        return [thing for thing in self.living("file") if len(thing.versions) > 1]
