"""Uploads in whose place nothing has arrived yet are names of one empty file, and nothing ever reaches that file."""

import io
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartdrive.domain.clock import now
from smartdrive.ports.objects import Grant, Incomplete, Missing, Plan
from smartdrive.storage.disk import Disk
from tests.storage.dying import listed

KEYS = [f"o{letter * 26}" for letter in "abcdefgh"]
EMPTY = "empty-"


def opened(folder: Path, *, later: timedelta = timedelta()) -> Disk:
    return Disk(folder, key=b"k" * 32, base_url="http://x", clock=lambda: now() + later)


def begin(disk: Disk, key: str, *, size: int = 3) -> Plan:
    return disk.plan_put(key, size=size, part_size=1 << 20)


def send(disk: Disk, key: str, body: bytes) -> None:
    disk.accept(Grant("PUT", key, part=1, length=len(body)), io.BytesIO(body))


def names_of_the_empty_file(folder: Path) -> set[str]:
    """And it is as it was made."""
    found = (folder / "staging" / EMPTY).stat()
    assert (found.st_size, stat.S_IMODE(found.st_mode)) == (0, 0o400)
    return {path.name for path in (folder / "staging").iterdir() if path.stat().st_ino == found.st_ino} - {EMPTY}


def test_all_that_wait_are_names_of_one_file(tmp_path: Path) -> None:
    disk = opened(tmp_path)
    for key in KEYS:
        begin(disk, key)
    assert names_of_the_empty_file(tmp_path) == set(KEYS)
    assert {stored.key: stored.size for stored in listed(disk)} == dict.fromkeys(KEYS, 0)


@pytest.mark.parametrize("body", [b"abc", b""])
def test_what_arrives_for_one_reaches_no_other(tmp_path: Path, body: bytes) -> None:
    """Also an empty part, sent twice, finished, and an upload that was given up."""
    disk = opened(tmp_path)
    plans = [begin(disk, key, size=len(body)) for key in KEYS]
    for key in KEYS[:3]:
        send(disk, key, body)
    send(disk, KEYS[0], body[::-1])
    disk.finish_put(plans[0])
    disk.abandon_put(plans[1])
    disk.abandon_put(plans[7])
    assert names_of_the_empty_file(tmp_path) == set(KEYS[3:7])
    assert b"".join(disk.open(KEYS[0])) == body[::-1]
    for plan in plans[3:7]:
        assert disk.list_parts(plan) == []
        with pytest.raises(Incomplete):
            disk.finish_put(plan)
    for gone in (plans[1], plans[7]):
        with pytest.raises(Missing):
            send(disk, gone.key, body)


def test_begun_again_an_upload_keeps_what_it_has(tmp_path: Path) -> None:
    disk = opened(tmp_path)
    plan = begin(disk, KEYS[0])
    send(disk, KEYS[0], b"abc")
    begin(disk, KEYS[0])
    disk.finish_put(plan)
    assert b"".join(disk.open(KEYS[0])) == b"abc"


def test_where_a_file_cannot_have_another_name_each_has_its_own(tmp_path: Path) -> None:
    """A folder has one name and no more, whoever asks, which stands for a disk without second names."""
    disk = opened(tmp_path)
    (tmp_path / "staging" / EMPTY).mkdir()
    plans = [begin(disk, key) for key in KEYS[:2]]
    inodes = {(tmp_path / "staging" / plan.key).stat().st_ino for plan in plans}
    assert len(inodes) == 2
    assert disk.list_parts(plans[0]) == []
    send(disk, KEYS[0], b"abc")
    disk.finish_put(plans[0])
    assert b"".join(disk.open(KEYS[0])) == b"abc"
    assert disk.list_parts(plans[1]) == []


def test_it_is_made_again_when_somebody_removes_it(tmp_path: Path) -> None:
    disk = opened(tmp_path)
    plan = begin(disk, KEYS[0])
    (tmp_path / "staging" / EMPTY).unlink()
    begin(disk, KEYS[1])
    assert names_of_the_empty_file(tmp_path) == {KEYS[1]}
    assert disk.list_parts(plan) == []


def test_names_that_a_backup_made_files_of_their_own_wait_as_before(tmp_path: Path) -> None:
    disk = opened(tmp_path)
    plan = begin(disk, KEYS[0])
    path = tmp_path / "staging" / KEYS[0]
    path.unlink()
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o400))
    assert disk.list_parts(plan) == []
    send(disk, KEYS[0], b"abc")
    disk.finish_put(plan)
    assert b"".join(disk.open(KEYS[0])) == b"abc"


def test_what_an_earlier_hour_left_behind_grows_old_whatever_is_begun_since(tmp_path: Path) -> None:
    """The sweep goes by that age; a name has none of its own."""
    begin(opened(tmp_path), KEYS[0])
    staging = tmp_path / "staging"
    before = age(opened(tmp_path), KEYS[0])
    assert abs(datetime.now(UTC) - before) < timedelta(minutes=10)
    later = opened(tmp_path, later=timedelta(hours=1, seconds=1))
    begin(later, KEYS[1])
    send(later, KEYS[1], b"abc")
    assert names_of_the_empty_file(tmp_path) == set()
    assert (staging / KEYS[0]).stat().st_nlink == 1
    untouched = age(later, KEYS[0])
    begin(later, KEYS[2])
    later.abandon_put(Plan(KEYS[2], 3, 1 << 20))
    assert age(later, KEYS[0]) == untouched
    assert [path.name for path in staging.glob("tmp-*")] == []


def age(disk: Disk, key: str) -> datetime:
    return next(stored.modified for stored in listed(disk) if stored.key == key)


def test_one_begun_late_in_an_hour_is_young(tmp_path: Path) -> None:
    """Or the sweep would take for left behind what is being begun."""
    disk = opened(tmp_path)
    begin(disk, KEYS[0])
    long_ago = 1_000_000_000
    os.utime(tmp_path / "staging" / EMPTY, (long_ago, long_ago))
    begin(opened(tmp_path, later=datetime.fromtimestamp(long_ago, UTC) - now()), KEYS[1])
    assert names_of_the_empty_file(tmp_path) == set(KEYS[:2])
    assert abs(datetime.now(UTC) - age(disk, KEYS[1])) < timedelta(minutes=10)
