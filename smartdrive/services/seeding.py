"""Filling a drive with many small files, for trials: by the way of any upload, so that nothing of it is special."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from smartdrive.domain.errors import DriveError, OverQuota
from smartdrive.domain.models import Node, User
from smartdrive.domain.samples import SampleFile, sample_files, sample_folders
from smartdrive.domain.words import _
from smartdrive.ports.objects import Objects
from smartdrive.ports.table import Table
from smartdrive.ports.together import together
from smartdrive.records import nodes, rooms
from smartdrive.services.beginning import TOGETHER, Begun
from smartdrive.services.folders import Folders
from smartdrive.services.tree import Tree
from smartdrive.services.uploads import Uploads
from smartdrive.services.wanted import Wanted

NAMES_A_LOOK = 50


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


@dataclass(frozen=True, slots=True)
class Seeding:
    """Makes the folders and files of `domain/samples.py`. What is there already is left alone."""

    table: Table
    objects: Objects
    tree: Tree
    folders: Folders
    uploads: Uploads

    def fill(self, user: User, *, files: int, folders: int, told: Callable[[int], None]) -> Seeded:
        """Make what is missing; `told` hears how many files are done, batch by batch.

        OverQuota before the first file is made when they do not all fit into the person's room.
        """
        made, missing = self._folders(user, files=files, folders=folders)
        size = sum(len(each.file.data) for each in missing)
        if size > (free := rooms.read_free(self.table, user.id)):
            raise OverQuota(_("This takes %(size)s bytes and %(free)s are free.", size=size, free=free))
        done, rest = 0, iter(missing)
        while some := list(islice(rest, TOGETHER)):
            self._store(user, some)
            done += len(some)
            told(done)
        return Seeded(len(missing), made, size, files - len(missing))

    def _folders(self, user: User, *, files: int, folders: int) -> tuple[int, list[_Missing]]:
        """Make the folders; how many were made, and all files that are not there yet."""
        top, places, made = self.tree.folder(user, "root"), list[Node](), 0
        missing: list[_Missing] = []
        for at, sample in enumerate(sample_folders(files, folders)):
            above = top if sample.above is None else places[sample.above]
            fresh = nodes.named(self.table, above.id, names=[sample.name])[0] is None
            place = self.folders.ensure(above, [sample.name])
            places.append(place)
            made += fresh
            wanted = sample_files(at, sample.files)
            lacking = wanted if fresh else self._lacking(place.id, wanted)
            missing += (_Missing(place.id, each) for each in lacking)
        return made, missing

    def _lacking(self, folder_id: str, wanted: Iterator[SampleFile]) -> Iterator[SampleFile]:
        while some := list(islice(wanted, NAMES_A_LOOK)):
            taken = nodes.named(self.table, folder_id, names=[each.name for each in some])
            yield from (each for each, entry in zip(some, taken, strict=True) if entry is None)

    def _store(self, user: User, some: Sequence[_Missing]) -> None:
        """Begin, store and finish a batch. A name that somebody takes meanwhile is left to them."""
        wanted = [
            Wanted(each.file.name, len(each.file.data), each.folder, modified=each.file.modified, conflict="skip")
            for each in some
        ]
        pairs = list(zip(map(_begun, self.uploads.begin_many(user, wanted)), some, strict=True))
        opened = [(begun.upload, each.file) for begun, each in pairs if begun.upload]
        together(
            lambda pair: self.objects.put(pair[0].key, io.BytesIO(pair[1].data), size=len(pair[1].data)),
            opened,
            at_once=self.objects.at_once,
        )
        for outcome in self.uploads.finish_many(user, [upload.id for upload, _file in opened]):
            if isinstance(outcome, DriveError):
                raise outcome


def _begun(outcome: Begun | DriveError) -> Begun:
    if isinstance(outcome, DriveError):
        raise outcome
    return outcome
