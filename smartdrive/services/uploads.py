"""Uploads: begin takes the room, storage takes the bytes, finish makes the file.

`beginning.py` does the first step and `settling.py` the last one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import BinaryIO, cast

from smartdrive.domain.clock import Clock
from smartdrive.domain.errors import BadInput, DriveError, NotFound
from smartdrive.domain.models import Conflict, Node, Page, Upload, User
from smartdrive.domain.words import _
from smartdrive.ports import objects as storage
from smartdrive.ports.objects import Objects, Signed
from smartdrive.ports.table import Refused, Table
from smartdrive.ports.together import together
from smartdrive.records import uploads as records
from smartdrive.services.arriving import arrived
from smartdrive.services.beginning import Beginning, Begun
from smartdrive.services.dropping import SIGN_SECONDS, drop
from smartdrive.services.pages import known_cursor
from smartdrive.services.retry import until_settled
from smartdrive.services.settling import Finished, Settling
from smartdrive.services.tree import Tree, is_id
from smartdrive.services.wanted import Wanted

TOUCH_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Uploads:
    """Use cases of uploads. Begin, finish and cancel may each be repeated, and killed at any line."""

    table: Table
    objects: Objects
    tree: Tree
    beginning: Beginning
    settling: Settling
    clock: Clock

    def begin(self, user: User, wanted: Wanted) -> Begun:
        """Open an upload and take its exact size from the owner's room.

        Exists when the name is taken and the client wants to be asked; with `skip` the existing file is the answer.
        The same `key` gives the same upload again. OverQuota takes nothing.
        """
        return _or_raise(self.beginning.begin(user, [wanted])[0])

    def begin_many(self, user: User, wanted: Sequence[Wanted]) -> list[Begun | DriveError]:
        """Begin up to 100 uploads in few round trips; each succeeds or fails for itself."""
        return self.beginning.begin(user, wanted)

    def sign(self, user: User, upload_id: str, *, numbers: Sequence[int]) -> dict[int, Signed]:
        """Signed addresses for parts of an open upload; BadInput for a part it does not have."""
        upload = self._open(user, upload_id)
        count = records.plan_of(upload).parts
        if any(not 1 <= number <= count for number in numbers):
            raise BadInput(
                _("This upload has parts 1 to %(count)s.", count=count), fields={"parts": _("Out of range.")}
            )
        if self.clock() - upload.touched > TOUCH_EVERY:
            self._touch(upload)
        return self.sign_parts(upload, numbers)

    def sign_parts(self, upload: Upload, numbers: Sequence[int]) -> dict[int, Signed]:
        """Sign parts of an upload at hand: local work."""
        return self.objects.sign_parts(records.plan_of(upload), numbers, expires_in=SIGN_SECONDS)

    def state(self, user: User, upload_id: str) -> Begun:
        """The upload with the parts that have arrived, or its file; NotFound means: start again."""
        upload = self._mine(user, upload_id)
        if upload.state == "done":
            return Begun(upload, file=self._file(upload))
        return Begun(upload, arrived(self.objects, upload))

    def page(self, user: User, *, limit: int = 100, after: str | None = None) -> Page[Upload]:
        """A page of my open uploads, newest first, touched when a part last came: so one sees which are under way."""
        with known_cursor():
            rows = records.open_uploads(self.table, user.id, limit=limit, cursor=after)
        found = [records.upload_of(item) for item in rows.items]
        return Page(together(self._as_touched, found, at_once=self.objects.at_once), rows.cursor)

    def finish(self, user: User, upload_id: str, *, conflict: Conflict | None = None) -> Finished:
        """Check the bytes and make the file; finishing twice gives the same file.

        Incomplete names missing parts. Exists leaves the upload open: `conflict` settles it without new bytes.
        """
        return until_settled(lambda: self._finish(user, upload_id, conflict=conflict))

    def finish_many(
        self, user: User, ids: Sequence[str], *, conflict: Conflict | None = None
    ) -> list[Finished | DriveError]:
        """Finish up to 100 uploads in few round trips; each succeeds or fails for itself.

        An id that comes again is finished twice: the same file, made by the first.
        """
        found = records.read_uploads(self.table, [each for each in dict.fromkeys(ids) if is_id(each)])
        fresh = [each for each in found if each and each.owner == user.id and each.state == "open"]
        chosen = [replace(each, conflict=conflict) for each in fresh] if conflict else fresh
        made = self.settling.settle_together(user, [each for each in chosen if each.conflict != "skip"])
        return [made.pop(each) if each in made else self._try_finish(user, each, conflict=conflict) for each in ids]

    def store(self, user: User, wanted: Wanted, *, stream: BinaryIO) -> Finished:
        """Take a file's bytes through this process: begin, store, finish. A body cut short leaves nothing."""
        begun = self.begin(user, replace(wanted, whole=True))
        if begun.upload is None or begun.upload.state == "done":
            if begun.file is None:
                raise NotFound
            return Finished(begun.file, created=False)
        try:
            self.objects.put(begun.upload.key, self._kept(begun.upload, stream), size=wanted.size)
            return self.finish(user, begun.upload.id)
        except storage.Incomplete:
            self.drop(begun.upload)
            raise BadInput(_("The body is shorter than was said.")) from None
        except Exception:
            self.drop(begun.upload)
            raise

    def cancel(self, user: User, upload_id: str) -> None:
        """End an upload: its bytes go, its room is given back."""
        self.drop(self._open(user, upload_id))

    def drop(self, upload: Upload) -> None:
        """Forget an open upload, give its room back exactly once, and delete what arrived of it."""
        drop(self.table, self.objects, upload=upload, moment=self.clock())

    def _finish(self, user: User, upload_id: str, *, conflict: Conflict | None) -> Finished:
        upload = self._mine(user, upload_id)
        if upload.state == "done":
            return Finished(self._file(upload), created=False)
        chosen = replace(upload, conflict=conflict) if conflict else upload
        if chosen.conflict == "skip" and (kept := self.settling.taken(chosen)):
            self.drop(upload)
            return Finished(kept, created=False)
        return self.settling.settle(self.settling.whole(user, chosen))

    def _kept(self, upload: Upload, stream: BinaryIO) -> BinaryIO:
        """The stream, read by somebody who puts off the sweep of its upload meanwhile: a body may take weeks."""
        return cast(BinaryIO, _Kept(stream, upload.touched, clock=self.clock, touch=lambda: self._touch(upload)))

    def _try_finish(self, user: User, upload_id: str, *, conflict: Conflict | None) -> Finished | DriveError:
        try:
            return self.finish(user, upload_id, conflict=conflict)
        except DriveError as refusal:
            return refusal

    def _as_touched(self, upload: Upload) -> Upload:
        last = self.objects.last_part(records.plan_of(upload))
        return replace(upload, touched=max(upload.touched, last)) if last else upload

    def _touch(self, upload: Upload) -> None:
        try:
            until_settled(lambda: self.table.write(records.touch(upload, self.clock())))
        except Refused:
            raise NotFound from None

    def _open(self, user: User, upload_id: str) -> Upload:
        upload = self._mine(user, upload_id)
        if upload.state != "open":
            raise NotFound
        return upload

    def _mine(self, user: User, upload_id: str) -> Upload:
        upload = records.read_upload(self.table, upload_id) if is_id(upload_id) else None
        if upload is None or upload.owner != user.id:
            raise NotFound
        return upload

    def _file(self, upload: Upload) -> Node:
        file = self.tree.node(upload.file)
        if file is None or not self.tree.visible(file):
            raise NotFound
        return file


class _Kept:
    """Reads a stream and calls `touch` once an hour."""

    def __init__(self, stream: BinaryIO, touched: datetime, *, clock: Clock, touch: Callable[[], None]) -> None:
        self._stream, self._touched = stream, touched
        self._clock, self._touch = clock, touch

    def read(self, size: int = -1) -> bytes:
        found = self._stream.read(size)
        if self._clock() - self._touched > TOUCH_EVERY:
            self._touch()
            self._touched = self._clock()
        return found


def _or_raise(outcome: Begun | DriveError) -> Begun:
    if isinstance(outcome, DriveError):
        raise outcome
    return outcome
