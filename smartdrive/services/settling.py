"""The last step of an upload: its row becomes node, entry and version in one write."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from smartdrive.domain import search as names
from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.errors import DriveError, Exists, Incomplete, NotFound
from smartdrive.domain.models import Checksums, Node, Upload, User
from smartdrive.domain.names import fold
from smartdrive.domain.types import HEAD_BYTES, decide
from smartdrive.domain.words import _
from smartdrive.metrics import Metrics
from smartdrive.ports import objects as storage
from smartdrive.ports.objects import Objects, Stat
from smartdrive.ports.table import MAX_ACTIONS, Action, Contended, Refused, Table
from smartdrive.ports.together import together
from smartdrive.records import nodes, objects, uploads, versions, words
from smartdrive.services.checksums import checksums
from smartdrive.services.history import History
from smartdrive.services.journal import Journal
from smartdrive.services.landing import Names
from smartdrive.services.retry import Again
from smartdrive.services.tree import Tree

READ_WHOLE = 256 * 1024
"""A file of so many bytes is read whole and gets its checksums at once: less work than promising and keeping it."""
GONE = _("The folder this was for is gone.")


@dataclass(frozen=True, slots=True)
class Finished:
    """The file an upload became; `created` is False when it replaced one, or had been finished before."""

    file: Node
    created: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """The bytes of an upload as they stand in storage, who sent them, their type, and a small file's checksums."""

    upload: Upload
    by: User
    stat: Stat
    type: str
    sums: Checksums | None


