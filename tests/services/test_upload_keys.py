"""Beginning uploads: what can never be a file is not looked up, a key stands for one file, room is asked for first."""

import io
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import cast

import pytest

from smartdrive.domain.errors import BadInput, Busy, DriveError, EngineDown, NoSpace, NotFound, OverQuota
from smartdrive.domain.models import Upload, User
from smartdrive.ports.objects import Objects, Plan
from smartdrive.ports.table import Contended, OutOfRoom, Unavailable
from smartdrive.records.uploads import plan_of
from smartdrive.services.beginning import Begun
from smartdrive.services.wanted import MIB, Wanted
from tests.faulty_table import Fault, FaultyTable
from tests.services.drive import Drive, make_drive


def one(drive: Drive, user: User, wanted: Wanted) -> Begun | DriveError:
    return drive.services.uploads.begin_many(user, [wanted])[0]


class Shelf:
    """Storage that has room for nothing larger than `most`, and notes what was begun."""

    def __init__(self, objects: Objects, most: int) -> None:
        self.objects = objects
        self.most = most
        self.planned: list[int] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.objects, name)

    def plan_put(self, key: str, *, size: int, part_size: int) -> Plan:
        if size > self.most:
            raise OutOfRoom
        self.planned.append(size)
        return self.objects.plan_put(key, size=size, part_size=part_size)


class Crowd:
    """Storage that lets nobody go on before all have begun, and then looks what is taken of the disk."""

    def __init__(self, people: int, objects: Objects, *, folder: Path) -> None:
        self.objects = objects
        self.folder = folder
        self.taken = -1
        self._all = Barrier(people, self._look)

    def __getattr__(self, name: str) -> object:
        return getattr(self.objects, name)

    def plan_put(self, key: str, *, size: int, part_size: int) -> Plan:
        plan = self.objects.plan_put(key, size=size, part_size=part_size)
        self._all.wait(timeout=60)
        return plan

    def _look(self) -> None:
        self.taken = on_disk(self.folder)


def on_disk(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("whole"))


class Short:
    """Storage that fails when it is to set room aside."""

    def __init__(self, error: Exception, objects: Objects) -> None:
        self.error = error
        self.objects = objects

    def __getattr__(self, name: str) -> object:
        return getattr(self.objects, name)

    def set_aside(self, plan: Plan) -> None:
        raise self.error


def on_a_shelf(shelves: list[Shelf], objects: Objects, *, most: int) -> Objects:
    shelves.append(Shelf(objects, most))
    return cast(Objects, shelves[-1])


def send(drive: Drive, upload: Upload, data: bytes) -> None:
    drive.objects.put(upload.key, io.BytesIO(data), size=len(data))


def opened(outcome: Begun | DriveError) -> Upload:
    assert isinstance(outcome, Begun)
    assert outcome.upload is not None
    return outcome.upload


@pytest.mark.parametrize("name", ["a" * 1024, "é" * 600, "a" * 100_000, "\ud800", "", "..", "a/b"])
def test_a_name_that_cannot_be_is_a_sentence_however_long(drive: Drive, alice: User, name: str) -> None:
    """SECURITY 28."""
    assert isinstance(one(drive, alice, Wanted(name, 1, path="made/for/nothing")), BadInput)
    assert drive.names(alice) == [], "and no folder was made for it"


def test_a_name_typed_on_a_mac_goes_on_under_its_key(drive: Drive, alice: User) -> None:
    wanted = Wanted(unicodedata.normalize("NFD", "é.txt"), 3, key="k")
    assert opened(one(drive, alice, wanted)).id == opened(one(drive, alice, wanted)).id


@pytest.mark.parametrize("other", [{"name": "b"}, {"size": 4}, {"fingerprint": "b" * 64}])
@pytest.mark.parametrize("state", ["open", "done"])
def test_a_key_never_joins_two_files(drive: Drive, alice: User, state: str, other: dict[str, str]) -> None:
    wanted = Wanted("a", 3, key="k", fingerprint="a" * 64)
    upload = opened(one(drive, alice, wanted))
    if state == "done":
        send(drive, upload, b"abc")
        drive.services.uploads.finish(alice, upload.id)
    assert isinstance(one(drive, alice, replace(wanted, **other)), BadInput)  # type: ignore[arg-type]
    assert isinstance(one(drive, alice, wanted), Begun)


def test_one_key_twice_in_a_batch_is_one_upload_or_none(drive: Drive, alice: User) -> None:
    first = Wanted("a", 3, key="k")
    same, other = (
        drive.services.uploads.begin_many(alice, [first, first]),
        drive.services.uploads.begin_many(alice, [replace(first, key="l"), replace(first, key="l", name="b")]),
    )
    assert opened(same[0]).id == opened(same[1]).id
    assert isinstance(other[0], Begun)
    assert isinstance(other[1], BadInput)
    assert drive.used(alice) == 6


def test_the_key_of_a_file_in_the_trash_begins_anew(drive: Drive, alice: User) -> None:
    wanted = Wanted("a", 3, key="k")
    upload = opened(one(drive, alice, wanted))
    send(drive, upload, b"abc")
    done = drive.services.uploads.finish(alice, upload.id)
    drive.services.trash.put(alice, done.file.id)
    again = opened(one(drive, alice, wanted))
    assert (again.id, again.state) == (upload.id, "open")
    send(drive, again, b"abc")
    assert drive.services.uploads.finish(alice, again.id).file.id != done.file.id


