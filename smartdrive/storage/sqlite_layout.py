"""How the table lies in one SQLite file, how the file is opened, and what its failures mean.

Every item is one row: its keys and index attributes as UTF-8 bytes, so that their order is byte order
whatever they hold, and the whole item as JSON. Indexes are partial, so an item without the attribute costs
nothing in them.
"""

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from smartdrive.ports.table import (
    GLOBAL_INDEXES,
    LOCAL_INDEXES,
    Contended,
    OutOfRoom,
    StoreTooNew,
    Unavailable,
)

LAYOUT = 1
PATIENCE = 5.0
_PAUSE = 0.001
_INDEXED = (*LOCAL_INDEXES, *(column for name in GLOBAL_INDEXES for column in (name, name + "s")))
COLUMNS = ("pk", "sk", *_INDEXED, "ttl", "body")
_KEPT_LOG_BYTES = 64_000_000


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, which must exist; the connection serves any thread, but one at a time."""
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=PATIENCE,
        isolation_level=None,
        check_same_thread=False,
    )
    db.execute("PRAGMA synchronous = FULL")
    db.execute(f"PRAGMA journal_size_limit = {_KEPT_LOG_BYTES}")
    return db


def lay_out(path: Path) -> None:
    """Make the file (readable by its owner only) and its tables where they are missing.

    Raises StoreTooNew for a file of a newer program, which is left untouched, and Unavailable for a file that is
    no store.
    """
    try:
        _make_file(path)
        db = connect(path)
        try:
            _lay_out(db, path)
        finally:
            db.close()
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(f"the data file {path} cannot be opened: {error}") from error


def begin(db: sqlite3.Connection) -> bool:
    """Take the file's one write lock, waiting for other processes at most PATIENCE seconds; whether one held it.

    SQLite's own waiting sleeps up to 100 ms between tries, far longer than a write takes.
    """
    db.execute("PRAGMA busy_timeout = 0")
    return insist(lambda: db.execute("BEGIN IMMEDIATE"))


def insist(step: Callable[[], object]) -> bool:
    """Do the step again while the file is busy, at most PATIENCE seconds; whether it had to be done again."""
    deadline = time.monotonic() + PATIENCE
    again = False
    while True:
        try:
            step()
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            again = True
            time.sleep(_PAUSE)
        else:
            return again


def is_busy(error: sqlite3.Error) -> bool:
    """Tell whether another connection held what this one needed."""
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def write_failure(error: sqlite3.Error, path: Path) -> Exception:
    """Say what a failed write means to the caller."""
    if is_busy(error):
        return Contended("another process kept the data file busy")
    if _code(error) == sqlite3.SQLITE_FULL or (_code(error) == sqlite3.SQLITE_IOERR and _is_full(path)):
        return OutOfRoom("there is no room left on the disk of the data file")
    return Unavailable(f"the data file could not be written: {error}")


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _is_full(path: Path) -> bool:
    return os.statvfs(path).f_bavail == 0


def _make_file(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _lay_out(db: sqlite3.Connection, path: Path) -> None:
    if _version(db, path) == LAYOUT:
        return
    insist(lambda: db.execute("PRAGMA journal_mode = WAL"))
    begin(db)
    if _version(db, path) != LAYOUT:
        for statement in _statements():
            db.execute(statement)
    db.execute("COMMIT")


def _version(db: sqlite3.Connection, path: Path) -> int:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > LAYOUT:
        raise StoreTooNew(
            f"The data file {path} was written by a newer version of Smart Drive (layout {version}, this "
            f"program knows {LAYOUT}). Install the newer version or restore a backup made before the upgrade."
        )
    return version


def _statements() -> list[str]:
    indexed = ", ".join(f"{name} BLOB" for name in _INDEXED)
    columns = f"pk BLOB NOT NULL, sk BLOB NOT NULL, {indexed}, ttl INTEGER, body TEXT NOT NULL"
    table = f"CREATE TABLE item ({columns}, PRIMARY KEY (pk, sk)) WITHOUT ROWID"
    local = [f"CREATE INDEX {n} ON item (pk, {n}, sk) WHERE {n} IS NOT NULL" for n in LOCAL_INDEXES]
    wide = [
        f"CREATE INDEX {n} ON item ({n}, {n}s, pk, sk) WHERE {n} IS NOT NULL AND {n}s IS NOT NULL"
        for n in GLOBAL_INDEXES
    ]
    swept = "CREATE INDEX ttl ON item (ttl) WHERE ttl IS NOT NULL"
    return [table, *local, *wide, swept, f"PRAGMA user_version = {LAYOUT}"]
