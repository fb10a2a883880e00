"""The trash: hidden at once with all below, back where it was, and gone for good."""

from dataclasses import replace

import pytest

from smartdrive.domain.clock import new_id
from smartdrive.domain.errors import NotFound
from smartdrive.domain.events import change_id
from smartdrive.domain.models import Acting, Node, User
from smartdrive.ports.table import Change
from smartdrive.records import keys
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


def below(drive: Drive, user: User, *steps: str) -> str:
    """The id of what stands at the end of a path."""
    return drive.services.folders.find(drive.services.tree.folder(user, "root"), steps).id


def test_restoring_when_the_folder_is_gone_makes_it_again(drive: Drive, alice: User) -> None:
    top = drive.folder(alice, "top")
    folder = drive.folder(alice, "a", parent=top.id)
    file, other = (drive.store(alice, name, parent=folder.id) for name in ("b.txt", "c.txt"))
    for each in (file, other, folder):
        drive.services.trash.put(alice, each.id)
    assert [row.name for row in drive.services.trash.page(alice).items] == ["a", "c.txt", "b.txt"]
    back = drive.services.trash.restore(alice, file.id)
    assert back.parent == below(drive, alice, "top", "a") != folder.id
    assert drive.services.trash.restore(alice, other.id).parent == back.parent
    assert drive.services.trash.restore(alice, folder.id).name == "a (1)"
    assert drive.names(alice, top.id) == ["a", "a (1)"]
    assert drive.names(alice, back.parent) == ["b.txt", "c.txt"]


def test_a_folder_is_made_again_all_the_way_beside_a_file_of_its_name(drive: Drive, alice: User) -> None:
    top = drive.folder(alice, "top")
    inner = drive.folder(alice, "inner", parent=top.id)
    some = [drive.store(alice, name, parent=inner.id) for name in ("1", "2")]
    for each in (*some, top):
        drive.services.trash.put(alice, each.id)
    drive.services.trash.purge(alice, top.id)
    drive.store(alice, "TOP")
    backs = [drive.services.trash.restore(alice, each.id) for each in some]
    assert {back.parent for back in backs} == {below(drive, alice, "top (1)", "inner")}


def test_what_was_replaced_knows_its_folder(drive: Drive, alice: User) -> None:
    to = drive.folder(alice, "to")
    deep = drive.folder(alice, "deep", parent=to.id)
    stood = [drive.folder(alice, "same", parent=deep.id)]
    stood.append(drive.folder(alice, "same"))
    moved = drive.services.items.change(alice, stood[1].id, kind="folder", parent=deep.id, conflict="replace")
    other = drive.folder(alice, "same")
    drive.copy(alice, other.id, parent=deep.id, conflict="replace")
    drive.services.trash.put(alice, to.id)
    for each in (stood[0], moved):
        assert drive.services.trash.restore(alice, each.id).parent == below(drive, alice, "to", "deep")


def test_who_went_before_ways_were_kept_comes_back_to_the_top(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "a")
    file = drive.store(alice, "b.txt", parent=folder.id)
    moment = drive.services.trash.put(alice, file.id).trashed
    assert moment
    drive.services.trash.put(alice, folder.id)
    drive.table.write(Change(keys.trashed(alice.id, moment=moment, node_id=file.id), remove=("way",)))
    assert drive.services.trash.restore(alice, file.id).parent == alice.root


def test_a_folder_made_again_stays_when_the_coming_back_is_undone(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "a")
    file = drive.store(alice, "b.txt", parent=folder.id)
    for each in (file, folder):
        drive.services.trash.put(alice, each.id)
    change = change_id(drive.clock(), new_id())
    drive.services.trash.restore(replace(alice, acting=Acting(change)), file.id)
    [(_, outcome)] = drive.services.undo.undo(alice, change).items()
    assert isinstance(outcome, Node)
    assert outcome.state == "trashed"
    assert drive.names(alice) == ["a"]


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