def test_no_disk_is_set_aside_for_more_than_the_owner_has(tmp_path: Path) -> None:
    """SECURITY 46."""
    shelves: list[Shelf] = []
    drive = make_drive(tmp_path / "data", quota=40 * MIB, around=partial(on_a_shelf, shelves, most=10**9))
    alice = drive.person("alice")
    wanted = [Wanted("huge", 5 * 10**12), *(Wanted(name, 20 * MIB) for name in "abc")]
    found = drive.services.uploads.begin_many(alice, wanted)
    assert [type(each) for each in found] == [OverQuota, Begun, Begun, OverQuota]
    assert shelves[0].planned == [20 * MIB, 20 * MIB]
    assert drive.used(alice) == 40 * MIB


def test_many_begun_at_once_take_no_more_of_the_disk_than_the_owner_has(tmp_path: Path) -> None:
    """SECURITY 46: an account of little room cannot fill the disk, not even for a moment."""
    crowds: list[Crowd] = []

    def crowded(objects: Objects) -> Objects:
        crowds.append(Crowd(6, objects, folder=tmp_path / "data"))
        return cast(Objects, crowds[-1])

    drive = make_drive(tmp_path / "data", quota=40 * MIB, around=crowded)
    alice = drive.person("alice")
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda name: one(drive, alice, Wanted(name, 20 * MIB)), "abcdef"))
    assert crowds[0].taken == 0, "the write that takes the owner's room comes first"
    assert sorted(type(each).__name__ for each in found) == ["Begun"] * 2 + ["OverQuota"] * 4
    assert on_disk(tmp_path / "data") == drive.used(alice) == 40 * MIB


@pytest.mark.parametrize(("error", "kind"), [(OutOfRoom(), NoSpace), (Unavailable(), EngineDown)])
def test_a_disk_that_fails_after_the_room_was_taken_gives_it_back(
    tmp_path: Path, error: Exception, kind: type[DriveError]
) -> None:
    drive = make_drive(tmp_path / "data", around=lambda objects: cast(Objects, Short(error, objects)))
    alice = drive.person("alice")
    found = drive.services.uploads.begin_many(alice, [Wanted("large", 20 * MIB), Wanted("small", 3)])
    assert [type(each) for each in found] == [kind, Begun]
    assert drive.used(alice) == 3
    assert len(drive.services.uploads.page(alice).items) == len(list(drive.objects.keys(""))) == 1


def test_a_disk_too_full_for_one_takes_the_others(tmp_path: Path) -> None:
    """SECURITY 49."""
    drive = make_drive(tmp_path / "data", around=partial(on_a_shelf, [], most=MIB))
    found = drive.services.uploads.begin_many(drive.person("alice"), [Wanted("large", 2 * MIB), Wanted("small", 3)])
    assert [type(each) for each in found] == [NoSpace, Begun]


@pytest.mark.parametrize(("error", "kind"), [(OutOfRoom(), NoSpace), (Contended(), Busy)])
def test_what_was_set_aside_for_an_upload_that_did_not_open_is_let_go(
    tmp_path: Path, error: Exception, kind: type[DriveError]
) -> None:
    faults = [Fault(error, at, verb="write") for at in range(2, 40)]
    drive = make_drive(tmp_path / "data", wrap=lambda table: FaultyTable(table, *faults))
    alice = drive.person("alice")
    assert isinstance(one(drive, alice, Wanted("a", 20 * MIB)), kind)
    assert list(drive.objects.keys("")) == []
    assert drive.used(alice) == 0


@pytest.mark.parametrize("together", [False, True])
def test_nothing_is_finished_into_a_folder_that_is_in_the_trash_with_what_is_above_it(
    drive: Drive, alice: User, *, together: bool
) -> None:
    top = drive.folder(alice, "top")
    below = drive.folder(alice, "below", parent=top.id)
    upload = opened(one(drive, alice, Wanted("a", 3, parent=below.id)))
    send(drive, upload, b"abc")
    drive.services.trash.put(alice, top.id)
    if together:
        assert isinstance(drive.services.uploads.finish_many(alice, [upload.id])[0], NotFound)
    else:
        with pytest.raises(NotFound):
            drive.services.uploads.finish(alice, upload.id)
    drive.services.trash.restore(alice, top.id)
    assert drive.services.uploads.finish(alice, upload.id).created, "and its bytes wait for the folder to come back"


@pytest.mark.parametrize("size", [3, 40 * MIB])
def test_an_upload_that_a_power_cut_took_begins_anew(drive: Drive, alice: User, size: int) -> None:
    """SECURITY 45: its row is there and what stood for it on the disk is not."""
    wanted = Wanted("a", size, key="k")
    lost = opened(one(drive, alice, wanted))
    drive.objects.abandon_put(plan_of(lost))
    with pytest.raises(NotFound):
        drive.services.uploads.state(alice, lost.id)
    anew = opened(one(drive, alice, wanted))
    assert (anew.id, anew.key == lost.key) == (lost.id, False)
    assert drive.services.uploads.state(alice, anew.id).done == ()
    assert drive.used(alice) == size, "its room was given back"
