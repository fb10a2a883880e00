"""Going through folders for a zip: level by level, from what was asked for downwards."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from smartdrive.domain.models import Node
from smartdrive.domain.names import fold, numbered
from smartdrive.domain.zip_names import safe_name
from smartdrive.ports.table import Item, Slice, Table
from smartdrive.ports.together import AT_ONCE, together
from smartdrive.records import keys, nodes, zips
from smartdrive.records.codec import number, text
from smartdrive.services.zip_contents import Contents, Stored

ROWS = 250
"""Entries of one page."""
READ_AT_ONCE = 100
"""Files whose rows one round trip reads."""
NAMED_AT_ONCE = 50
Taken = Callable[[Sequence[str]], Sequence[bool]]


class Names:
    """Names given out in one folder of a zip. Two are never the same there, whatever became of them.

    `taken` says which names have been given without being noted here: those that the drive itself keeps unique.
    """

    def __init__(self, taken: Taken) -> None:
        self._taken = taken
        self._given: set[str] = set()
        self._numbered: dict[str, Iterator[str]] = {}

    def keeps(self, name: str) -> bool:
        """Whether a name of the drive stays as it is."""
        return safe_name(name) == name and not (self._given and fold(name) in self._given)

    def give(self, names: Sequence[str]) -> list[str]:
        """A name for each of up to 50: the safe one or, where that is taken, `name (1)` and so on."""
        plain = [safe_name(name) for name in names]
        found, waiting = dict[int, str](), list(enumerate(plain))
        while waiting:
            tries = list(zip(waiting, self._taken([name for _, name in waiting]), strict=True))
            found |= {at: name for (at, name), taken in tries if not taken and self._note(name)}
            waiting = [(at, self._another(plain[at])) for (at, _), _ in tries if at not in found]
        return [found[at] for at in range(len(plain))]

    def _note(self, name: str) -> bool:
        folded = fold(name)
        if folded in self._given:
            return False
        self._given.add(folded)
        return True

    def _another(self, name: str) -> str:
        return next(self._numbered.setdefault(fold(name), numbered(name)))


@dataclass(frozen=True, slots=True)
class Found:
    """A thing in a folder of the zip, and the name it gets there."""

    parent: int
    name: str
    kind: str
    id: str
    modified: str


@dataclass(frozen=True, slots=True)
class Walk:
    """Reads what a zip will hold. `distant`: the table answers slowly, but many questions at a time."""

    table: Table
    distant: bool

    def contents(self, tops: Sequence[Node], *, top_name: str) -> Contents:
        """All that is in these things. TooLarge when it is more than fits; `top_name` is that of a top folder."""
        contents = Contents()
        self._add(contents, list(_tops(tops, top_name=top_name)))
        listed = 1
        while listed < contents.folders:
            some = range(listed, min(listed + AT_ONCE, contents.folders))
            for found in self._hundreds(contents, some):
                self._add(contents, found)
            listed = some.stop
        return contents

    def _hundreds(self, contents: Contents, folders: Sequence[int]) -> Iterator[list[Found]]:
        """All that is in these folders, in lists of some hundred, so that small folders are read together."""
        ids = [contents.folder_id(folder) for folder in folders]
        entries = self._entries(list(zip(folders, ids, self._ask(self._page, ids), strict=True)))
        while some := list(islice(entries, READ_AT_ONCE * AT_ONCE)):
            yield some

    def _entries(self, begun: Sequence[tuple[int, str, Slice]]) -> Iterator[Found]:
        for folder, folder_id, first in begun:
            names = Names(lambda some, folder_id=folder_id: self._are_taken(folder_id, some))  # type: ignore[misc]
            page = first
            yield from _named(folder, page.items, names=names)
            while page.cursor:
                page = self._page(folder_id, page.cursor)
                yield from _named(folder, page.items, names=names)

    def _page(self, folder_id: str, cursor: str | None = None) -> Slice:
        return nodes.page(self.table, folder_id, sort="name", begins="", limit=ROWS, cursor=cursor)

    def _are_taken(self, folder_id: str, names: Sequence[str]) -> list[bool]:
        return [entry is not None for entry in nodes.named(self.table, folder_id, names=names)]

    def _add(self, contents: Contents, some: Sequence[Found]) -> None:
        ids = [each.id for each in some if each.kind == "file"]
        hundreds = [ids[at : at + READ_AT_ONCE] for at in range(0, len(ids), READ_AT_ONCE)]
        rows = (row for page in self._ask(lambda page: zips.read_live(self.table, page), hundreds) for row in page)
        for each in some:
            if each.kind == "folder":
                modified = zips.seconds(each.modified)
                contents.add_folder(each.parent, name=each.name, node_id=each.id, modified=modified)
            elif (row := next(rows)) is not None:
                contents.add_file(each.parent, name=each.name, stored=_stored(*row))

    def _ask(self, act: Callable[..., Slice | list], things: Sequence) -> list:  # type: ignore[type-arg]
        return together(act, things, at_once=AT_ONCE if self.distant else 1)


def _tops(tops: Sequence[Node], *, top_name: str) -> Iterator[Found]:
    """What was asked for may come from many folders, so two of them may have one name."""
    names = Names(lambda some: [False] * len(some))
    for at in range(0, len(tops), NAMED_AT_ONCE):
        some = tops[at : at + NAMED_AT_ONCE]
        for node, name in zip(some, names.give([each.name or top_name for each in some]), strict=True):
            yield Found(0, name, node.kind, node.id, node.modified.isoformat())


def _named(folder: int, rows: Sequence[Item], *, names: Names) -> Iterator[Found]:
    """Entries of one page in their order; those whose names cannot stay get others, fifty at a time."""
    changed = [text(row, "name") for row in rows if not names.keeps(text(row, "name"))]
    hundreds = range(0, len(changed), NAMED_AT_ONCE)
    others = (name for at in hundreds for name in names.give(changed[at : at + NAMED_AT_ONCE]))
    given = dict(zip(changed, others, strict=True))
    for row in rows:
        name = text(row, "name")
        kind = "folder" if text(row, "sk").startswith(keys.FOLDER) else "file"
        yield Found(folder, given.get(name, name), kind, text(row, "id"), text(row, "l1")[2:])


def _stored(node: Item, references: Item | None) -> Stored:
    crc = text(references or {}, "crc32")
    modified = zips.seconds(node["modified"])
    sizes = number(node, "size")
    return Stored(text(node, "object"), text(node, "object_version"), sizes, int(crc, 16) if crc else None, modified)
