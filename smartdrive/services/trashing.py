"""Many things into the trash, or back out of it: read together, several a write, each of them whole or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from smartdrive.domain.errors import DriveError, Forbidden, NotFound
from smartdrive.domain.models import Node, User
from smartdrive.domain.names import fold
from smartdrive.domain.words import _
from smartdrive.ports.table import MAX_KEYS, Action, Table
from smartdrive.ports.together import together
from smartdrive.records import nodes
from smartdrive.records import trash as records
from smartdrive.services.landing import Settled
from smartdrive.services.retry import wrote
from smartdrive.services.trash import Trash, is_in_trash, tree_of
from smartdrive.services.tree import is_id
from smartdrive.services.writing import in_writes, pages

Outcome = Settled | DriveError
BESIDES = 2


@dataclass(frozen=True, slots=True)
class Trashing:
    """The trash, for many things at once."""

    table: Table
    trash: Trash

    def put_many(self, user: User, ids: Sequence[str]) -> dict[str, Outcome]:
        """Move things to the trash, each with all below it; what became of each.

        A thing and a folder above it go as if the thing had gone first: each can be brought back by itself.
        """
        places = self.trash.tree.load_many(user, ids)
        outcomes: dict[str, Outcome] = {each: NotFound() for each in ids if each not in places}
        stays = Forbidden(_("The top folder stays as it is."))
        outcomes |= {each: stays for each, place in places.items() if not place.node.parent}
        leaving = {each: place.node for each, place in places.items() if each not in outcomes}
        moment = self.trash.clock()
        acts = {each: self.trash.leaving(places[each], moment, by=user) for each in leaving}
        for group in in_writes(acts, besides=1):
            if wrote(self.table, *tree_of([leaving[each] for each in group]), *_all(acts, group)):
                gone = {each: replace(leaving[each], state="trashed", trashed=moment) for each in group}
                outcomes |= {each: Settled(node) for each, node in gone.items()}
        rest = [each for each in leaving if each not in outcomes]
        return outcomes | {each: _tried(lambda each=each: self.trash.put(user, each)) for each in rest}  # type: ignore[misc]

    def restore_many(self, user: User, ids: Sequence[str]) -> dict[str, Outcome]:
        """Bring things back to where they were; what became of each.

        What lay in a folder that comes back as well finds it there, so those above come first, level by level; for
        those who find no folder it is made again.
        """
        waiting = self._trashed(user, ids)
        outcomes: dict[str, Outcome] = {each: NotFound() for each in ids if each not in waiting}
        while waiting:
            homes = self.trash.tree.load_many(user, list({node.parent for node in waiting.values()}))
            some = {each: node for each, node in waiting.items() if node.parent in homes}
            some = some or self._homeless(user, waiting)
            outcomes |= self._bring_back(user, some)
            waiting = {each: node for each, node in waiting.items() if each not in some}
        return outcomes

    def _homeless(self, user: User, waiting: Mapping[str, Node]) -> dict[str, Node]:
        """Those below none that is waiting as well, in folders that are made again."""
        above = self._above(waiting)
        first = [node for node in waiting.values() if not _among(node.parent, waiting, above=above)]
        asked = list(pages(first or list(waiting.values()), MAX_KEYS))
        ways = [way for some in asked for way in records.ways_of(self.table, some)]
        homes = self.trash.homes.again(user, set(ways))
        found = (node for some in asked for node in some)
        return {node.id: replace(node, parent=homes[way]) for node, way in zip(found, ways, strict=True)}

    def _above(self, waiting: Mapping[str, Node]) -> dict[str, str]:
        """What all folders above these lie in, live or not; read level by level."""
        above: dict[str, str] = {}
        wanted = {node.parent for node in waiting.values()} - waiting.keys()
        while wanted:
            above |= dict.fromkeys(wanted, "") | {node.id: node.parent for node in self._read(sorted(wanted))}
            wanted = {above[each] for each in wanted} - above.keys() - waiting.keys() - {""}
        return above

    def _trashed(self, user: User, ids: Sequence[str]) -> dict[str, Node]:
        emptied = records.emptied_until(self.table, user.id)
        there = self._read([each for each in ids if is_id(each)])
        return {node.id: node for node in there if is_in_trash(node, user, emptied=emptied)}

    def _read(self, ids: Sequence[str]) -> list[Node]:
        """Those that exist, a hundred a read, the reads side by side."""
        found = together(lambda some: nodes.read_nodes(self.table, some), list(pages(ids, MAX_KEYS)))
        return [node for some in found for node in some if node]

    def _bring_back(self, user: User, some: Mapping[str, Node]) -> dict[str, Outcome]:
        """Those whose names are free in writes of several, the others by themselves."""
        acts = {each: [*self.trash.coming_back(node, _live(node), by=user)] for each, node in self._free(some).items()}
        outcomes: dict[str, Outcome] = {}
        for folder, names in _by_folder(some, acts).items():
            for group in in_writes({each: acts[each] for each in names}, besides=BESIDES):
                besides = [nodes.live(folder), *tree_of([some[each] for each in group])]
                if wrote(self.table, *besides, *_all(acts, group)):
                    outcomes |= {each: Settled(_live(some[each])) for each in group}
        rest = [each for each in some if each not in outcomes]
        return outcomes | {each: _tried(lambda each=each: self.trash.restore(user, each)) for each in rest}  # type: ignore[misc]

    def _free(self, some: Mapping[str, Node]) -> dict[str, Node]:
        """Those that can have their names back, one of each name."""
        found: dict[tuple[str, str], str] = {}
        for each, node in some.items():
            found.setdefault((node.parent, fold(node.name)), each)
        folders = _by_folder(some, list(found.values()))
        for folder, names in folders.items():
            for taken in self.trash.names.taken(folder, [some[each].name for each in names]):
                found.pop((folder, taken), None)
        return {each: some[each] for each in found.values()}


def _among(folder: str, waiting: Mapping[str, Node], *, above: Mapping[str, str]) -> bool:
    """Whether the folder, or one that it lies in, is waiting."""
    while folder and folder not in waiting:
        folder = above[folder]
    return bool(folder)


def _by_folder(some: Mapping[str, Node], names: Sequence[str] | Mapping[str, object]) -> dict[str, list[str]]:
    folders: dict[str, list[str]] = {}
    for each in names:
        folders.setdefault(some[each].parent, []).append(each)
    return folders


def _all(acts: Mapping[str, Sequence[Action]], group: Sequence[str]) -> list[Action]:
    return [action for each in group for action in acts[each]]


def _live(node: Node) -> Node:
    return replace(node, state="live", trashed=None)


def _tried(act: Callable[[], Node]) -> Outcome:
    try:
        return Settled(act())
    except DriveError as refusal:
        return refusal
