"""The file of the embedded table: who may read it, which programs, when it is full, and its broom."""

import gc
import os
import sqlite3
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartdrive.ports.table import Change, Key, OutOfRoom, Put, StoreTooNew, Unavailable
from smartdrive.storage.sqlite import SqliteTable

START = datetime(2030, 1, 1, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def table(tmp_path: Path, clock: Clock) -> Iterator[SqliteTable]:
    made = SqliteTable(tmp_path / "drive.db", clock=clock)
    yield made
    made.close()


def moment(offset: timedelta) -> int:
    return int((START + offset).timestamp())


def kept(table: SqliteTable) -> list[object]:
    return [item["sk"] for item in table.walk()]


def test_only_its_owner_can_read_the_file(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "new" / "data"
    mask = os.umask(0)
    try:
        table = SqliteTable(folder / "drive.db", clock=clock)
        table.write(Put({"pk": "p", "sk": "a"}))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        table.close()
    finally:
        os.umask(mask)
    assert modes == dict.fromkeys(["drive.db", "drive.db-wal", "drive.db-shm"], 0o600)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_every_commit_is_synced(table: SqliteTable) -> None:
    """Power may fail right after an answer; this is what the disk was asked for."""
    table.write(Put({"pk": "p", "sk": "a"}))
    writer = table._writer._db
    assert writer is not None
    assert writer.execute("PRAGMA synchronous").fetchone() == (2,)
    assert writer.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "drive.db"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE other (x)")
    db.execute("PRAGMA user_version = 2")
    db.close()
    before = path.read_bytes()
    with pytest.raises(StoreTooNew, match="newer version of Smart Drive"):
        SqliteTable(path, clock=clock)
    assert path.read_bytes() == before


def test_a_file_that_is_no_store_is_told(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "drive.db"
    path.write_bytes(b"a text of no importance\n" * 500)
    with pytest.raises(Unavailable, match=r"drive\.db cannot be opened"):
        SqliteTable(path, clock=clock)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot be opened"):
        SqliteTable(tmp_path / "file" / "drive.db", clock=clock)


def test_a_deleted_file_is_not_made_anew(tmp_path: Path, clock: Clock) -> None:
    """An empty drive must not stand where a full one was."""
    table = SqliteTable(tmp_path / "drive.db", clock=clock)
    (tmp_path / "drive.db").unlink()
    with pytest.raises(Unavailable):
        table.get(Key("p", "a"))
    with pytest.raises(Unavailable):
        table.write(Put({"pk": "p", "sk": "a"}))
    assert not (tmp_path / "drive.db").exists()
    table.close()


def test_items_stay_after_closing(tmp_path: Path, clock: Clock) -> None:
    for n in range(3):
        table = SqliteTable(tmp_path / "drive.db", clock=clock)
        table.write(Put({"pk": "p", "sk": f"{n}"}))
        table.close()
    table = SqliteTable(tmp_path / "drive.db", clock=clock)
    assert kept(table) == ["0", "1", "2"]
    table.close()
    assert [path.name for path in tmp_path.iterdir()] == ["drive.db"]


def open_files(folder: Path) -> list[str]:
    """Files below the folder that this process holds open."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found.append(str(link.readlink()))
    return [name for name in found if name.startswith(str(folder))]


def test_no_connection_is_left_open(tmp_path: Path, clock: Clock) -> None:
    table = SqliteTable(tmp_path / "drive.db", clock=clock)
    table.write(Put({"pk": "p", "sk": "a"}))
    threads = [threading.Thread(target=lambda: table.get(Key("p", "a"))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert open_files(tmp_path)
    table.close()
    gc.collect()
    assert not open_files(tmp_path)


def test_a_walk_crosses_its_own_pages(table: SqliteTable) -> None:
    for start in range(0, 1200, 100):
        table.write(*[Put({"pk": f"{n % 7}", "sk": f"{n:04}"}) for n in range(start, start + 100)])
    assert sorted(str(name) for name in kept(table)) == [f"{n:04}" for n in range(1200)]


def test_expired_items_are_swept_by_later_writes(table: SqliteTable, clock: Clock) -> None:
    table.write(Put({"pk": "p", "sk": "first"}))
    table.write(
        Put({"pk": "p", "sk": "soon", "ttl": moment(timedelta(seconds=30))}),
        Put({"pk": "p", "sk": "later", "ttl": moment(timedelta(hours=1))}),
    )
    clock.now = START + timedelta(seconds=59)
    table.write(Put({"pk": "p", "sk": "x"}))
    assert kept(table) == ["first", "later", "soon", "x"]
    clock.now = START + timedelta(seconds=61)
    table.write(Put({"pk": "p", "sk": "x"}))
    assert kept(table) == ["first", "later", "x"]


def test_the_broom_takes_200_a_minute_and_spares_what_was_just_renewed(table: SqliteTable, clock: Clock) -> None:
    for start in range(0, 300, 100):
        table.write(
            *[
                Put({"pk": "old", "sk": f"{n:03}", "ttl": moment(timedelta(seconds=1))})
                for n in range(start, start + 100)
            ]
        )
    clock.now = START + timedelta(minutes=2)
    table.write(Change(Key("old", "000"), set={"ttl": moment(timedelta(hours=1))}))
    assert len(kept(table)) == 100
    table.write(Put({"pk": "p", "sk": "x"}))
    assert len(kept(table)) == 101
    clock.now += timedelta(minutes=1)
    table.write(Put({"pk": "p", "sk": "x"}))
    assert kept(table) == ["000", "x"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB; mounting one needs root."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_refuses_writes_and_answers_reads(small_disk: Path, clock: Clock) -> None:
    table = SqliteTable(small_disk / "drive.db", clock=clock)
    written: list[str] = []

    def fill() -> None:
        while True:
            table.write(Put({"pk": "p", "sk": f"{len(written):03}", "text": "x" * 100_000}))
            written.append(f"{len(written):03}")

    with pytest.raises(OutOfRoom):
        fill()
    assert len(written) > 5
    for _ in range(3):
        with pytest.raises(OutOfRoom):
            table.write(Put({"pk": "p", "sk": "more", "text": "x" * 300_000}))
        assert kept(table) == written
        assert table.get(Key("p", "more")) is None
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    table.write(Put({"pk": "p", "sk": "more", "text": "x" * 300_000}))
    assert kept(table) == [*written, "more"]
    table.close()
