"""The first step of an upload: its folder, its name's fate, the room it takes, and its row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.errors import Busy, DriveError, EngineDown, Exists, NoSpace, NotFound, OverQuota
from smartdrive.domain.models import Node, Upload, User
from smartdrive.domain.names import split_path
from smartdrive.ports.objects import Objects
from smartdrive.ports.table import Action, OutOfRoom, Refused, Table, Unavailable
from smartdrive.ports.together import together
from smartdrive.records import nodes, rooms
from smartdrive.records import uploads as records
from smartdrive.records.nodes import Entry
from smartdrive.records.objects import object_key
from smartdrive.services.arriving import arrived, take_room
from smartdrive.services.dropping import drop
from smartdrive.services.folders import Folders
from smartdrive.services.retry import Again, until_settled
from smartdrive.services.tree import Tree
from smartdrive.services.wanted import MAX_SIZE, Wanted, check_same, checked, is_same, keyed_id, other_bytes, part_size

TOGETHER = 90


@dataclass(frozen=True, slots=True)
class Begun:
    """An open upload with the parts that have arrived, or the file that makes an upload needless."""

    upload: Upload | None = None
    done: tuple[int, ...] = ()
    file: Node | None = None


Outcome = Begun | DriveError


@dataclass(frozen=True, slots=True)
class Beginning:
    """Begins uploads, many at once; each succeeds or fails for itself."""

    table: Table
    objects: Objects
    tree: Tree
    folders: Folders
    clock: Clock
    ids: Ids

    def begin(self, user: User, wanted: Sequence[Wanted]) -> list[Outcome]:
        """Begin up to 100 uploads in few round trips, in their order. What can never be a file is not looked up."""
        looked_at = [checked(each) for each in wanted]
        fit = [each for each in looked_at if isinstance(each, Wanted)]
        begun = iter(until_settled(lambda: self._begin(user, fit)) if fit else [])
        return [next(begun) if isinstance(each, Wanted) else each for each in looked_at]

    def _begin(self, user: User, wanted: Sequence[Wanted]) -> list[Outcome]:
        places = self._places(user, wanted)
        known = self._known(user, wanted)
        taken = self._taken(wanted, places)
        results = self._judged(wanted, places, known=known, taken=taken)
        pairs = enumerate(zip(places, wanted, strict=True))
        rest = {at: (place, each) for at, (place, each) in pairs if at not in results and isinstance(place, Node)}
        planned = self._planned(user, rest)
        fresh = {at: each for at, each in planned.items() if isinstance(each, Upload)}
        results |= {at: each for at, each in planned.items() if not isinstance(each, Upload)}
        results |= self._set_aside(self._open_all(fresh, known), fresh)
        return [results[at] for at in range(len(wanted))]

    def _free(self, user: User, wanted: Sequence[Wanted]) -> int:
        """The owner's free room where an upload in parts is wanted: what it lacks is opened nowhere, not even in vain.

        Only the write that takes the room decides; for small files it is not asked beforehand.
        """
        if all(part_size(each) >= each.size for each in wanted):
            return MAX_SIZE * len(wanted)
        return rooms.read_free(self.table, user.id)

    def _places(self, user: User, wanted: Sequence[Wanted]) -> list[Node | DriveError]:
        """The folder each is for; a folder that many are for is found, or made, once."""
        found: dict[tuple[str, str], Node | DriveError] = {}
        for each in wanted:
            where = (each.parent, each.path)
            if where not in found:
                found[where] = self._place(user, each)
        return [found[each.parent, each.path] for each in wanted]

    def _place(self, user: User, wanted: Wanted) -> Node | DriveError:
        try:
            folder = self.tree.folder(user, wanted.parent)
            return self.folders.ensure(folder, split_path(wanted.path), by=user) if wanted.path else folder
        except DriveError as refusal:
            return refusal

    def _known(self, user: User, wanted: Sequence[Wanted]) -> dict[int, Upload]:
        """Uploads begun before under the same keys of the client's own."""
        keyed = [at for at, each in enumerate(wanted) if each.key]
        rows = records.read_uploads(self.table, [keyed_id(user, wanted[at].key) for at in keyed])
        return {at: row for at, row in zip(keyed, rows, strict=True) if row and row.owner == user.id}

    def _taken(self, wanted: Sequence[Wanted], places: list[Node | DriveError]) -> dict[int, Entry]:
        """Who has the wanted names, asked for by fifties a folder."""
        asked: dict[str, list[int]] = {}
        for at, place in enumerate(places):
            if isinstance(place, Node):
                asked.setdefault(place.id, []).append(at)
        found: dict[int, Entry] = {}
        fifties = [
            (folder, positions[start : start + 50])
            for folder, positions in asked.items()
            for start in range(0, len(positions), 50)
        ]

        def ask(question: tuple[str, list[int]]) -> list[Entry | None]:
            return nodes.named(self.table, question[0], names=[wanted[at].name for at in question[1]])

        for (_, some), entries in zip(fifties, together(ask, fifties), strict=True):
            found |= {at: entry for at, entry in zip(some, entries, strict=True) if entry}
        return found

    def _judged(
        self,
        wanted: Sequence[Wanted],
        places: Sequence[Node | DriveError],
        *,
        known: dict[int, Upload],
        taken: dict[int, Entry],
    ) -> dict[int, Outcome]:
        """The answers to those of which nothing new is begun; nothing that stops one stops the others."""
        results: dict[int, Outcome] = {at: place for at, place in enumerate(places) if isinstance(place, DriveError)}

        def judge(at: int) -> Outcome | None:
            try:
                return self._judge(wanted[at], known=known.get(at), taken=taken.get(at))
            except DriveError as refusal:
                return refusal

        met = [at for at in {**known, **taken} if at not in results]
        answers = zip(met, together(judge, met), strict=True)
        return results | {at: answer for at, answer in answers if answer is not None}

    def _planned(self, user: User, places: Mapping[int, tuple[Node, Wanted]]) -> dict[int, Upload | DriveError]:
        """New uploads, opened in storage as far as it wants to know of them beforehand."""
        free = self._free(user, [wanted for _, wanted in places.values()])
        fit: list[int] = []
        for at, (_, wanted) in places.items():
            if wanted.size <= free:
                fit.append(at)
                free -= wanted.size

        def new(at: int) -> Upload | DriveError:
            return self._new(user, places[at])

        in_parts = [at for at in fit if part_size(places[at][1]) < places[at][1].size]
        planned = dict(zip(in_parts, together(new, in_parts, at_once=self.objects.at_once), strict=True))
        planned |= {at: new(at) for at in fit if at not in planned}
        return {at: planned.get(at) or OverQuota() for at in places}

    def _judge(self, wanted: Wanted, *, known: Upload | None, taken: Entry | None) -> Begun | None:
        """The upload or file that is there already, if one will do."""
        if known and (again := self._again(wanted, known)):
            return again
        if taken and wanted.conflict != "keep_both":
            if taken.kind == "folder" or wanted.conflict == "ask":
                raise Exists(more={"existing": taken})
            if wanted.conflict == "skip":
                return Begun(file=self.tree.node(taken.id))
        return None

    def _again(self, wanted: Wanted, known: Upload) -> Begun | None:
        """The same upload once more, unless its file is gone; BadInput when the key now means other bytes.

        One that storage does not know any more is dropped, and all looked up Again: nothing is open yet.
        One whose begin was cut off takes its room now; NoSpace leaves it open.
        """
        if known.state == "done":
            file = self.tree.node(known.file)
            if file is None or not self.tree.visible(file):
                return None
            check_same(wanted, known)
            return Begun(known, file=file)
        check_same(wanted, known)
        try:
            done = arrived(self.objects, known)
            take_room(self.objects, known)
        except NotFound:
            drop(self.table, self.objects, upload=known, moment=self.clock())
            raise Again from None
        except OutOfRoom:
            raise NoSpace from None
        return Begun(known, done)

    def _new(self, user: User, place: tuple[Node, Wanted]) -> Upload | DriveError:
        (folder, wanted), moment = place, self.clock()
        try:
            plan = self.objects.plan_put(object_key(moment, self.ids()), size=wanted.size, part_size=part_size(wanted))
        except OutOfRoom:
            return NoSpace()
        return Upload(
            id=keyed_id(user, wanted.key) if wanted.key else self.ids(),
            owner=folder.owner,
            parent=folder.id,
            name=wanted.name,
            size=wanted.size,
            type=wanted.type,
            key=plan.key,
            part_size=plan.part_size,
            handle=plan.handle,
            conflict=wanted.conflict,
            state="open",
            created=moment,
            touched=moment,
            fingerprint=wanted.fingerprint,
            modified=wanted.modified,
        )

    def _open_all(self, fresh: dict[int, Upload], known: dict[int, Upload]) -> dict[int, Outcome]:
        """Open the fresh ones in as few writes as can be; where one is refused, each by itself."""
        results: dict[int, Outcome] = {}
        positions = sorted(fresh)
        for start in range(0, len(positions), TOGETHER):
            some = positions[start : start + TOGETHER]
            if len(some) > 1 and not any(at in known for at in some) and self._opened([fresh[at] for at in some]):
                results |= {at: Begun(fresh[at]) for at in some}
                continue
            results |= {at: self._open_or_not(fresh[at], known.get(at)) for at in some}
        return results

    def _set_aside(self, outcomes: dict[int, Outcome], fresh: dict[int, Upload]) -> dict[int, Outcome]:
        """Let storage take the room of those opened here. It comes last: owners take no more of a disk than is theirs.

        One after the other: on a disk each is a call or two, and a bucket has nothing to do.
        """
        begun = {at: each.upload for at, each in outcomes.items() if isinstance(each, Begun) and each.upload}
        opened = [upload for at, upload in begun.items() if upload is fresh[at]]
        lacking = {upload.id: refusal for upload in opened if (refusal := self._room_lacks(upload))}
        return outcomes | {at: lacking[upload.id] for at, upload in begun.items() if upload.id in lacking}

    def _room_lacks(self, upload: Upload) -> DriveError | None:
        """Why storage has no room for an upload opened just now, which is dropped then."""
        try:
            take_room(self.objects, upload)
        except (OutOfRoom, Unavailable) as error:
            drop(self.table, self.objects, upload=upload, moment=self.clock())
            return NoSpace() if isinstance(error, OutOfRoom) else EngineDown()
        return None

    def _opened(self, uploads: list[Upload]) -> bool:
        total = sum(each.size for each in uploads)
        room: list[Action] = [rooms.take(uploads[0].owner, total)] if total else []
        if len({each.owner for each in uploads}) > 1 or len({each.id for each in uploads}) < len(uploads):
            return False
        try:
            until_settled(lambda: self.table.write(*room, *(records.put_upload(each) for each in uploads)))
        except (Refused, Busy, OutOfRoom):
            return False
        return True

    def _open_or_not(self, upload: Upload, known: Upload | None) -> Outcome:
        """What storage set aside for an upload that was not opened is let go at once."""
        try:
            return self._open(upload, known)
        except (Busy, OutOfRoom) as error:
            self.objects.abandon_put(records.plan_of(upload))
            return error if isinstance(error, Busy) else NoSpace()

    def _open(self, upload: Upload, known: Upload | None) -> Outcome:
        room: list[Action] = [rooms.take(upload.owner, upload.size)] if upload.size else []
        try:
            until_settled(lambda: self.table.write(records.put_upload(upload, instead_of=known), *room))
        except Refused as refused:
            self.objects.abandon_put(records.plan_of(upload))
            if 0 not in refused.failed:
                return OverQuota()
            return self._begun_by_another(upload)
        return Begun(upload)

    def _begun_by_another(self, upload: Upload) -> Outcome:
        """The upload that somebody opened under the same key meanwhile."""
        other = records.read_upload(self.table, upload.id)
        if other is None or other.state != "open":
            return Busy()
        return Begun(other) if is_same(upload, other) else other_bytes()
