"""The trash: hidden at once with all below, back where it was, and gone for good."""

import pytest

from smartdrive.domain.errors import NotFound
from smartdrive.domain.models import User
from tests.services.drive import Drive


def test_a_trashed_folder_hides_all_below_at_once(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "a")
    inner = drive.folder(alice, "b", parent=folder.id)
    file = drive.store(alice, "c.txt", parent=inner.id)
    drive.services.trash.put(alice, folder.id)
    assert drive.names(alice) == []
    for act in (
        lambda: drive.services.tree.file(alice, file.id),
        lambda: drive.services.files.download(alice, file.id),
        lambda: drive.names(alice, inner.id),
        lambda: drive.folder(alice, "new", parent=inner.id),
        lambda: drive.services.trash.put(alice, file.id),
        lambda: drive.services.items.change(alice, file.id, kind="file", name="d"),
    ):
        with pytest.raises(NotFound):
            act()
    assert [row.name for row in drive.services.trash.page(alice).items] == ["a"]
    drive.services.trash.restore(alice, folder.id)
    assert drive.names(alice, inner.id) == ["c.txt"]
    assert drive.services.trash.page(alice).items == []


def test_restoring_to_a_taken_name_gives_a_number(drive: Drive, alice: User) -> None:
    file = drive.store(alice, "a.txt", data=b"old")
    drive.services.trash.put(alice, file.id)
    drive.store(alice, "A.TXT", data=b"new")
    back = drive.services.trash.restore(alice, file.id)
    assert (back.id, back.name) == (file.id, "a (1).txt")
    assert drive.read(back) == b"old"


def test_restoring_when_the_folder_is_gone_goes_to_the_top(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "a")
    file = drive.store(alice, "b.txt", parent=folder.id)
    drive.services.trash.put(alice, file.id)
    drive.services.trash.put(alice, folder.id)
    assert [row.name for row in drive.services.trash.page(alice).items] == ["a", "b.txt"]
    back = drive.services.trash.restore(alice, file.id)
    assert back.parent == alice.root
    drive.services.trash.restore(alice, folder.id)
    assert drive.names(alice) == ["a", "b.txt"]


def test_a_folder_trashed_keeps_what_was_trashed_before_apart(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "a")
    file = drive.store(alice, "b.txt", parent=folder.id)
    drive.services.trash.put(alice, file.id)
    drive.services.trash.put(alice, folder.id)
    drive.services.trash.restore(alice, folder.id)
    assert drive.names(alice, folder.id) == []
    assert drive.services.trash.restore(alice, file.id).parent == folder.id


def test_emptying_hides_all_at_once_and_only_what_was_there(drive: Drive, alice: User) -> None:
    first, second = drive.store(alice, "1"), drive.store(alice, "2")
    drive.services.trash.put(alice, first.id)
    drive.services.trash.empty(alice)
    assert drive.services.trash.page(alice).items == []
    with pytest.raises(NotFound):
        drive.services.trash.restore(alice, first.id)
    drive.services.trash.put(alice, second.id)
    assert [row.name for row in drive.services.trash.page(alice).items] == ["2"]
    drive.services.trash.restore(alice, second.id)


def test_deleting_for_ever_cannot_be_undone(drive: Drive, alice: User) -> None:
    file = drive.store(alice, "a")
    drive.services.trash.put(alice, file.id)
    drive.services.trash.purge(alice, file.id)
    for act in (drive.services.trash.restore, drive.services.trash.purge):
        with pytest.raises(NotFound):
            act(alice, file.id)


def test_a_strangers_trash_is_like_an_unknown_one(drive: Drive, alice: User, carol: User) -> None:
    file = drive.store(alice, "a")  # SECURITY 16
    with pytest.raises(NotFound):
        drive.services.trash.put(carol, file.id)
    drive.services.trash.put(alice, file.id)
    for act in (drive.services.trash.restore, drive.services.trash.purge):
        with pytest.raises(NotFound):
            act(carol, file.id)
    assert drive.services.trash.page(carol).items == []


def test_the_trash_is_paged_newest_first(drive: Drive, alice: User) -> None:
    for number in range(7):
        drive.services.trash.put(alice, drive.store(alice, str(number)).id)
    found: list[str] = []
    after = None
    while True:
        page = drive.services.trash.page(alice, limit=3, after=after)
        found += [row.name for row in page.items]
        after = page.next
        if after is None:
            break
    assert found == ["6", "5", "4", "3", "2", "1", "0"]
