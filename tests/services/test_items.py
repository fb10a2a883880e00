"""Rename and move: names stay unique, folders never enter themselves, nothing below is rewritten."""

import pytest

from smartdrive.domain.errors import BadInput, Cycle, Exists, Forbidden, NotFound
from smartdrive.domain.models import User
from tests.services.drive import Drive


def test_rename_keeps_the_thing_itself(drive: Drive, alice: User) -> None:
    file = drive.store(alice, "draft.txt")
    renamed = drive.services.items.change(alice, file.id, kind="file", name="final.txt")
    assert (renamed.id, renamed.name) == (file.id, "final.txt")
    assert drive.names(alice) == ["final.txt"]
    assert drive.read(drive.services.tree.file(alice, file.id)) == b"hello"


def test_only_the_case_may_change(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "photos")
    drive.services.items.change(alice, folder.id, kind="folder", name="PHOTOS")
    assert drive.names(alice) == ["PHOTOS"]


def test_a_taken_name_refuses_rename_and_move(drive: Drive, alice: User) -> None:
    one, two = drive.store(alice, "one"), drive.store(alice, "two")
    folder = drive.folder(alice, "folder")
    drive.folder(alice, "ONE", parent=folder.id)
    with pytest.raises(Exists):
        drive.services.items.change(alice, two.id, kind="file", name="One")
    with pytest.raises(Exists):
        drive.services.items.change(alice, one.id, kind="file", parent=folder.id)
    with pytest.raises(Exists):
        drive.services.items.change(alice, folder.id, kind="folder", name="two")
    assert drive.names(alice) == ["folder", "one", "two"]


def test_move_and_rename_in_one_step(drive: Drive, alice: User) -> None:
    file, folder = drive.store(alice, "a.txt"), drive.folder(alice, "to")
    drive.services.items.change(alice, file.id, kind="file", name="b.txt", parent=folder.id)
    assert drive.names(alice) == ["to"]
    assert drive.names(alice, folder.id) == ["b.txt"]


def test_a_folder_never_enters_itself(drive: Drive, alice: User) -> None:
    root = drive.services.tree.folder(alice, "root")  # SECURITY 48
    deep = drive.services.folders.ensure(root, ["a", "b", "c"])
    top = drive.services.folders.find(root, ["a"])
    for target in (top.id, deep.id):
        with pytest.raises(Cycle):
            drive.services.items.change(alice, top.id, kind="folder", parent=target)
    assert drive.names(alice, deep.parent) == ["c"]


def test_the_top_folder_stays(drive: Drive, alice: User) -> None:
    with pytest.raises(Forbidden):
        drive.services.items.change(alice, "root", kind="folder", name="x")
    with pytest.raises(Forbidden):
        drive.services.trash.put(alice, "root")


def test_wrong_requests_are_sentences(drive: Drive, alice: User, carol: User) -> None:
    file, folder = drive.store(alice, "file"), drive.folder(alice, "folder")
    with pytest.raises(BadInput):
        drive.services.items.change(alice, file.id, kind="file")
    with pytest.raises(BadInput):
        drive.services.items.change(alice, file.id, kind="file", name="a/b")
    with pytest.raises(NotFound):
        drive.services.items.change(alice, file.id, kind="folder", name="x")
    with pytest.raises(NotFound):
        drive.services.items.change(alice, file.id, kind="file", parent="a" * 26)
    with pytest.raises(NotFound):
        drive.services.items.change(carol, file.id, kind="file", name="x")
    with pytest.raises(NotFound):
        drive.services.items.change(alice, file.id, kind="file", parent=carol.root)
    with pytest.raises(NotFound):
        drive.services.items.change(alice, folder.id, kind="folder", parent=file.id)


def test_a_copy_shares_its_bytes_and_takes_its_room(drive: Drive, alice: User) -> None:
    file, folder = drive.store(alice, "a.txt", data=b"x" * 100), drive.folder(alice, "to")
    same = drive.copy(alice, file.id)
    other = drive.copy(alice, file.id, parent=folder.id, name="b.txt")
    assert (same.name, other.name) == ("a (1).txt", "b.txt")
    assert same.object == other.object == file.object
    assert drive.used(alice) == 300
    with pytest.raises(Exists):
        drive.copy(alice, file.id, parent=folder.id, name="B.TXT")
