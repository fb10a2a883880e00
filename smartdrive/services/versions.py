"""The versions of a file: listed, opened, brought back, named and deleted. Removing old ones is the worker's."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.errors import CurrentVersion, NotFound, OverQuota
from smartdrive.domain.models import Node, Page, User, Version
from smartdrive.domain.people import check_person_name
from smartdrive.ports.table import MAX_KEYS, Action, Refused, Table
from smartdrive.records import nodes, objects, rooms
from smartdrive.records import versions as records
from smartdrive.records.codec import text
from smartdrive.services.guards import Guard, anything
from smartdrive.services.history import History
from smartdrive.services.journal import Journal
from smartdrive.services.pages import known_cursor
from smartdrive.services.releasing import release, room_back
from smartdrive.services.retry import Again, until_settled
from smartdrive.services.tree import Tree, is_id

_ID = re.compile(r"[0-9]{8}T[0-9]{12}Z-[a-z2-7]{8}")


@dataclass(frozen=True, slots=True)
class Versions:
    """Use cases of versions. Whatever races here ends as if one had come after the other."""

    table: Table
    tree: Tree
    history: History
    clock: Clock
    ids: Ids
    journal: Journal

    def page(self, file: Node, *, limit: int = 100, after: str | None = None) -> Page[Version]:
        """A page of the versions of a file that has been loaded, the current one first."""
        with known_cursor():
            rows = records.read_versions(self.table, file.id, limit=limit, cursor=after)
        return Page([records.version_of(row) for row in rows.items], rows.cursor)

    def sha256(self, some: Sequence[Version]) -> Mapping[str, str]:
        """Digests by object, as far as the worker has computed them."""
        names = list(dict.fromkeys(each.object for each in some))
        pages = [names[at : at + MAX_KEYS] for at in range(0, len(names), MAX_KEYS)]
        rows = [row for page in pages for row in objects.read_references(self.table, page)]
        return {name: text(row or {}, "sha256") for name, row in zip(names, rows, strict=True)}

    def load(self, user: User, file_id: str, *, version_id: str) -> tuple[Node, Version]:
        """A live file and one of its versions; NotFound unless both are there.

        The version is read first: if the file is another one by then, it never becomes this one again.
        """
        known = is_id(file_id) and _ID.fullmatch(version_id)
        version = records.read_version(self.table, file_id, version_id=version_id) if known else None
        file = self.tree.file(user, file_id)
        if version is None:
            raise NotFound
        return file, version

    def restore(self, user: User, file_id: str, *, version_id: str, still: Guard = anything) -> Node:
        """Make a new version of an old one's bytes: they are shared, their room is taken once more.

        A file that has these bytes already stays as it is, so that asking twice makes one version. OverQuota.
        """
        return until_settled(lambda: self._restore(user, file_id, version_id=version_id, still=still))

    def name(self, user: User, file_id: str, *, version_id: str, name: str) -> tuple[Node, Version]:
        """Give a version a name, with which it is kept, or take it away ("")."""
        wanted = check_person_name(name)
        return until_settled(lambda: self._name(user, file_id, version_id=version_id, name=wanted))

    def delete(self, user: User, file_id: str, *, version_id: str) -> None:
        """Remove an old version and give its room back at once; CurrentVersion for what the file is now."""
        until_settled(lambda: self._delete(user, file_id, version_id=version_id))

    def _restore(self, user: User, file_id: str, *, version_id: str, still: Guard) -> Node:
        file, version = self.load(user, file_id, version_id=version_id)
        still(file)
        if version.object == file.object:
            return file
        moment = self.clock()
        fresh = records.version_after(file.version, moment=moment, random=self.ids())
        new = replace(as_of(file, version), version=fresh, modified=moment)
        pushed = self.history.pushed_out(new, moment=moment)
        there = records.still_there(version)
        actions: list[Action] = [
            nodes.change_bytes(file, new),
            nodes.replace_entry(new),
            records.put_version(new, by=user.id, created=moment),
            objects.add_references(new.object),
            self.journal.tell("restore_version", new, by=user, before=file),
            *([] if there.key in {each.key for each in pushed} else [there]),
            *pushed,
        ]
        self._write(actions, room=rooms.take(file.owner, new.size) if new.size else None)
        return new

    def _name(self, user: User, file_id: str, *, version_id: str, name: str) -> tuple[Node, Version]:
        file, version = self.load(user, file_id, version_id=version_id)
        if name == version.name:
            return file, version
        told = self.journal.tell("name_version", as_of(file, version), by=user, label=name)
        if name:
            self._write([records.name_version(version, name), told])
        else:
            self._write([self.history.keeping.unname(version, self.ids(), moment=self.clock()), told])
        return file, replace(version, name=name)

    def _delete(self, user: User, file_id: str, *, version_id: str) -> None:
        file, version = self.load(user, file_id, version_id=version_id)
        if version.id == file.version:
            raise CurrentVersion
        references = objects.read_references(self.table, [version.object])[0]
        given_back = room_back(file.owner, version.size)
        told = self.journal.tell("delete_version", as_of(file, version), by=user, label=version.name)
        self._write([records.delete_version(version), *release(version.object, references), *given_back, told])

    def _write(self, actions: Sequence[Action], *, room: Action | None = None) -> None:
        """Write all with the room they take; OverQuota when that alone is refused, Again when anything has changed."""
        try:
            self.table.write(*actions, *([room] if room else []))
        except Refused as refused:
            raise OverQuota if refused.failed == (len(actions),) else Again from None


def as_of(file: Node, version: Version) -> Node:
    """The file with the bytes of one of its versions."""
    return replace(
        file,
        object=version.object,
        object_version=version.object_version,
        size=version.size,
        type=version.type,
        modified=version.created,
        version=version.id,
    )
