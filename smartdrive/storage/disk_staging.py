"""Uploads under way on disk: one folder each, which is also its lock, or one file for a single part.

A part is copied to its offset in the file `whole`, which takes its room beforehand (`set_aside`), past the page
cache where that can be (disk_direct.py), then marked by an empty file `done-<number>-<length>`. Each attempt writes
a temporary file of its own, so two attempts for the same part never mix. Whoever publishes, finishes or abandons
holds the folder's lock; after finishing or abandoning the folder is gone, and with it whatever a late attempt could
reach. Uploads of one part: disk_single.py.
"""

import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from smartdrive.domain.clock import Clock
from smartdrive.ports.objects import Grant, Incomplete, Missing, Plan, Stored
from smartdrive.storage import disk_files as files
from smartdrive.storage.disk_single import Singles

BLOCK = 512
"""Bytes in which systems count what a file takes of the disk, however large its blocks are."""
WHOLE = "whole"
ATTEMPTS = "tmp-*"


class Staging:
    """The folder that holds all uploads under way; `singles` are those of one part."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self.root = root
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.singles = Singles(root, clock)

    def begin(self, plan: Plan) -> None:
        """Make the upload; it takes no room yet."""
        if plan.parts == 1:
            self.singles.begin(plan.key)
            return
        path = self.root / plan.key
        path.mkdir(mode=0o700, exist_ok=True)
        try:
            with files.folder(path) as at, _whole(at):
                pass
        except OSError:
            self.drop(plan.key)
            raise

    def set_aside(self, plan: Plan) -> None:
        """Take what an upload in parts lacks of its room; OutOfRoom, or Missing when it is gone."""
        with self.locked(plan.key) as at, _whole(at) as handle:
            lacking = plan.size - os.fstat(handle).st_blocks * BLOCK
            if lacking > 0:
                files.spare(self.root, lacking)
                _grow(handle, plan.size)

    def stands(self, key: str) -> bool:
        """Whether the upload is still under way."""
        return (self.root / key).exists()

    @contextmanager
    def home(self, key: str) -> Iterator[int]:
        """The folder in which an attempt for this upload writes its own file. Missing when the upload is gone."""
        with files.folder(self.root) if self.singles.stands(key) else self.open(key) as at:
            yield at

    @contextmanager
    def open(self, key: str) -> Iterator[int]:
        """The upload's folder, not locked: for an attempt that writes its own file. Missing when gone."""
        with files.folder(self.root / key) as at:
            yield at

    @contextmanager
    def locked(self, key: str) -> Iterator[int]:
        """The upload's folder under its lock."""
        with self.open(key) as at:
            self.hold(key, at)
            yield at

    def hold(self, key: str, at: int) -> None:
        """Lock the open folder until it is closed; Missing when it was removed meanwhile."""
        fcntl.flock(at, fcntl.LOCK_EX)
        with files.gone():
            now = (self.root / key).stat()
        if not os.path.samestat(now, os.fstat(at)):
            raise Missing

    def settle(self, plan: Plan, target: Path) -> None:
        """Let what has arrived become the object `target`; Incomplete, or Missing when the upload is gone."""
        if plan.parts == 1:
            self.singles.settle(plan, target)
            return
        with self.locked(plan.key) as at:
            if not target.exists():
                if lacking := missing(plan, at):
                    raise Incomplete(lacking)
                os.utime(WHOLE, dir_fd=at)
                os.rename(WHOLE, target, src_dir_fd=at)
            self.clear(plan.key, at)

    def clear(self, key: str, at: int) -> None:
        """Remove the upload's folder with all in it. An attempt that is writing keeps only its open file."""
        path = self.root / key
        while True:
            for name in os.listdir(at):
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=at)
            try:
                return path.rmdir()
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise

    def drop(self, key: str) -> None:
        """Remove the upload if it is there."""
        if self.singles.stands(key):
            self.singles.drop(key)
            return
        with suppress(Missing), self.locked(key) as at:
            self.clear(key, at)

    def listed(self, prefix: str) -> Iterator[Stored]:
        """Yield every upload under way, with the bytes it holds and when it was last touched."""
        with os.scandir(self.root) as entries:
            found = [entry.name for entry in entries if entry.name.startswith(prefix) and "-" not in entry.name]
        for key in found:
            with suppress(Missing, FileNotFoundError):
                size, touched = self._held(key)
                yield Stored(key, size, datetime.fromtimestamp(touched, UTC), unfinished=True)

    def _held(self, key: str) -> tuple[int, float]:
        """The bytes an upload holds, and when it was last touched."""
        if self.singles.stands(key):
            return self.singles.touched(key)
        with self.open(key) as at:
            below = list(_stats(at))
            return sum(each.st_size for each in below), max(each.st_mtime for each in [os.fstat(at), *below])


def arrived(at: int) -> dict[int, int]:
    """Number and length of every part that has arrived whole."""
    marks = (name.split("-")[1:] for name in os.listdir(at) if name.startswith("done-"))
    return {int(number): int(length) for number, length in marks}


def latest(at: int) -> datetime | None:
    """When the last part arrived."""
    times = [os.stat(name, dir_fd=at).st_mtime for name in os.listdir(at) if name.startswith("done-")]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def in_parts(at: int) -> bool:
    """Whether the open folder is that of an upload in parts."""
    try:
        return stat.S_ISREG(os.stat(WHOLE, dir_fd=at).st_mode)
    except FileNotFoundError:
        return False


def missing(plan: Plan, at: int) -> list[int]:
    """Numbers of the parts that have not arrived, or not in the planned length."""
    here = arrived(at)
    return [number for number in range(1, plan.parts + 1) if here.get(number) != plan.length(number)]


def publish(at: int, attempt: files.Attempt, *, grant: Grant) -> None:
    """Under the lock: let the attempt's file count as the part. It is consumed."""
    _place(at, attempt.handle, grant=grant)
    os.unlink(attempt.name, dir_fd=attempt.home)


def _place(at: int, source: int, *, grant: Grant) -> None:
    """Copy a part to its place. An earlier copy stops counting first: a death between leaves it missing."""
    mark = f"done-{grant.part}-{grant.length}"
    with suppress(FileNotFoundError):
        os.unlink(mark, dir_fd=at)
        os.fsync(at)
    with _whole(at) as whole:
        files.send(source, whole, offset=grant.offset, length=grant.length)
        os.fdatasync(whole)
    os.close(os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, files.PRIVATE, dir_fd=at))
    os.fsync(at)


@contextmanager
def _whole(at: int) -> Iterator[int]:
    """The file for the bytes, made when it is not there; the caller knows that the upload is."""
    handle = os.open(WHOLE, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, files.PRIVATE, dir_fd=at)
    try:
        yield handle
    finally:
        os.close(handle)


def _grow(handle: int, size: int) -> None:
    """Give the file so much room on the disk; what fails leaves it as long as it was."""
    before = os.fstat(handle).st_size
    try:
        os.posix_fallocate(handle, 0, size)
    except OSError:
        os.ftruncate(handle, before)
        raise


def _stats(at: int) -> Iterator[os.stat_result]:
    for name in os.listdir(at):
        with suppress(FileNotFoundError):
            yield os.stat(name, dir_fd=at)
