"""Moves and copies that race: no cycle at any depth, nothing lost, and room that is exact."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from smartdrive.domain.errors import Busy, Cycle, DriveError, Exists, NotFound
from smartdrive.domain.models import Node, User
from smartdrive.services.bulk import Action, Wanted
from tests.services.drive import Drive

ROUNDS = 84
"""At each of six depths: some 500 in all."""


def chain(drive: Drive, user: User, name: str, *, depth: int) -> tuple[Node, Node]:
    """The top and the end of folders in folders."""
    top = end = drive.folder(user, name)
    for level in range(depth - 1):
        end = drive.folder(user, f"{level}", parent=end.id)
    return top, end


def tried(act: Callable[[], object]) -> str:
    try:
        act()
    except DriveError as refusal:
        return type(refusal).__name__
    return "done"


def at_once(*acts: Callable[[], object]) -> list[str]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(tried, acts))


def one(drive: Drive, user: User, action: Action, node: Node, *, to: str = "") -> None:
    """By the way of many; raises as the way of one does."""
    [way] = drive.services.bulk.run(user, Wanted(action, [node.id], to)).outcomes.values()
    if isinstance(way, DriveError):
        raise way


def assert_sound(drive: Drive) -> None:
    report = replace(drive.services.fsck, wait=lambda _: None).run()
    assert report.clean, report.findings


@pytest.mark.timeout(600)
@pytest.mark.parametrize("depth", range(1, 7))
def test_two_folders_that_go_into_one_another_never_make_a_cycle(drive: Drive, alice: User, depth: int) -> None:
    """SECURITY 48: of A into B while B into A exactly one is done, by either way."""
    (left, left_end), (right, right_end) = (chain(drive, alice, side, depth=depth) for side in ("left", "right"))
    change = drive.services.items.change
    for turn in range(ROUNDS):
        acts: list[Callable[[], object]] = [
            lambda: change(alice, left.id, kind="folder", parent=right_end.id),
            lambda: one(drive, alice, "move", right, to=left_end.id),
        ]
        found = at_once(*acts[:: 1 if turn % 2 else -1])
        assert Counter(found) in ({"done": 1, "Cycle": 1}, {"done": 1, "Busy": 1}), found
        lost = left if drive.services.tree.folder(alice, left.id).parent != alice.root else right
        change(alice, lost.id, kind="folder", parent="root")
    assert drive.names(alice) == ["left", "right"]
    assert_sound(drive)


@pytest.mark.timeout(600)
def test_twenty_who_change_one_thing_leave_it_as_some_order_would(drive: Drive, alice: User) -> None:
    """SECURITY 46, 47: renames, moves, copies and deletions of one file, by either way."""
    to = drive.folder(alice, "to")
    allowed = {"done", NotFound.__name__, Exists.__name__, Busy.__name__}
    copies, change = 0, drive.services.items.change
    for turn in range(10):
        file = drive.store(alice, f"file {turn}", data=b"x" * 7)
        acts: list[Callable[[], object]] = [
            lambda file=file: change(alice, file.id, kind="file", name=f"{file.name}, renamed"),  # type: ignore[misc]
            lambda file=file: change(alice, file.id, kind="file", parent=to.id),  # type: ignore[misc]
            lambda file=file: drive.copy(alice, file.id, parent=to.id, conflict="keep_both"),  # type: ignore[misc]
            lambda file=file: one(drive, alice, "copy", file, to=to.id),  # type: ignore[misc]
            lambda file=file: one(drive, alice, "trash", file),  # type: ignore[misc]
        ]
        found = at_once(*acts * 4)
        assert set(found) <= allowed, found
        assert found[4::5].count("done") == 1
        copies += found[2::5].count("done") + found[3::5].count("done")
        assert drive.names(alice) == ["to"]
    assert len(drive.names(alice, to.id)) == copies
    assert drive.used(alice) == 7 * (10 + copies)
    assert_sound(drive)


@pytest.mark.timeout(600)
def test_copies_and_moves_into_one_name_leave_one_of_that_name(drive: Drive, alice: User) -> None:
    """The choice is kept by condition: whoever comes second finds the name taken."""
    to = drive.folder(alice, "to")
    some = [drive.store(alice, "same", parent=drive.folder(alice, f"{number}").id) for number in range(8)]
    found = at_once(
        *(lambda file=file: one(drive, alice, "move", file, to=to.id) for file in some[:4]),  # type: ignore[misc]
        *(lambda file=file: one(drive, alice, "copy", file, to=to.id) for file in some[4:]),  # type: ignore[misc]
    )
    assert Counter(found) == {"done": 1, "Exists": 7}
    assert drive.names(alice, to.id) == ["same"]
    replaced = at_once(
        *(
            lambda file=file: drive.services.items.change(  # type: ignore[misc]
                alice, file.id, kind="file", parent=to.id, conflict="replace"
            )
            for file in some
            if drive.services.tree.file(alice, file.id).parent != to.id
        )
    )
    assert set(replaced) <= {"done", "Busy"}
    assert len(drive.names(alice, to.id)) == 1
    assert_sound(drive)


def test_a_copy_and_the_deletion_of_its_original_have_an_order(drive: Drive, alice: User) -> None:
    for turn in range(10):
        top = drive.folder(alice, f"{turn}")
        drive.store(alice, "in it", parent=top.id)
        found = at_once(
            lambda top=top: drive.copy(alice, top.id, name="copy of it", conflict="keep_both"),  # type: ignore[misc]
            lambda top=top: drive.services.trash.put(alice, top.id),  # type: ignore[misc]
        )
        assert found[1] == "done"
        assert found[0] in ("done", "NotFound")
    assert_sound(drive)


def test_a_cycle_is_refused_in_words(drive: Drive, alice: User) -> None:
    top, end = chain(drive, alice, "top", depth=3)
    with pytest.raises(Cycle, match="copied into itself"):
        one(drive, alice, "copy", top, to=end.id)
    with pytest.raises(Cycle, match="moved into itself"):
        one(drive, alice, "move", top, to=end.id)
