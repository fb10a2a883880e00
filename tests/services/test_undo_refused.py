"""What cannot be undone, and the reason that is given."""

from pathlib import Path

import pytest

from smartdrive.domain.errors import NotFound, OverQuota, StandsInTheWay
from smartdrive.domain.models import Node, User
from smartdrive.records import journal
from tests.services.drive import Drive, make_drive
from tests.services.test_undo import file, last, move, replaced, to, undo

__all__ = ["file", "to"]


def test_what_is_in_its_old_place_stands_in_the_way(drive: Drive, alice: User, file: Node, to: Node) -> None:
    move(drive, alice, file, to)
    change = last(drive, alice)
    drive.store(alice, "A.TXT")
    with pytest.raises(StandsInTheWay, match="something else has its name"):
        undo(drive, alice, change)


def test_a_place_that_is_gone_stands_in_the_way(drive: Drive, alice: User, file: Node, to: Node) -> None:
    move(drive, alice, file, to)
    drive.services.items.change(alice, file.id, kind="file", parent=alice.root)
    change = last(drive, alice)
    drive.services.trash.put(alice, to.id)
    with pytest.raises(StandsInTheWay, match="the place it was in is gone"):
        undo(drive, alice, change)


def test_folders_never_come_to_lie_in_themselves(drive: Drive, alice: User, to: Node) -> None:
    inner = drive.folder(alice, "inner", parent=to.id)
    drive.services.items.change(alice, inner.id, kind="folder", parent=alice.root)
    change = last(drive, alice)
    drive.services.items.change(alice, to.id, kind="folder", parent=inner.id)
    with pytest.raises(StandsInTheWay, match="lies in it"):
        undo(drive, alice, change)


def test_what_was_trashed_anew_is_another_matter(drive: Drive, alice: User, file: Node) -> None:
    drive.services.trash.put(alice, file.id)
    change = last(drive, alice)
    drive.services.trash.restore(alice, file.id)
    drive.services.trash.put(alice, file.id)
    with pytest.raises(StandsInTheWay):
        undo(drive, alice, change)


def test_a_version_that_is_gone_cannot_come_back(drive: Drive, alice: User, file: Node, to: Node) -> None:
    replaced(drive, alice, file, to)
    change = last(drive, alice)
    oldest = drive.services.versions.page(file).items[-1].id
    drive.services.versions.delete(alice, file.id, version_id=oldest)
    with pytest.raises(StandsInTheWay):
        undo(drive, alice, change)


def test_undoing_takes_no_more_than_there_is(tmp_path: Path) -> None:
    drive = make_drive(tmp_path / "small", quota=14)
    alice = drive.person("alice")
    drive.store(alice, "a.txt", data=b"first")
    drive.store(alice, "a.txt", data=b"second", conflict="replace")
    with pytest.raises(OverQuota):
        undo(drive, alice)
    assert drive.used(alice) == 11


def test_after_its_days_nothing_is_undone(drive: Drive, alice: User, file: Node, to: Node) -> None:
    move(drive, alice, file, to)
    drive.clock.forward(days=30, seconds=-10)
    undo(drive, alice)
    change = last(drive, alice)
    drive.clock.forward(days=31)
    with pytest.raises(StandsInTheWay, match="30 days"):
        undo(drive, alice, change)


def test_others_cannot_undo_it(drive: Drive, alice: User, carol: User, file: Node, to: Node) -> None:
    move(drive, alice, file, to)
    with pytest.raises(NotFound):
        undo(drive, carol, last(drive, alice))


@pytest.mark.parametrize("act", ["make", "share", "unshare", "purge", "empty", "name_version", "delete_version"])
def test_these_cannot_be_undone(drive: Drive, alice: User, file: Node, act: str) -> None:
    services = drive.services
    if act == "make":
        drive.folder(alice, "new")
    elif act in ("share", "unshare"):
        made = services.shares.create(alice, file.id)
        if act == "unshare":
            services.shares.revoke(alice, made.link.id)
    elif act in ("purge", "empty"):
        services.trash.put(alice, file.id)
        services.trash.purge(alice, file.id) if act == "purge" else services.trash.empty(alice)
    else:
        replaced(drive, alice, file, file)
        oldest = services.versions.page(file).items[-1].id
        services.versions.name(alice, file.id, version_id=oldest, name="draft")
        if act == "delete_version":
            services.versions.delete(alice, file.id, version_id=oldest)
    assert journal.read_events(drive.table, alice.id, limit=1).items[0]["act"] == act
    with pytest.raises(StandsInTheWay):
        undo(drive, alice)
