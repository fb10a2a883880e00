"""Folders held open: to be synced, or to have one process after the other in them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    """A handle on the folder itself; raises OSError when it is not there, or is none."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def locked(folder: Path, *, shared: bool = False) -> Iterator[int]:
    """As `opened`, once all others who lock it have gone; those who share it wait for nobody who shares it, too."""
    with opened(folder) as handle:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield handle
