"""A disk that fails at any call: the right failure, nothing half done, and all goes on once it works again."""

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from smartdrive.domain.clock import now
from smartdrive.ports.objects import Grant, Plan
from smartdrive.ports.table import OutOfRoom, Unavailable
from smartdrive.storage.disk import Disk
from tests.storage.dying import listed

KEY = "o" + "a" * 26
CALLS = (
    "open", "write", "mkdir", "rename", "unlink", "fsync", "fdatasync", "posix_fallocate", "sendfile", "utime",
)  # fmt: skip
BODY = b"x" * 700_000


def opened(folder: Path) -> Disk:
    return Disk(folder, key=b"k" * 32, base_url="http://x", clock=now)


@contextmanager
def watched(*, fail_at: int = 0, error: int = errno.ENOSPC) -> Iterator[list[str]]:
    """Note each call that changes the disk, and let the n-th fail."""
    noted: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            real = getattr(os, name)

            def call(*given: object, _name: str = name, _real: object = real, **more: object) -> object:
                noted.append(_name)
                if len(noted) == fail_at:
                    raise OSError(error, os.strerror(error))
                return _real(*given, **more)  # type: ignore[operator]

            patch.setattr(os, name, call)
        yield noted


def upload(disk: Disk, *, part_size: int) -> None:
    plan = disk.plan_put(KEY, size=len(BODY), part_size=part_size)
    disk.set_aside(plan)
    for number in range(1, plan.parts + 1):
        length, offset = plan.length(number), (number - 1) * part_size
        disk.accept(Grant("PUT", KEY, part=number, offset=offset, length=length), io.BytesIO(BODY[:length]))
    disk.finish_put(plan)


@pytest.mark.parametrize(
    ("error", "failure"), [(errno.ENOSPC, OutOfRoom), (errno.EDQUOT, OutOfRoom), (errno.EIO, Unavailable)]
)
@pytest.mark.parametrize("part_size", [len(BODY), 400_000])
def test_a_failing_disk_never_shows_half_an_object(
    tmp_path: Path, error: int, failure: type[Exception], part_size: int
) -> None:
    # SECURITY 49
    for number in range(1, 200):
        disk = opened(tmp_path / str(number))
        with watched(fail_at=number, error=error) as noted, suppress(failure):
            upload(disk, part_size=part_size)
        if len(noted) < number:
            break
        if disk.stat(KEY):
            assert b"".join(disk.open(KEY)) == BODY
        assert not list((tmp_path / str(number)).rglob("tmp-*"))
        upload(disk, part_size=part_size) if not disk.stat(KEY) else disk.finish_put(Plan(KEY, len(BODY), part_size))
        assert b"".join(disk.open(KEY)) == BODY
        assert [stored.key for stored in listed(disk)] == [KEY]
    assert number > 10


def test_no_room_for_the_whole_is_said_at_the_beginning(tmp_path: Path) -> None:
    disk = opened(tmp_path)
    room = os.statvfs(tmp_path)
    with pytest.raises(OutOfRoom):
        disk.plan_put(KEY, size=room.f_bavail * room.f_frsize + 2**40, part_size=2**30)
    assert listed(disk) == []


# SECURITY 45
@pytest.mark.parametrize("part_size", [len(BODY), 400_000])
def test_bytes_are_synced_before_they_get_their_name_and_the_name_before_the_answer(
    tmp_path: Path, part_size: int
) -> None:
    disk = opened(tmp_path)
    disk.plan_put("o" + "b" * 26, size=1, part_size=1)  # what is made once an hour is made before
    with watched() as noted:
        upload(disk, part_size=part_size)
    last_rename = len(noted) - 1 - noted[::-1].index("rename")
    first_rename = noted.index("rename")
    assert "fdatasync" in noted[:first_rename]
    assert "write" not in noted[last_rename:]
    assert "fsync" in noted[last_rename:]


def test_a_part_that_comes_again_stops_counting_before_its_bytes_change(tmp_path: Path) -> None:
    disk = opened(tmp_path)
    disk.plan_put(KEY, size=10, part_size=5)
    grant = Grant("PUT", KEY, part=1, length=5)
    disk.accept(grant, io.BytesIO(b"first"))
    with watched() as noted:
        disk.accept(grant, io.BytesIO(b"again"))
    changed = noted.index("sendfile")
    assert noted[:changed].index("unlink") < noted[:changed].index("fsync")


def test_finishing_again_syncs_the_name_that_a_dead_process_may_have_left(tmp_path: Path) -> None:
    disk = opened(tmp_path)
    upload(disk, part_size=len(BODY))
    with watched() as noted:
        disk.finish_put(Plan(KEY, len(BODY), len(BODY)))
    assert noted[-1] == "fsync"


def test_one_sync_stands_for_all_that_are_finished_together_in_a_folder(tmp_path: Path) -> None:
    # SECURITY 45
    disk = opened(tmp_path)
    plans = [disk.plan_put(f"oaa{n:024}", size=5, part_size=5) for n in range(20)]
    for plan in plans:
        disk.accept(Grant("PUT", plan.key, part=1, length=5), io.BytesIO(b"bytes"))
    disk.finish_puts(plans[:1])
    with watched() as noted:
        disk.finish_puts(plans)
    assert noted.count("rename") == 19
    assert noted.count("fsync") == 1
    assert noted[-1] == "fsync"


def test_a_store_that_cannot_be_written_is_not_ready(tmp_path: Path) -> None:
    disk = opened(tmp_path)
    disk.ready()
    (tmp_path / "objects").rename(tmp_path / "elsewhere")
    with pytest.raises(Unavailable):
        disk.ready()


def test_only_this_user_reads_what_is_stored(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        disk = opened(tmp_path / "data")
        upload(disk, part_size=400_000)
        disk.plan_put(KEY + "y", size=10, part_size=3)
    finally:
        os.umask(before)
    found = list((tmp_path / "data").rglob("*"))
    assert len(found) >= 6
    assert [path for path in found if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize(
    "key", ["", "../../../etc/passwd", "o/a", "O" * 27, ".", "a" * 64, "o\0aaaaaaaaaa", "oaaaaaaaa\n"]
)
def test_what_is_no_key_never_becomes_a_path(tmp_path: Path, key: str) -> None:
    # SECURITY 27
    disk = opened(tmp_path)
    with pytest.raises(ValueError, match="not an object key"):
        disk.plan_put(key, size=1, part_size=1)
    with pytest.raises(ValueError, match="not an object key"):
        disk.stat(key)
