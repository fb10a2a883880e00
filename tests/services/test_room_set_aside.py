"""The disk's room of an upload in parts: taken once, by whoever opened it, and caught up on when that was cut off."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from typing import cast

import pytest

from smartdrive.domain.errors import DriveError, NoSpace
from smartdrive.domain.models import Upload, User
from smartdrive.ports.objects import Objects, Plan
from smartdrive.ports.table import OutOfRoom
from smartdrive.services.beginning import Begun
from smartdrive.services.wanted import MIB, Wanted
from tests.services.drive import Drive, make_drive

FILM = Wanted("film", 60 * MIB, key="k")


class Cut:
    """Storage that fails, or whose process is ended, where it is to set room aside for the first time."""

    def __init__(self, objects: Objects, error: BaseException) -> None:
        self.objects = objects
        self.error = error
        self.left = 1

    def __getattr__(self, name: str) -> object:
        return getattr(self.objects, name)

    def set_aside(self, plan: Plan) -> None:
        if self.left:
            self.left -= 1
            raise self.error
        self.objects.set_aside(plan)


class Both:
    """Storage in which two have planned before either goes on."""

    def __init__(self, objects: Objects) -> None:
        self.objects = objects
        self._both = Barrier(2)

    def __getattr__(self, name: str) -> object:
        return getattr(self.objects, name)

    def plan_put(self, key: str, *, size: int, part_size: int) -> Plan:
        plan = self.objects.plan_put(key, size=size, part_size=part_size)
        self._both.wait(timeout=60)
        return plan


def on_disk(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("whole"))


@pytest.fixture
def narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Says how large the disk is on which the drive stands, of which only uploads take room."""

    def disk_of(size: int) -> None:
        def told(path: object) -> SimpleNamespace:
            return SimpleNamespace(f_frsize=1, f_blocks=size, f_bavail=size - on_disk(tmp_path))

        monkeypatch.setattr(os, "statvfs", told)

    return disk_of


def open_uploads(drive: Drive, user: User) -> list[str]:
    return [each.id for each in drive.services.uploads.page(user).items]


def opened(outcome: Begun | DriveError) -> Upload:
    assert isinstance(outcome, Begun), outcome
    assert outcome.upload is not None
    return outcome.upload


def test_one_key_twice_in_a_batch_stays_open_where_there_is_room_for_one(
    tmp_path: Path, narrow: Callable[[int], None]
) -> None:
    narrow(100 * MIB)
    drive = make_drive(tmp_path / "data")
    alice = drive.person("alice")
    first, second = drive.services.uploads.begin_many(alice, [FILM, FILM])
    assert open_uploads(drive, alice) == [opened(first).id] == [opened(second).id]
    assert on_disk(tmp_path) == drive.used(alice) == 60 * MIB


def test_two_that_begin_one_key_at_once_both_have_it(tmp_path: Path, narrow: Callable[[int], None]) -> None:
    narrow(100 * MIB)
    drive = make_drive(tmp_path / "data", around=lambda objects: cast(Objects, Both(objects)))
    alice = drive.person("alice")
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: drive.services.uploads.begin_many(alice, [FILM])[0], range(2)))
    assert open_uploads(drive, alice) == [opened(found[0]).id] == [opened(found[1]).id]


def test_where_there_is_no_room_each_that_named_it_is_told(tmp_path: Path) -> None:
    drive = make_drive(tmp_path / "data", around=lambda objects: cast(Objects, Cut(objects, OutOfRoom())))
    alice = drive.person("alice")
    found = drive.services.uploads.begin_many(alice, [FILM, FILM])
    assert [type(each) for each in found] == [NoSpace, NoSpace]
    assert (open_uploads(drive, alice), drive.used(alice), on_disk(tmp_path)) == ([], 0, 0)


def cut_off(folder: Path) -> tuple[Drive, User, str]:
    """A drive, its user, and the upload whose begin was ended between its row and its room."""
    drive = make_drive(folder, around=lambda objects: cast(Objects, Cut(objects, KeyboardInterrupt())))
    alice = drive.person("alice")
    with pytest.raises(KeyboardInterrupt):
        drive.services.uploads.begin(alice, FILM)
    (upload,) = open_uploads(drive, alice)
    assert on_disk(folder) == 0
    return drive, alice, upload


def test_a_begin_that_was_cut_off_has_its_room_when_it_is_begun_again(tmp_path: Path) -> None:
    drive, alice, upload = cut_off(tmp_path / "data")
    for _ in range(2):
        assert opened(drive.services.uploads.begin(alice, FILM)).id == upload
        assert on_disk(tmp_path) == 60 * MIB


def test_no_room_for_what_was_cut_off_is_said_and_takes_nothing_from_it(
    tmp_path: Path, narrow: Callable[[int], None]
) -> None:
    drive, alice, upload = cut_off(tmp_path / "data")
    narrow(50 * MIB)
    with pytest.raises(NoSpace):
        drive.services.uploads.begin(alice, FILM)
    assert open_uploads(drive, alice) == [upload]
    narrow(100 * MIB)
    assert opened(drive.services.uploads.begin(alice, FILM)).id == upload
