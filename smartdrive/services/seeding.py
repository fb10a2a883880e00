"""Filling a drive with many small files, for trials: their few different bytes are stored, and referred to by many."""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.errors import DriveError, OverQuota
from smartdrive.domain.models import Node, User
from smartdrive.domain.samples import SampleFile, SampleFolder, sample_files, sample_folders
from smartdrive.domain.words import _
from smartdrive.ports.objects import Objects
from smartdrive.ports.table import Action, Refused, Table
from smartdrive.ports.together import together
from smartdrive.records import nodes, objects, rooms, versions, words
from smartdrive.services.beginning import TOGETHER
from smartdrive.services.folders import Folders
from smartdrive.services.journal import Journal
from smartdrive.services.retry import until_settled
from smartdrive.services.tree import Tree
from smartdrive.services.uploads import Uploads
from smartdrive.services.wanted import Wanted
from smartdrive.services.writing import in_writes

Outcome = TypeVar("Outcome")
Bytes = tuple[str, bytes]
"""What is stored for a file, and its ending, which says as well what the file is."""
NAMES_A_LOOK = 50
BESIDES = 25
"""Actions of a write beside those of its files: the room, and for each of a dozen files its folder and its bytes."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """What a seed made, and how many of its files were there before."""

    files: int
    folders: int
    size: int
    there: int


@dataclass(frozen=True, slots=True)
class _Missing:
    """A file that is to be made, and the id of its folder."""

    folder: str
    file: SampleFile

    @property
    def content(self) -> Bytes:
        """Files that are alike in this share what is stored."""
        return self.file.name.rpartition(".")[2], self.file.data


@dataclass(frozen=True, slots=True)
class Seeding:
    """Makes the folders and files of `domain/samples.py`. What is there already is left alone."""

    table: Table
    objects: Objects
    tree: Tree
    folders: Folders
    uploads: Uploads
    clock: Clock
    ids: Ids

    def fill(self, user: User, *, files: int, folders: int, told: Callable[[int], None]) -> Seeded:
        """Make what is missing; `told` hears how many files are done, batch by batch.

        OverQuota before the first file is made when they do not all fit into the person's room.
        """
        made, missing = self._folders(user, files=files, folders=folders)
        size = sum(len(each.file.data) for each in missing)
        if size > (free := rooms.read_free(self.table, user.id)):
            raise OverQuota(_("This takes %(size)s bytes and %(free)s are free.", size=size, free=free))
        firsts = {each.content: each for each in reversed(missing)}
        stored = self._store(user, firsts)
        done, rest = 0, iter([each for each in missing if firsts[each.content] is not each])
        while some := list(islice(rest, TOGETHER)):
            self._refer(user, some, stored=stored)
            done += len(some)
            told(done)
        return Seeded(len(missing), made, size, files - len(missing))

    def _folders(self, user: User, *, files: int, folders: int) -> tuple[int, list[_Missing]]:
        """Make the folders, level by level; how many were made, and all files that are not there yet."""
        samples = list(enumerate(sample_folders(files, folders)))
        places: dict[int | None, Node] = {None: self.tree.folder(user, "root")}
        made, missing = 0, dict[int, list[_Missing]]()
        while level := [(at, each) for at, each in samples if at not in places and each.above in places]:
            for at, place, fresh in together(lambda pair: self._folder(pair, places[pair[1].above]), level):
                places[at] = place
                made += fresh
                wanted = sample_files(at, samples[at][1].files)
                missing[at] = [
                    _Missing(place.id, each) for each in (wanted if fresh else self._lacking(place.id, wanted))
                ]
        return made, [each for at in sorted(missing) for each in missing[at]]

    def _folder(self, wanted: tuple[int, SampleFolder], above: Node) -> tuple[int, Node, bool]:
        at, sample = wanted
        fresh = nodes.named(self.table, above.id, names=[sample.name])[0] is None
        return at, self.folders.ensure(above, [sample.name]), fresh

    def _lacking(self, folder_id: str, wanted: Iterator[SampleFile]) -> Iterator[SampleFile]:
        while some := list(islice(wanted, NAMES_A_LOOK)):
            taken = nodes.named(self.table, folder_id, names=[each.name for each in some])
            yield from (each for each, entry in zip(some, taken, strict=True) if entry is None)

    def _store(self, user: User, firsts: Mapping[Bytes, _Missing]) -> dict[Bytes, Node]:
        """The first file of each of the different bytes, by the way of any upload."""
        found: dict[Bytes, Node] = {}
        rest = iter(firsts.items())
        while some := dict(islice(rest, TOGETHER)):
            found |= zip(some, self._upload(user, list(some.values())), strict=True)
        return found

    def _upload(self, user: User, some: Sequence[_Missing]) -> list[Node]:
        wanted = [
            Wanted(each.file.name, len(each.file.data), each.folder, modified=each.file.modified, conflict="keep_both")
            for each in some
        ]
        begun = [_or_raised(outcome) for outcome in self.uploads.begin_many(user, wanted)]
        opened = [(way.upload, each.file) for way, each in zip(begun, some, strict=True) if way.upload]
        together(
            lambda pair: self.objects.put(pair[0].key, io.BytesIO(pair[1].data), size=len(pair[1].data)),
            opened,
            at_once=self.objects.at_once,
        )
        ended = self.uploads.finish_many(user, [upload.id for upload, _file in opened])
        return [_or_raised(outcome).file for outcome in ended]

    def _refer(self, user: User, some: Sequence[_Missing], *, stored: Mapping[Bytes, Node]) -> None:
        """Files of bytes that are there. A name that somebody takes meanwhile is left to them."""
        fresh = {node.id: node for node in (self._node(each, stored[each.content]) for each in some)}
        acts = {node.id: self._making(user, node) for node in fresh.values()}
        for group in in_writes(acts, besides=BESIDES):
            if not self._write([fresh[each] for each in group], acts):
                for each in group:
                    self._write([fresh[each]], acts)

    def _node(self, missing: _Missing, stored: Node) -> Node:
        file, moment = missing.file, self.clock()
        version = versions.version_id(moment, self.ids())
        return replace(
            stored,
            id=self.ids(),
            name=file.name,
            parent=missing.folder,
            created=moment,
            modified=file.modified,
            version=version,
        )

    def _making(self, user: User, node: Node) -> list[Action]:
        """What makes a file, but for the room, the folder's check and the reference."""
        return [
            nodes.put_node(node),
            *nodes.claim_name(node),
            versions.put_version(node, by=user.id, created=node.created),
            Journal(self.clock, self.ids).tell("upload", node, by=user),
            *words.enter(node),
        ]

    def _write(self, files: Sequence[Node], acts: Mapping[str, Sequence[Action]]) -> bool:
        """Make them all, or none, which is False."""
        owner, size = files[0].owner, sum(node.size for node in files)
        shared = [node.object for node in files]
        besides: list[Action] = [
            *rooms.take_any(owner, size),
            *(nodes.live(folder) for folder in {node.parent for node in files}),
            *(objects.add_references(each, shared.count(each)) for each in set(shared)),
        ]
        try:
            until_settled(lambda: self.table.write(*besides, *(one for node in files for one in acts[node.id])))
        except Refused:
            return False
        return True


def _or_raised(outcome: Outcome | DriveError) -> Outcome:
    if isinstance(outcome, DriveError):
        raise outcome
    return outcome
