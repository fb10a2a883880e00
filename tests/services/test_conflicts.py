"""A name that is taken where a thing comes to: what each choice does, for a move, a rename and a copy."""

from pathlib import Path

import pytest

from smartdrive.domain.errors import Exists
from smartdrive.domain.models import Conflict, Node, User
from smartdrive.records import versions
from smartdrive.services.bulk import Wanted
from tests.services.drive import Drive, make_drive


def move(drive: Drive, user: User, node: Node, *, to: Node | None = None, conflict: Conflict) -> Node:
    return drive.services.items.change(user, node.id, kind=node.kind, parent=to.id if to else "root", conflict=conflict)


def in_trash(drive: Drive, user: User) -> list[str]:
    return [row.node for row in drive.services.trash.page(user).items]


@pytest.fixture
def there(drive: Drive, alice: User) -> Node:
    return drive.folder(alice, "there")


def test_a_move_that_replaces_puts_the_other_file_into_the_trash(drive: Drive, alice: User, there: Node) -> None:
    moved, stood = drive.store(alice, "A.txt", data=b"moved"), drive.store(alice, "a.txt", parent=there.id, data=b"old")
    found = move(drive, alice, moved, to=there, conflict="replace")
    assert (found.id, found.name, found.parent) == (moved.id, "A.txt", there.id)
    assert drive.names(alice, there.id) == ["A.txt"]
    assert in_trash(drive, alice) == [stood.id]
    back = drive.services.trash.restore(alice, stood.id)
    assert (back.name, back.parent) == ("a (1).txt", there.id)
    assert drive.used(alice) == 8


def test_a_move_that_keeps_both_gets_a_number(drive: Drive, alice: User, there: Node) -> None:
    moved = drive.store(alice, "a.txt")
    drive.store(alice, "a.txt", parent=there.id)
    assert move(drive, alice, moved, to=there, conflict="keep_both").name == "a (1).txt"
    assert drive.names(alice, there.id) == ["a (1).txt", "a.txt"]


def test_the_many_of_one_name_are_numbered_on(drive: Drive, alice: User, there: Node) -> None:
    taken = ["a.txt", *(f"a ({number}).txt" for number in range(1, 70))]
    for name in taken:
        drive.folder(alice, name, parent=there.id)
    moved = drive.folder(alice, "A.txt")
    assert move(drive, alice, moved, to=there, conflict="keep_both").name == "A (70).txt"


def test_a_move_that_is_skipped_changes_nothing(drive: Drive, alice: User, there: Node) -> None:
    moved = drive.store(alice, "a.txt")
    drive.store(alice, "a.txt", parent=there.id)
    assert move(drive, alice, moved, to=there, conflict="skip") == moved
    assert drive.names(alice) == ["there", "a.txt"]


@pytest.mark.parametrize("conflict", ["ask", "replace"])
def test_a_folder_never_replaces_a_file_nor_the_reverse(
    drive: Drive, alice: User, there: Node, conflict: Conflict
) -> None:
    file, folder = drive.store(alice, "one"), drive.folder(alice, "two")
    drive.folder(alice, "ONE", parent=there.id)
    drive.store(alice, "TWO", parent=there.id)
    for each in (file, folder):
        with pytest.raises(Exists):
            move(drive, alice, each, to=there, conflict=conflict)
        with pytest.raises(Exists):
            drive.copy(alice, each.id, parent=there.id, conflict=conflict)
    assert in_trash(drive, alice) == []


def test_a_folder_that_replaces_another_one_puts_it_into_the_trash_whole(
    drive: Drive, alice: User, there: Node
) -> None:
    moved, stood = drive.folder(alice, "photos"), drive.folder(alice, "Photos", parent=there.id)
    drive.store(alice, "new.jpg", parent=moved.id)
    drive.store(alice, "old.jpg", parent=stood.id)
    assert move(drive, alice, moved, to=there, conflict="replace").id == moved.id
    assert drive.names(alice, moved.id) == ["new.jpg"]
    drive.services.trash.restore(alice, stood.id)
    assert drive.names(alice, stood.id) == ["old.jpg"]


def test_nothing_replaces_what_it_lies_in(drive: Drive, alice: User) -> None:
    """It would go to the trash along with what it replaces."""
    outer = drive.folder(alice, "same")
    inner = drive.folder(alice, "same", parent=outer.id)
    for act in (move, lambda *args, **more: drive.copy(alice, inner.id, conflict="replace")):
        with pytest.raises(Exists, match="cannot be replaced"):
            act(drive, alice, inner, conflict="replace")
    assert drive.names(alice) == ["same"]


