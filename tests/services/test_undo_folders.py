"""Undoing what brought a folder back takes it out of sight: refused where later work lies in it."""

from collections.abc import Callable

import pytest

from smartdrive.domain.errors import StandsInTheWay
from smartdrive.domain.models import Node, User
from smartdrive.services import since
from tests.services.drive import Drive
from tests.services.test_undo import last, undo
from tests.services.test_undo_many import at_once
from tests.services.test_undo_many import undo as undo_change

Later = Callable[[Drive, User, Node], object]


def copied(drive: Drive, user: User) -> Node:
    """A folder with a folder and a file in it, copied a moment ago."""
    here = drive.folder(user, "here")
    inner = drive.folder(user, "inner", parent=here.id)
    drive.store(user, "deep.txt", parent=inner.id)
    return drive.copy(user, here.id)


def restored(drive: Drive, user: User) -> Node:
    """The same, out of the trash a moment ago."""
    made = copied(drive, user)
    drive.services.trash.put(user, made.id)
    return drive.services.trash.restore(user, made.id)


def within(drive: Drive, folder: Node, *path: str) -> str:
    return drive.services.folders.find(folder, path).id


def upload(drive: Drive, user: User, folder: Node) -> Node:
    return drive.store(user, "my new work.txt", parent=folder.id)


def upload_below(drive: Drive, user: User, folder: Node) -> Node:
    return drive.store(user, "my new work.txt", parent=within(drive, folder, "inner"))


def move_in(drive: Drive, user: User, folder: Node) -> object:
    file = drive.store(user, "work.txt")
    return drive.services.items.change(user, file.id, kind="file", parent=folder.id)


def rename(drive: Drive, user: User, folder: Node) -> object:
    return drive.services.items.change(user, within(drive, folder, "inner", "deep.txt"), kind="file", name="new.txt")


def replace_bytes(drive: Drive, user: User, folder: Node) -> object:
    return drive.store(user, "deep.txt", data=b"new", parent=within(drive, folder, "inner"), conflict="replace")


def trash(drive: Drive, user: User, folder: Node) -> object:
    return drive.services.trash.put(user, upload(drive, user, folder).id)


def move_out(drive: Drive, user: User, folder: Node) -> object:
    file = upload(drive, user, folder)
    return drive.services.items.change(user, file.id, kind="file", parent=user.root)


def elsewhere(drive: Drive, user: User, _: Node) -> object:
    return drive.store(user, "elsewhere.txt")


def taken_back(drive: Drive, user: User, folder: Node) -> object:
    rename(drive, user, folder)
    return undo(drive, user)


def taken_back_and_done_again(drive: Drive, user: User, folder: Node) -> object:
    taken_back(drive, user, folder)
    return undo(drive, user)


@pytest.mark.parametrize("begun", [copied, restored])
@pytest.mark.parametrize("later", [upload, upload_below, move_in, rename, replace_bytes, taken_back_and_done_again])
def test_later_work_in_the_folder_stands_in_the_way(
    drive: Drive, alice: User, begun: Callable[[Drive, User], Node], later: Later
) -> None:
    folder = begun(drive, alice)
    change = last(drive, alice)
    later(drive, alice, folder)
    with pytest.raises(StandsInTheWay, match="something in the folder has been changed since"):
        undo(drive, alice, change)
    assert drive.services.tree.load(alice, folder.id).node.state == "live"


@pytest.mark.parametrize("begun", [copied, restored])
@pytest.mark.parametrize("later", [trash, move_out, elsewhere, taken_back])
def test_what_is_not_lost_with_the_folder_does_not(
    drive: Drive, alice: User, begun: Callable[[Drive, User], Node], later: Later
) -> None:
    folder = begun(drive, alice)
    change = last(drive, alice)
    later(drive, alice, folder)
    [gone] = undo(drive, alice, change)
    assert isinstance(gone, Node)
    assert gone.state == "trashed"


def test_of_several_folders_those_without_later_work_go_back(drive: Drive, alice: User) -> None:
    some = [drive.folder(alice, name) for name in ("a", "b")]
    to = drive.folder(alice, "to")
    change = at_once(drive, alice, *(each.id for each in some), action="copy", to=to.id)
    drive.store(alice, "my new work.txt", parent=within(drive, to, "a"))
    assert {type(each) for each in undo_change(drive, alice, change)} == {Node, StandsInTheWay}
    assert drive.names(alice, to.id) == ["a"]


@pytest.mark.parametrize("more", [3, 4])
def test_where_too_much_was_done_to_look_at_the_folder_stays(
    drive: Drive, alice: User, monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    monkeypatch.setattr(since, "READ_AT_MOST", 3)
    copied(drive, alice)
    change = last(drive, alice)
    for number in range(more):
        drive.store(alice, f"{number}.txt")
    if more > 3:
        with pytest.raises(StandsInTheWay, match="too much has been done since"):
            undo(drive, alice, change)
    else:
        undo(drive, alice, change)
