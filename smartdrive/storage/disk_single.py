"""Uploads of one part on disk: one file each, which is also its lock.

At first its name is one more of an empty file that can only be read; what arrives takes its place by one rename, and
by one more it becomes the object. Beginning makes no file and arriving removes none, which some file systems are slow
at. The empty file is never written and never an object: whatever has bytes is an attempt's own file. Each attempt
writes one, so two attempts never mix. Whoever publishes, finishes or abandons holds the lock of the file that stands at
that moment, which all that wait share, each for the time of one rename. Folders would cost more than the bytes of a
small file.
"""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from smartdrive.domain.clock import Clock
from smartdrive.ports.objects import Incomplete, Missing, Plan
from smartdrive.storage import disk_files as files

_EMPTY = "empty-"
"""The file whose further names stand where nothing has arrived yet; no upload is called so."""
_RENEWED_AFTER = 3600.0
"""Seconds that one file is given further names."""
_WAITING = 0o400
"""Mode of a file in whose place nothing has arrived yet, which an empty part could not tell otherwise."""


class Singles:
    """The files of all uploads of one part under way, in the folder `root`."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self._root = root
        self._empty = root / _EMPTY
        self._clock = clock

    def begin(self, key: str) -> None:
        """Make the upload; begun twice it stays what it is."""
        path = self._root / key
        try:
            self._renew()
            path.hardlink_to(self._empty)
        except OSError:  # it stands, or this file system has no second names, or the file has as many as it may
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _WAITING))

    def touched(self, key: str) -> tuple[int, float]:
        """The bytes that have arrived, and when. A name that waits is as old as the last change of any of its hour."""
        found = (self._root / key).stat()
        return found.st_size, max(found.st_mtime, found.st_ctime)

    def _renew(self) -> None:
        """Take another empty file each hour: names begun later keep nothing young that was left behind earlier."""
        with suppress(FileNotFoundError):
            if self._clock().timestamp() - self._empty.stat().st_mtime < _RENEWED_AFTER:
                return
        with files.folder(self._root) as at, files.scratch(at) as fresh:
            os.fchmod(fresh.handle, _WAITING)
            os.rename(fresh.name, self._empty, src_dir_fd=at)

    def stands(self, key: str) -> bool:
        """Whether an upload of one part is under way."""
        return (self._root / key).is_file()

    def arrived(self, key: str) -> bool:
        """Whether the part is there; Missing when the upload is gone, or is a folder as all were once."""
        with files.gone():
            found = (self._root / key).stat()
        if not stat.S_ISREG(found.st_mode):
            raise Missing
        return _arrived(found)

    def publish(self, key: str, attempt: files.Attempt) -> None:
        """Let the attempt's file, which is on disk, count as the part. It is consumed."""
        with self._locked(key) as (path, _):
            os.rename(attempt.name, path, src_dir_fd=attempt.home)

    def settle(self, plan: Plan, target: Path) -> None:
        """Let the part become the object `target`; Incomplete before it came, Missing when the upload is gone."""
        with self._locked(plan.key) as (path, found):
            if target.exists():
                path.unlink()
                return
            if not _arrived(found) or found.st_size != plan.size:
                raise Incomplete([1])
            os.utime(path)
            path.rename(target)

    def drop(self, key: str) -> None:
        """Remove the upload if it is there."""
        with suppress(Missing), self._locked(key) as (path, _):
            path.unlink()

    @contextmanager
    def _locked(self, key: str) -> Iterator[tuple[Path, os.stat_result]]:
        """The upload's file under the lock of what stands there; another may have come in its place meanwhile."""
        path = self._root / key
        while True:
            with files.gone():
                handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                held = os.fstat(handle)
                if _is_still(path, held):
                    yield path, held
                    return
            finally:
                os.close(handle)


def _arrived(found: os.stat_result) -> bool:
    return stat.S_IMODE(found.st_mode) != _WAITING


def _is_still(path: Path, held: os.stat_result) -> bool:
    """Whether the locked file is the one that has the name. A folder is an upload in parts: Missing here."""
    if not stat.S_ISREG(held.st_mode):
        raise Missing
    try:
        return os.path.samestat(path.stat(), held)
    except FileNotFoundError:
        return False