def test_a_rename_takes_the_same_choices(drive: Drive, alice: User) -> None:
    one, two = drive.store(alice, "one"), drive.store(alice, "two")
    change = drive.services.items.change
    assert change(alice, one.id, kind="file", name="two", conflict="skip").name == "one"
    assert change(alice, one.id, kind="file", name="two", conflict="keep_both").name == "two (1)"
    assert change(alice, one.id, kind="file", name="TWO", conflict="replace").name == "TWO"
    assert in_trash(drive, alice) == [two.id]


def test_a_copy_that_replaces_a_file_is_its_next_version(drive: Drive, alice: User, there: Node) -> None:
    source = drive.store(alice, "a.txt", data=b"source")
    stood = drive.store(alice, "a.TXT", parent=there.id, data=b"stood")
    made = drive.copy(alice, source.id, parent=there.id, conflict="replace")
    assert (made.id, made.name, made.object) == (stood.id, "a.TXT", source.object)
    kept = [versions.version_of(row) for row in versions.read_versions(drive.table, stood.id).items]
    assert [each.object for each in kept] == [source.object, stood.object]
    assert drive.read(drive.services.tree.file(alice, stood.id)) == b"source"
    assert drive.used(alice) == 6 + 5 + 6


@pytest.mark.parametrize("many", [False, True])
def test_whoever_has_the_link_of_a_replaced_file_gets_the_new_bytes(
    drive: Drive, alice: User, there: Node, *, many: bool
) -> None:
    """By itself or among others, with a clock that stands an hour behind that of whoever wrote before."""
    source = drive.store(alice, "a.txt", data=b"source")
    stood = drive.store(alice, "a.txt", parent=there.id, data=b"stood")
    token = drive.services.shares.create(alice, stood.id).url.rpartition("/")[2]
    drive.clock.forward(hours=-1)
    if many:
        drive.services.bulk.run(alice, Wanted("copy", [source.id], there.id, "replace"))
    else:
        drive.copy(alice, source.id, parent=there.id, conflict="replace")
    found = drive.services.shares.open(token).place.node
    assert (found.id, found.links, drive.read(found)) == (stood.id, 1, b"source")
    kept = drive.services.versions.page(found).items
    assert [each.id for each in kept] == [found.version, stood.version], "the newest first, whatever clocks say"
    drive.services.versions.restore(alice, stood.id, version_id=stood.version)
    assert drive.read(drive.services.tree.file(alice, stood.id)) == b"stood"
    assert drive.used(alice) == 6 + 5 + 6 + 5


def test_what_copies_push_out_of_the_newest_versions_goes_in_time(tmp_path: Path) -> None:
    drive = make_drive(tmp_path, versions_keep=2, version_days=7)
    alice = drive.person("alice")
    there, sources = drive.folder(alice, "there"), []
    for at in range(4):
        folder = drive.folder(alice, f"from {at}")
        sources.append(drive.store(alice, "a.txt", data=b"x" * (at + 1), parent=folder.id))
    stood = drive.copy(alice, sources[0].id, parent=there.id)
    for source in sources[1:3]:
        drive.copy(alice, source.id, parent=there.id, conflict="replace")
    drive.services.bulk.run(alice, Wanted("copy", [sources[3].id], there.id, "replace"))
    sizes = lambda: [each.size for each in drive.services.versions.page(stood).items]  # noqa: E731
    assert sizes() == [4, 3, 2, 1]
    drive.clock.forward(days=8)
    drive.services.upkeep.sweep_round()
    assert sizes() == [4, 3]
    assert drive.used(alice) == 1 + 2 + 3 + 4 + 4 + 3
    assert drive.services.fsck.run(between=0).clean


def test_a_copy_beside_its_original_gets_a_number_whatever_was_said(drive: Drive, alice: User) -> None:
    source = drive.store(alice, "a.txt")
    choices: list[Conflict] = ["ask", "keep_both", "replace", "skip"]
    assert [drive.copy(alice, source.id, conflict=each).name for each in choices] == [
        f"a ({number}).txt" for number in (1, 2, 3, 4)
    ]
    with pytest.raises(Exists):
        drive.copy(alice, source.id, name="a.txt", conflict="ask")


def test_what_took_the_name_a_moment_ago_is_found(drive: Drive, alice: User, there: Node) -> None:
    """The choice is kept by condition: whoever takes the name between look and write is dealt with as chosen."""
    moved, names = drive.store(alice, "a.txt"), drive.services.items.names
    look = type(names).free

    def late(self: object, folder_id: str, wanted: list[str]) -> list[str]:
        found = look(self, folder_id, wanted)  # type: ignore[arg-type]
        if len(drive.names(alice, there.id)) < 3:
            drive.store(alice, found[0], parent=there.id)
        return found

    drive.store(alice, "a.txt", parent=there.id)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(names), "free", late)
        assert move(drive, alice, moved, to=there, conflict="keep_both").name == "a (3).txt"
