"""Files: what is known of one, its bytes, and copies of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.errors import BadInput, EngineDown, Exists, NotFound, OverQuota
from smartdrive.domain.models import Checksums, Node, User
from smartdrive.domain.names import check_name
from smartdrive.domain.types import inline_allowed
from smartdrive.domain.words import _
from smartdrive.ports.objects import Delivery, Objects
from smartdrive.ports.table import Refused, Table
from smartdrive.records import nodes, objects, rooms, versions
from smartdrive.services.items import Items
from smartdrive.services.retry import Again, until_settled
from smartdrive.services.tree import Tree

DOWNLOAD_SECONDS = 300
DIRECT_LEAST, DIRECT_MOST = 60, 7 * 24 * 60 * 60
"""Seconds a direct link may be asked for; a week is the most that storage signs."""


@dataclass(frozen=True, slots=True)
class Direct:
    """A signed address that its owner asked for, and its true end."""

    url: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Files:
    """Use cases of files."""

    table: Table
    objects: Objects
    tree: Tree
    items: Items
    clock: Clock
    ids: Ids

    def checksums(self, file: Node) -> Checksums:
        """Digests of the file's bytes, empty until the worker has computed them."""
        return objects.read_checksums(self.table, file.object)

    def address(self, file: Node, *, inline: bool = False) -> str:
        """A signed address of a file that has been loaded, good for five minutes; inline only for safe types."""
        return self._signed(file, inline=inline and inline_allowed(file.type), seconds=DOWNLOAD_SECONDS)

    def download(self, user: User, file_id: str, *, inline: bool = False) -> str:
        """A signed address of a file's bytes."""
        return self.address(self.tree.file(user, file_id), inline=inline)

    def direct_end(self, seconds: int) -> datetime:
        """When a direct link asked for now would end: after that time, or with the credentials that sign it."""
        return self.clock() + timedelta(seconds=self._within_credentials(seconds))

    def direct(self, user: User, file_id: str, *, seconds: int) -> Direct:
        """A signed address that works for everybody until its end, and that nobody can end sooner or find again.

        It gives the bytes and the name the file has now, as long as these bytes are kept: until they are deleted for
        ever. BadInput for under a minute or over a week.
        """
        if not DIRECT_LEAST <= seconds <= DIRECT_MOST:
            sentence = _("A direct link lasts at least a minute and at most 7 days.")
            raise BadInput(sentence, fields={"expires_in": sentence})
        file, lasting = self.tree.file(user, file_id), self._within_credentials(seconds)
        url = self._signed(file, inline=False, seconds=lasting)
        return Direct(url, self.clock() + timedelta(seconds=lasting))

    def _within_credentials(self, seconds: int) -> int:
        end = self.objects.signing_ends()
        left = int((end - self.clock()).total_seconds()) if end else seconds
        if left < 1:
            raise EngineDown
        return min(seconds, left)

    def _signed(self, file: Node, *, inline: bool, seconds: int) -> str:
        delivery = Delivery(file.name, file.type, inline=inline)
        return self.objects.sign_get(file.object, delivery, version=file.object_version, expires_in=seconds)

    def copy(self, user: User, file_id: str, *, parent: str, name: str | None = None) -> Node:
        """A second file of the same bytes: nothing is copied in storage, its room is taken in full.

        Without a name a taken one gets a number; with one, Exists.
        """
        wanted = check_name(name) if name is not None else None
        return until_settled(lambda: self._copy(user, file_id, parent=parent, name=wanted))

    def _copy(self, user: User, file_id: str, *, parent: str, name: str | None) -> Node:
        source, folder = self.tree.file(user, file_id), self.tree.folder(user, parent)
        moment = self.clock()
        copy = replace(
            source,
            id=self.ids(),
            parent=folder.id,
            name=name or self.items.free_name(folder.id, source.name),
            created=moment,
            version=versions.version_id(moment, self.ids()),
            links=0,
        )
        entry, other = nodes.claim_name(copy)
        room = [rooms.take(copy.owner, copy.size)] if copy.size else []
        try:
            self.table.write(
                entry,
                other,
                nodes.live(folder.id),
                objects.add_reference(copy.object),
                nodes.put_node(copy),
                versions.put_version(copy, by=user.id, created=moment),
                *room,
            )
        except Refused as refused:
            raise self._why(copy, refused, named=name is not None) from None
        return copy

    def _why(self, copy: Node, refused: Refused, *, named: bool) -> Exception:
        if set(refused.failed) & {0, 1}:
            taken = nodes.named(self.table, copy.parent, names=[copy.name])[0]
            return Exists(more={"existing": taken}) if named and taken else Again()
        if set(refused.failed) & {2, 3}:
            return NotFound()
        return OverQuota()