@dataclass(frozen=True, slots=True)
class Settling:
    """Makes files of uploads whose bytes are whole."""

    table: Table
    objects: Objects
    tree: Tree
    names: Names
    history: History
    clock: Clock
    ids: Ids
    journal: Journal
    metrics: Metrics

    def whole(self, user: User, upload: Upload) -> Whole:
        """Finish the bytes in storage; Incomplete names missing parts. May be repeated."""
        outcome = self._wholes(user, [upload])[0]
        if isinstance(outcome, DriveError):
            raise outcome
        return outcome

    def settle(self, whole: Whole) -> Finished:
        """Make the file, as the upload's conflict choice says where the name is taken. Raises Again after a race."""
        upload = whole.upload
        if not self._seen(upload.parent):
            raise NotFound(GONE)
        if upload.conflict != "replace" and self._created(whole, node := self._node(whole, upload.name)):
            return Finished(node, created=True)
        taken = nodes.named(self.table, upload.parent, names=[upload.name])[0]
        if taken is None:
            return self._create(whole, upload.name)
        if upload.conflict == "keep_both":
            return self._create(whole, self.names.free_name(upload.parent, upload.name))
        if upload.conflict == "replace" and taken.kind == "file":
            return Finished(self._replace(whole, taken.id), created=False)
        raise Exists(more={"existing": taken})

    def taken(self, upload: Upload) -> Node | None:
        """The file that has the upload's name already."""
        entry = nodes.named(self.table, upload.parent, names=[upload.name])[0]
        return nodes.read_node(self.table, entry.id) if entry and entry.kind == "file" else None

    def settle_together(self, user: User, some: Sequence[Upload]) -> dict[str, Finished | DriveError]:
        """Settle many by upload id. Those that need a choice, or lost a race, are left out: settle them one by one."""
        seen = {folder for folder in {each.parent for each in some} if self._seen(folder)}
        here = [each for each in some if each.parent in seen]
        if not here:
            return {}
        answers = dict(zip((each.id for each in here), self._wholes(user, here), strict=True))
        made: dict[str, Finished | DriveError] = {
            name: answer for name, answer in answers.items() if isinstance(answer, DriveError)
        }
        for group in _groups([each for each in answers.values() if isinstance(each, Whole)]):
            made |= self._settle_group(group)
        return made

    def _seen(self, folder_id: str) -> bool:
        """Whether a new file would be seen there: a folder below one in the trash is itself still live."""
        folder = self.tree.node(folder_id)
        return folder is not None and self.tree.visible(folder)

    def _wholes(self, user: User, some: Sequence[Upload]) -> list[Whole | DriveError]:
        outcomes = self.objects.finish_puts([uploads.plan_of(each) for each in some])
        pairs = list(zip(some, outcomes, strict=True))
        return together(lambda pair: self._read(user, pair), pairs, at_once=self.objects.at_once)

    def _read(self, user: User, finished: tuple[Upload, storage.Outcome]) -> Whole | DriveError:
        upload, stat = finished
        try:
            if isinstance(stat, Exception):
                raise stat
            first = b"".join(self.objects.open(upload.key, version=stat.version, length=_to_read(upload)))
        except storage.Incomplete as gap:
            return Incomplete(more={"missing": list(gap.missing)})
        except storage.Missing:
            return NotFound()
        sums = checksums([first]) if len(first) == upload.size else None
        return Whole(upload, user, stat, decide(upload.name, first[:HEAD_BYTES]), sums)

    def _settle_group(self, group: list[Whole]) -> dict[str, Finished]:
        made = {whole.upload.id: self._node(whole, whole.upload.name) for whole in group}
        actions: list[Action] = [nodes.live(folder) for folder in {whole.upload.parent for whole in group}]
        for whole in group:
            actions += self._creation(whole, made[whole.upload.id])
        try:
            self.table.write(*actions)
        except (Refused, Contended):
            return {}
        for whole in group:
            self.metrics.uploaded(whole.stat.size)
        return {name: Finished(node, created=True) for name, node in made.items()}

    def _create(self, whole: Whole, name: str) -> Finished:
        node = self._node(whole, name)
        if not self._created(whole, node):
            raise Again
        return Finished(node, created=True)

    def _created(self, whole: Whole, node: Node) -> bool:
        """Write the new file; False when its name is taken, Again when the upload was settled by somebody else."""
        try:
            self.table.write(nodes.live(node.parent), *self._creation(whole, node))
        except Refused as refused:
            if 1 in refused.failed:
                raise Again from None
            if 0 in refused.failed:
                raise NotFound(GONE) from None
            return False
        self.metrics.uploaded(whole.stat.size)
        return True

    def _creation(self, whole: Whole, node: Node) -> list[Action]:
        """The actions that make a new file of an upload; the folder's check is the caller's."""
        return [
            uploads.complete(whole.upload, file_id=node.id, moment=node.created),
            nodes.put_node(node),
            *nodes.claim_name(node),
            versions.put_version(node, by=whole.upload.owner, created=node.created),
            self.journal.tell("upload", node, by=whole.by),
            *self._references(whole, node),
            *words.enter(node),
        ]

    def _references(self, whole: Whole, node: Node) -> tuple[Action, ...]:
        size, version = whole.stat.size, whole.stat.version
        return objects.first_reference(node.object, size=size, version=version, node_id=node.id, sums=whole.sums)

    def _node(self, whole: Whole, name: str) -> Node:
        upload, moment = whole.upload, self.clock()
        return Node(
            id=self.ids(),
            kind="file",
            name=name,
            parent=upload.parent,
            owner=upload.owner,
            created=moment,
            modified=upload.modified or moment,
            size=whole.stat.size,
            type=whole.type,
            object=upload.key,
            object_version=whole.stat.version,
            version=versions.version_id(moment, self.ids()),
        )

    def _replace(self, whole: Whole, node_id: str) -> Node:
        """New bytes for a file that stays itself: id and links go on, and its old version is kept."""
        old = nodes.read_node(self.table, node_id)
        if old is None or old.state != "live":
            raise Again
        fresh = self._node(whole, old.name)
        version = versions.version_after(old.version, moment=fresh.created, random=self.ids())
        new = replace(fresh, id=old.id, created=old.created, links=old.links, version=version)
        try:
            self.table.write(
                uploads.complete(whole.upload, file_id=old.id, moment=fresh.created),
                nodes.change_bytes(old, new),
                nodes.replace_entry(new),
                versions.put_version(new, by=whole.upload.owner, created=fresh.created),
                *self._references(whole, new),
                self.journal.tell("replace", new, by=whole.by, before=old),
                *self.history.pushed_out(new, moment=fresh.created),
            )
        except Refused:
            raise Again from None
        self.metrics.uploaded(whole.stat.size)
        return new


def _to_read(upload: Upload) -> int:
    return upload.size if upload.size <= READ_WHOLE else HEAD_BYTES


def _groups(found: list[Whole]) -> Iterator[list[Whole]]:
    """Groups that fit into one write; a name comes once a group, and what replaces goes by itself."""
    group: dict[tuple[str, str], Whole] = {}
    folders: set[str] = set()
    count = 0
    for whole in found:
        if whole.upload.conflict == "replace":
            continue
        name, more = (whole.upload.parent, fold(whole.upload.name)), _actions(whole)
        if name in group or count + more + len(folders | {whole.upload.parent}) > MAX_ACTIONS:
            yield list(group.values())
            group, folders, count = {}, set(), 0
        group[name] = whole
        folders.add(whole.upload.parent)
        count += more
    if group:
        yield list(group.values())


def _actions(whole: Whole) -> int:
    """How many actions make its file, but for its folder's check: seven, or eight without checksums, and its words."""
    return (7 if whole.sums else 8) + len(names.indexed(whole.upload.name))
