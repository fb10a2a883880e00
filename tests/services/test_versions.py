"""Versions: what replacing keeps, how one comes back, its name and its end; room and bytes are exact throughout."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from smartdrive.domain.errors import BadInput, CurrentVersion, NotFound, OverQuota
from smartdrive.domain.models import Node, User, Version
from smartdrive.ports.table import Change
from smartdrive.records import keys
from tests.services.drive import Drive, make_drive
from tests.services.kept.kept_drive import sha256

TEXTS = (b"one", b"three", b"seventh")
ROOM = sum(map(len, TEXTS))


@pytest.fixture
def file(drive: Drive, alice: User) -> Node:
    """A file with three versions."""
    return written(drive, alice, TEXTS)


def written(drive: Drive, user: User, texts: Iterator[bytes] | tuple[bytes, ...], name: str = "a.txt") -> Node:
    made = [drive.store(user, name, data=text, conflict="replace") for text in texts]
    assert len({each.id for each in made}) == 1
    return made[-1]


def versions_of(drive: Drive, file: Node) -> list[Version]:
    return drive.services.versions.page(file).items


def sound(drive: Drive) -> None:
    report = drive.services.fsck.run(deep=True, between=0, grace=timedelta(0))
    assert report.clean, report.findings


def bytes_of(drive: Drive, version: Version) -> bytes:
    return b"".join(drive.objects.open(version.object, version=version.object_version))


def test_replacing_keeps_what_was_there(drive: Drive, alice: User, file: Node) -> None:
    found = versions_of(drive, file)
    assert [bytes_of(drive, each) for each in found] == [b"seventh", b"three", b"one"]
    assert found[0].id == file.version
    assert {each.by for each in found} == {alice.id}
    assert drive.services.versions.sha256(found)[found[2].object] == sha256(b"one")
    assert drive.used(alice) == ROOM
    sound(drive)


def test_an_old_version_comes_back_as_a_new_one(drive: Drive, alice: User, file: Node) -> None:
    drive.services.shares.create(alice, file.id)
    first = versions_of(drive, file)[-1]
    back = drive.services.versions.restore(alice, file.id, version_id=first.id)
    assert (back.id, back.size, drive.read(back)) == (file.id, 3, b"one")
    assert drive.services.tree.file(alice, file.id) == back
    assert back.links == 1
    assert drive.services.files.checksums(back).sha256 == sha256(b"one")
    found = versions_of(drive, back)
    assert [bytes_of(drive, each) for each in found] == [b"one", b"seventh", b"three", b"one"]
    entry = drive.services.folders.page(alice, "root", sort="name", limit=9).page.items[0]
    assert (entry.size, entry.version, entry.links) == (3, back.version, 1)
    assert drive.used(alice) == ROOM + 3
    assert len(list(drive.objects.keys())) == 3, "bytes are shared"
    sound(drive)


def test_restoring_what_the_file_is_already_changes_nothing(drive: Drive, alice: User, file: Node) -> None:
    found = versions_of(drive, file)
    assert drive.services.versions.restore(alice, file.id, version_id=found[0].id) == file
    back = drive.services.versions.restore(alice, file.id, version_id=found[2].id)
    assert drive.services.versions.restore(alice, file.id, version_id=found[2].id) == back
    assert len(versions_of(drive, file)) == 4


def test_a_full_drive_refuses_to_restore_and_keeps_all(tmp_path: Path) -> None:
    drive = make_drive(tmp_path / "data", quota=10)
    alice = drive.person("alice")
    file = written(drive, alice, (b"four", b"threes"))
    first = versions_of(drive, file)[-1]
    with pytest.raises(OverQuota):
        drive.services.versions.restore(alice, file.id, version_id=first.id)
    assert drive.services.tree.file(alice, file.id) == file
    assert drive.used(alice) == 10
    assert len(versions_of(drive, file)) == 2
    sound(drive)


def test_a_deleted_version_gives_its_room_and_bytes_back(drive: Drive, alice: User, file: Node) -> None:
    second = versions_of(drive, file)[1]
    drive.services.versions.delete(alice, file.id, version_id=second.id)
    assert drive.used(alice) == ROOM - 5
    with pytest.raises(NotFound):
        drive.services.versions.delete(alice, file.id, version_id=second.id)
    drive.services.upkeep.purge_round()
    assert len(list(drive.objects.keys())) == 2
    sound(drive)


def test_bytes_stay_while_another_version_shares_them(drive: Drive, alice: User, file: Node) -> None:
    first = versions_of(drive, file)[-1]
    back = drive.services.versions.restore(alice, file.id, version_id=first.id)
    drive.services.versions.delete(alice, file.id, version_id=first.id)
    drive.services.upkeep.purge_round()
    assert drive.read(back) == b"one"
    assert drive.used(alice) == ROOM
    sound(drive)


def test_the_current_version_goes_with_the_file_only(drive: Drive, alice: User, file: Node) -> None:
    with pytest.raises(CurrentVersion):
        drive.services.versions.delete(alice, file.id, version_id=file.version)
    assert drive.used(alice) == ROOM


def test_a_version_is_named_and_its_name_taken_away(drive: Drive, alice: User, file: Node) -> None:
    first = versions_of(drive, file)[-1].id
    drive.services.versions.name(alice, file.id, version_id=first, name="  as sent to the printer ")
    assert versions_of(drive, file)[-1].name == "as sent to the printer"
    drive.services.versions.name(alice, file.id, version_id=first, name="")
    assert versions_of(drive, file)[-1].name == ""
    for name in ("x" * 101, "a\nb"):
        with pytest.raises(BadInput):
            drive.services.versions.name(alice, file.id, version_id=first, name=name)


def test_versions_are_their_owners_alone(drive: Drive, alice: User, carol: User, file: Node) -> None:
    """SECURITY 16."""
    own, first = drive.store(carol, "own.txt"), versions_of(drive, file)[-1].id
    unknown = "20260101T000000000000Z-aaaaaaaa"
    tries = [(carol, file.id, first), (carol, own.id, first), (alice, file.id, unknown), (alice, file.id, "x" * 5000)]
    for user, file_id, version_id in tries:
        for act in (drive.services.versions.restore, drive.services.versions.delete, drive.services.versions.load):
            with pytest.raises(NotFound):
                act(user, file_id, version_id=version_id)
        with pytest.raises(NotFound):
            drive.services.versions.name(user, file_id, version_id=version_id, name="mine")


def test_versions_of_a_file_in_the_trash_wait_with_it(drive: Drive, alice: User, file: Node) -> None:
    first = versions_of(drive, file)[-1].id
    drive.services.trash.put(alice, file.id)
    with pytest.raises(NotFound):
        drive.services.versions.restore(alice, file.id, version_id=first)
    drive.services.trash.restore(alice, file.id)
    assert len(versions_of(drive, file)) == 3
    drive.services.versions.restore(alice, file.id, version_id=first)
    drive.services.trash.put(alice, file.id)
    drive.services.trash.empty(alice)
    drive.clock.forward(hours=1)
    for _ in range(3):
        drive.services.upkeep.purge_round()
    assert drive.used(alice) == 0
    assert list(drive.objects.keys()) == []


def test_the_newest_is_first_though_the_clock_of_another_machine_was_ahead(drive: Drive, alice: User) -> None:
    drive.clock.forward(hours=2)
    drive.store(alice, "a.txt", data=b"ahead")
    drive.clock.forward(hours=-2)
    file = drive.store(alice, "a.txt", data=b"behind", conflict="replace")
    found = versions_of(drive, file)
    assert [bytes_of(drive, each) for each in found] == [b"behind", b"ahead"]
    assert found[0].id == file.version


def test_versions_of_a_drive_made_before_are_there(drive: Drive, alice: User, file: Node) -> None:
    """Their rows had neither name nor mark, nor a place among what is recent, nor does anything ask for these."""
    first = versions_of(drive, file)[-1]
    row = drive.table.get(keys.version(file.id, first.id))
    assert row
    assert row.keys() - {"g2", "g2s"} == {
        "pk",
        "sk",
        "id",
        "node",
        "object",
        "object_version",
        "size",
        "type",
        "created",
        "by",
    }
    assert (first.name, first.mark) == ("", "")


def test_fsck_misses_a_reference_that_a_restored_version_needs(drive: Drive, alice: User, file: Node) -> None:
    first = versions_of(drive, file)[-1]
    drive.services.versions.restore(alice, file.id, version_id=first.id)
    drive.table.write(Change(keys.references(first.object), add={"refs": -1}))
    drive.table.write(Change(keys.room(alice.id), add={"free": 3}))
    report = drive.services.fsck.run(between=0)
    assert {each.rule for each in report.findings} == {"I2", "I4"}
