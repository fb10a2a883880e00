"""Upload bodies that the web server wrote to files: which of them are believed."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from smartdrive.ports.objects import BadBody, Grant, Incomplete
from smartdrive.storage import disk_files as files

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@contextmanager
def body(home: Path | None, path: str, *, grant: Grant) -> Iterator[files.Attempt]:
    """Open a body file.

    BadBody unless it is a plain file with no other name, directly in `home` and on its file system;
    Incomplete when its length is not the granted one.
    """
    name = _name_in(home, path)
    if home is None or not name:
        raise BadBody("not directly in the body folder")
    with files.folder(home) as at:
        handle = _open(at, name)
        try:
            _check(os.fstat(handle), os.fstat(at), grant=grant)
            os.fchmod(handle, files.PRIVATE)
            yield files.Attempt(at, name, handle)
        finally:
            os.close(handle)


def clear(home: Path, before: datetime, *, names: str = "*") -> None:
    """Remove the files of these names from before that moment: a process that was killed left them."""
    for path in home.glob(names):
        with suppress(FileNotFoundError):
            if stat.S_ISREG(path.lstat().st_mode) and path.lstat().st_mtime < before.timestamp():
                path.unlink()


def _name_in(home: Path | None, path: str) -> str:
    """The plain name of a path directly in `home`, compared as text: nothing is resolved."""
    parent, _, name = path.rpartition("/")
    plain = parent == str(home) and name not in ("", ".", "..") and "\0" not in path
    return name if plain else ""


def _open(at: int, name: str) -> int:
    try:
        return os.open(name, _FLAGS, dir_fd=at)
    except OSError as error:
        raise BadBody(f"cannot be opened: {error.strerror}") from error


def _check(found: os.stat_result, home: os.stat_result, *, grant: Grant) -> None:
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1 or found.st_dev != home.st_dev:
        raise BadBody("not a plain file of its own")
    if found.st_size != grant.length:
        raise Incomplete([grant.part])
