"""Copying past the page cache: the disk fetches a part's bytes from where the web server left them in memory.

A part counts only once it is on disk. A second copy of it in memory, which costs more than all else of a large upload,
would be of no use.
"""

import errno
import fcntl
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager

BLOCK = 4096
WINDOW = 2 * 1024 * 1024
"""Bytes in sight at once: they count as memory of this process."""
_CANNOT = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP})
_SHOWN = mmap.MAP_SHARED | mmap.MAP_POPULATE


def send(source: int, target: int, *, offset: int, length: int) -> int:
    """Write the first `length` bytes of `source` to `offset` of `target`, as far as they are whole blocks.

    Returns how many bytes were written from the start on: none where the file system cannot, or the place begins
    within a block. The rest is the caller's.
    """
    whole = 0 if offset % BLOCK else length - length % BLOCK
    done = 0
    try:
        with _direct(target):
            while done < whole and (sent := _window(source, target, start=done, end=whole, offset=offset)):
                done += sent
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
    return done


def _window(source: int, target: int, *, start: int, end: int, offset: int) -> int:
    with mmap.mmap(source, min(WINDOW, end - start), flags=_SHOWN, prot=mmap.PROT_READ, offset=start) as pages:
        sent = os.pwrite(target, pages, offset + start)
    return sent - sent % BLOCK


@contextmanager
def _direct(target: int) -> Iterator[None]:
    flags = fcntl.fcntl(target, fcntl.F_GETFL)
    fcntl.fcntl(target, fcntl.F_SETFL, flags | os.O_DIRECT)
    try:
        yield
    finally:
        fcntl.fcntl(target, fcntl.F_SETFL, flags)
