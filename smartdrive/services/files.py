"""Files: what is known of one, its bytes, and copies of it."""

from dataclasses import dataclass, replace

from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.errors import Exists, NotFound, OverQuota
from smartdrive.domain.models import Checksums, Node, User
from smartdrive.domain.names import check_name
from smartdrive.domain.types import inline_allowed
from smartdrive.ports.objects import Delivery, Objects
from smartdrive.ports.table import Refused, Table
from smartdrive.records import nodes, objects, rooms, versions
from smartdrive.services.items import Items
from smartdrive.services.retry import Again, until_settled
from smartdrive.services.tree import Tree

DOWNLOAD_SECONDS = 300


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
        delivery = Delivery(file.name, file.type, inline=inline and inline_allowed(file.type))
        return self.objects.sign_get(file.object, delivery, version=file.object_version, expires_in=DOWNLOAD_SECONDS)

    def download(self, user: User, file_id: str, *, inline: bool = False) -> str:
        """A signed address of a file's bytes."""
        return self.address(self.tree.file(user, file_id), inline=inline)

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
