"""Bodies that come as files: only a plain file directly in the body folder, of the granted length, is believed."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smartdrive.domain.clock import now
from smartdrive.ports.objects import BadBody, Grant, Incomplete, Missing, Plan
from smartdrive.storage.disk import Disk
from smartdrive.storage.disk_bodies import clear

KEY = "o" + "a" * 26
GRANT = Grant("PUT", KEY, part=1, length=5)


@pytest.fixture
def bodies(tmp_path: Path) -> Path:
    folder = tmp_path / "bodies"
    folder.mkdir()
    return folder


@pytest.fixture
def disk(tmp_path: Path, bodies: Path) -> Disk:
    made = Disk(tmp_path, key=b"k" * 32, base_url="http://x", clock=now, body_folder=bodies)
    made.plan_put(KEY, size=5, part_size=5)
    return made


def refused(disk: Disk, path: object) -> None:
    with pytest.raises(BadBody):
        disk.accept_file(GRANT, str(path))
    assert disk.list_parts(Plan(KEY, 5, 5)) == []


def test_a_body_file_becomes_the_part(disk: Disk, bodies: Path) -> None:
    (bodies / "0000000001").write_bytes(b"hello")
    (bodies / "0000000001").chmod(0o644)
    disk.accept_file(GRANT, f"{bodies}/0000000001")
    assert list(bodies.iterdir()) == []
    disk.finish_put(Plan(KEY, 5, 5))
    assert b"".join(disk.open(KEY)) == b"hello"
    (stored,) = [path for path in bodies.parent.rglob(KEY) if path.is_file()]
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600


def test_body_files_become_parts_of_a_larger_object(disk: Disk, bodies: Path) -> None:
    plan = disk.plan_put(KEY + "x", size=8, part_size=5)
    for number, body in ((2, b"abc"), (1, b"hello")):
        path = bodies / str(number)
        path.write_bytes(body)
        grant = Grant("PUT", plan.key, part=number, offset=(number - 1) * 5, length=len(body))
        disk.accept_file(grant, str(path))
    assert list(bodies.iterdir()) == []
    disk.finish_put(plan)
    assert b"".join(disk.open(plan.key)) == b"helloabc"


@pytest.mark.parametrize("body", [b"", b"four", b"sixsix"])
def test_a_body_file_of_another_length_is_refused(disk: Disk, bodies: Path, body: bytes) -> None:
    (bodies / "1").write_bytes(body)
    with pytest.raises(Incomplete):
        disk.accept_file(GRANT, f"{bodies}/1")
    assert disk.list_parts(Plan(KEY, 5, 5)) == []


def test_paths_elsewhere_are_refused(disk: Disk, bodies: Path) -> None:
    outside = bodies.parent / "secret"
    outside.write_bytes(b"12345")
    (bodies / "sub").mkdir()
    (bodies / "here").write_bytes(b"12345")
    (bodies / "sub" / "1").write_bytes(b"12345")
    for path in (
        outside, f"{bodies}/../secret", f"{bodies}/sub/1", f"{bodies}/./../secret", f"{bodies}//../secret",
        "secret", "", "/", bodies, f"{bodies}/", f"{bodies}/.", f"{bodies}/..", f"{bodies}/none",
        f"{bodies}/sub", f"{bodies}/1\0", "/etc/passwd", "bodies/1",
        f"{bodies}/sub/here", f"{bodies.parent}/here", "here", f"{bodies}//here", f"{bodies}/./here",
    ):  # fmt: skip
        refused(disk, path)
    assert outside.read_bytes() == b"12345"


def test_links_and_special_files_are_refused(disk: Disk, bodies: Path) -> None:
    outside = bodies.parent / "secret"
    outside.write_bytes(b"12345")
    other = bodies.parent / "other"
    other.write_bytes(b"12345")
    (bodies / "soft").symlink_to(outside)
    (bodies / "hard").hardlink_to(other)
    os.mkfifo(bodies / "fifo")
    for name in ("soft", "hard", "fifo"):
        refused(disk, bodies / name)
    assert outside.read_bytes() == b"12345"


def test_without_a_body_folder_no_file_is_believed(tmp_path: Path, disk: Disk, bodies: Path) -> None:
    (bodies / "1").write_bytes(b"hello")
    refused(Disk(tmp_path, key=b"k" * 32, base_url="http://x", clock=now), bodies / "1")


def test_the_body_of_an_upload_that_is_gone_is_missing(disk: Disk, bodies: Path) -> None:
    (bodies / "1").write_bytes(b"hello")
    disk.abandon_put(Plan(KEY, 5, 5))
    with pytest.raises(Missing):
        disk.accept_file(GRANT, f"{bodies}/1")


def test_what_a_killed_web_server_left_is_cleared_away(bodies: Path) -> None:
    home = bodies
    for name, age in (("old", 90_000), ("young", 60)):
        (home / name).write_bytes(b"x")
        moment = datetime.now(UTC).timestamp() - age
        os.utime(home / name, (moment, moment))
    clear(home, datetime.now(UTC) - timedelta(days=1))
    assert [path.name for path in home.iterdir()] == ["young"]
