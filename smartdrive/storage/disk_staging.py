"""Uploads under way on disk: one folder each, which is also its lock.

A part of a larger upload is copied to its offset in the preallocated file `whole`, then marked by an empty
file `done-<number>-<length>`; the only part of a small one is the file `part-1`. Each attempt writes a
temporary file of its own, so two attempts for the same part never mix. Whoever publishes, finishes or
abandons holds the folder's lock; after finishing or abandoning the folder is gone, and with it whatever a
late attempt could reach.
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from smartdrive.ports.objects import Grant, Missing, Plan, Stored
from smartdrive.storage import disk_files as files

ONLY = "part-1"
WHOLE = "whole"


class Staging:
    """The folder that holds the folders of all uploads under way."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def begin(self, plan: Plan) -> None:
        """Make the upload's folder and, for more than one part, take its room on the disk at once."""
        path = self.root / plan.key
        path.mkdir(mode=0o700, exist_ok=True)
        if plan.parts == 1:
            return
        try:
            with files.folder(path) as at:
                _preallocate(at, plan.size)
        except OSError:
            self.drop(plan.key)
            raise

    def stands(self, key: str) -> bool:
        """Whether the upload is still under way."""
        return (self.root / key).is_dir()

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
        with suppress(Missing), self.locked(key) as at:
            self.clear(key, at)

    def listed(self, prefix: str) -> Iterator[Stored]:
        """Yield every upload under way, with the bytes it holds and when it was last touched."""
        with os.scandir(self.root) as entries:
            found = [entry.name for entry in entries if entry.name.startswith(prefix) and entry.is_dir()]
        for key in found:
            with suppress(Missing, FileNotFoundError), self.open(key) as at:
                stats = [os.fstat(at), *_stats(at)]
                touched = datetime.fromtimestamp(max(stat.st_mtime for stat in stats), UTC)
                yield Stored(key, sum(stat.st_size for stat in stats[1:]), touched, unfinished=True)


def arrived(at: int) -> dict[int, int]:
    """Number and length of every part that has arrived whole."""
    names = os.listdir(at)
    if WHOLE in names:
        marks = (name.split("-")[1:] for name in names if name.startswith("done-"))
        return {int(number): int(length) for number, length in marks}
    return {1: os.stat(ONLY, dir_fd=at).st_size} if ONLY in names else {}


def in_parts(at: int) -> bool:
    """Whether the upload has more than one part."""
    return WHOLE in os.listdir(at)


def missing(plan: Plan, at: int) -> list[int]:
    """Numbers of the parts that have not arrived, or not in the planned length."""
    here = arrived(at)
    return [number for number in range(1, plan.parts + 1) if here.get(number) != plan.length(number)]


def publish(at: int, attempt: files.Attempt, *, grant: Grant) -> None:
    """Under the lock: let the attempt's file count as the part. It is consumed."""
    if not in_parts(at):
        os.rename(attempt.name, ONLY, src_dir_fd=attempt.home, dst_dir_fd=at)
        return
    _place(at, attempt.handle, grant=grant)
    os.unlink(attempt.name, dir_fd=attempt.home)


def result(plan: Plan) -> str:
    """Name of the file that becomes the object."""
    return ONLY if plan.parts == 1 else WHOLE


def _place(at: int, source: int, *, grant: Grant) -> None:
    """Copy a part to its place. An earlier copy stops counting first: a death between leaves it missing."""
    mark = f"done-{grant.part}-{grant.length}"
    with suppress(FileNotFoundError):
        os.unlink(mark, dir_fd=at)
        os.fsync(at)
    whole = os.open(WHOLE, os.O_WRONLY | os.O_CLOEXEC, dir_fd=at)
    try:
        files.send(source, whole, offset=grant.offset, length=grant.length)
        os.fdatasync(whole)
    finally:
        os.close(whole)
    os.close(os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, files.PRIVATE, dir_fd=at))
    os.fsync(at)


def _preallocate(at: int, size: int) -> None:
    handle = os.open(WHOLE, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, files.PRIVATE, dir_fd=at)
    try:
        os.posix_fallocate(handle, 0, size)
    finally:
        os.close(handle)


def _stats(at: int) -> Iterator[os.stat_result]:
    for name in os.listdir(at):
        with suppress(FileNotFoundError):
            yield os.stat(name, dir_fd=at)
