"""The folder in which all processes of one gunicorn count together, and what becomes of it as they come and go.

It lies in memory, belongs to one parent, and is named by this user and that parent's process id. A parent that was
killed leaves it behind; the next one that starts takes it away.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from smartdrive.folders import locked

MEMORY = Path("/dev/shm")  # nosec B108 - the folder in it is new, and only this user can look into it
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""By this name prometheus_client itself looks for the folder."""
GONE = "gone"
"""Stands in place of a process id in the names of the files that hold what ended processes have counted."""


def folder_of(parent: int, before: str) -> str:
    """The folder of that parent: `before` when that is its own, as after SIGHUP, and a new one otherwise."""
    if Path(before).name.startswith(_beginning(parent)) and Path(before).is_dir():
        return before
    _clear()
    return tempfile.mkdtemp(prefix=_beginning(parent), dir=MEMORY)


def join(folder: Path, process: int) -> None:
    """Keep what a process has counted when that has ended, in one file for all of them.

    Without this each process would leave files behind; if they were only removed, totals would go back.
    """
    from prometheus_client.mmap_dict import MmapedDict

    # While nobody reads: what moves from one file to another is never seen twice, nor not at all.
    with locked(folder):
        for path in folder.glob(f"*_{process}.db"):
            kind = path.name.rpartition("_")[0]
            kept = MmapedDict(str(folder / f"{kind}_{GONE}.db"))  # type: ignore[no-untyped-call]
            left = MmapedDict.read_all_values_from_file(str(path))  # type: ignore[no-untyped-call]
            for key, value, stamp, _ in left:
                had, when = kept.read_value(key)  # type: ignore[no-untyped-call]
                new = (value, stamp) if stamp >= when else (had, when)
                kept.write_value(key, *(new if kind.startswith("gauge") else (had + value, 0.0)))  # type: ignore[no-untyped-call]
            kept.close()  # type: ignore[no-untyped-call]
            path.unlink()


def remove(folder: Path) -> None:
    """Take it away; nobody counts any more."""
    shutil.rmtree(folder, ignore_errors=True)


def _beginning(parent: int) -> str:
    return f"smartdrive-{os.getuid()}-{parent}-"


def _clear() -> None:
    """Take away what parents of this user left behind that are no more."""
    for path in MEMORY.glob(f"smartdrive-{os.getuid()}-*-*"):
        parent = path.name.split("-")[2]
        with suppress(FileNotFoundError):  # somebody else who starts at this moment was faster
            if not Path("/proc", parent).exists() and path.stat().st_uid == os.getuid():
                remove(path)
