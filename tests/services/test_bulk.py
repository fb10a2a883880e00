"""Many things at once: each whole or not at all, in few calls, whatever becomes of the others."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smartdrive.domain.errors import BadInput, Cycle, DriveError, Exists, Forbidden, NotFound, OverQuota
from smartdrive.domain.models import Node, User
from smartdrive.services.bulk import Action, Wanted
from tests.faulty_table import FaultyTable
from tests.services.drive import Drive, make_drive


def run(drive: Drive, user: User, action: Action, *things: Node | str, **more: Any) -> list[object]:
    """What became of each: the type of the refusal, `skipped`, or the name it has now."""
    ids = [each if isinstance(each, str) else each.id for each in things]
    answer = drive.services.bulk.run(user, Wanted(action, ids, **more))
    assert list(answer.outcomes) == list(dict.fromkeys(ids))
    return [
        type(way) if isinstance(way, DriveError) else "skipped" if way.skipped else way.node.name
        for way in answer.outcomes.values()
    ]


def files(drive: Drive, user: User, count: int, *, parent: str = "root", first: int = 0) -> list[Node]:
    return [drive.store(user, f"{at:03}", parent=parent) for at in range(first, first + count)]


def assert_sound(drive: Drive) -> None:
    assert replace(drive.services.fsck, wait=lambda _: None).run().clean


def test_many_move_and_each_fails_alone(drive: Drive, alice: User, carol: User) -> None:
    some, to = files(drive, alice, 45), drive.folder(alice, "to")
    folder, inside = drive.folder(alice, "folder"), drive.store(alice, "inside", parent=to.id)
    taken, hers = drive.store(alice, "007", parent=to.id), drive.store(carol, "hers")
    things = [*some, folder, inside, to, alice.root, hers, "a" * 26, "no id", some[3]]
    found = run(drive, alice, "move", *things, target=to.id)
    assert found[:7] == [node.name for node in some[:7]]
    assert found[7] is Exists
    assert found[45:] == ["folder", "inside", Cycle, Forbidden, NotFound, NotFound, NotFound]
    assert drive.names(alice) == ["to", "007"]
    assert len(drive.names(alice, to.id)) == 47
    assert drive.services.tree.file(alice, taken.id).parent == to.id
    assert_sound(drive)


@pytest.mark.parametrize("action", ["move", "copy"])
def test_a_choice_holds_for_all_of_them(drive: Drive, alice: User, action: Action) -> None:
    for conflict, outcome in (("ask", Exists), ("skip", "skipped"), ("keep_both", "000 (1)"), ("replace", "000")):
        some = files(drive, alice, 3)
        to = drive.folder(alice, f"to {conflict}")
        files(drive, alice, 2, parent=to.id)
        found = run(drive, alice, action, *some, target=to.id, conflict=conflict)
        assert found == [outcome, str(outcome).replace("0 ", "1 ") if conflict == "keep_both" else
                         "001" if conflict == "replace" else outcome, "002"]  # fmt: skip
        run(drive, alice, "trash", *[each.id for each in drive_page(drive, alice) if each.kind == "file"] or ["-"])
    assert_sound(drive)


def drive_page(drive: Drive, user: User, folder: str = "root") -> Sequence[Any]:
    return drive.services.folders.page(user, folder, sort="name", limit=200).page.items


def test_two_of_one_name_are_not_lost(drive: Drive, alice: User) -> None:
    one, two, to = (drive.folder(alice, name) for name in ("one", "two", "to"))
    twins = [drive.store(alice, name, parent=folder.id) for name, folder in (("a", one), ("A", two))]
    assert run(drive, alice, "copy", *twins, target=to.id, conflict="keep_both") == ["a", "A (1)"]
    assert run(drive, alice, "move", *twins, target=to.id) == [Exists, Exists]
    assert run(drive, alice, "move", *twins, target="root") == ["a", Exists]


def test_many_go_to_the_trash_and_come_back_to_where_they_were(drive: Drive, alice: User) -> None:
    outer = drive.folder(alice, "outer")
    inner = drive.folder(alice, "inner", parent=outer.id)
    deep, some = drive.store(alice, "deep", parent=inner.id), files(drive, alice, 40, parent=outer.id)
    things = [outer, deep, inner, *some]
    assert run(drive, alice, "trash", *things, alice.root, "a" * 26)[len(things) :] == [Forbidden, NotFound]
    assert drive.names(alice) == []
    assert set(run(drive, alice, "trash", *things)) == {NotFound}
    assert run(drive, alice, "restore", *things, "a" * 26) == [node.name for node in things] + [NotFound]
    assert drive.services.tree.file(alice, deep.id).parent == inner.id
    assert drive.services.tree.folder(alice, inner.id).parent == outer.id
    assert len(drive.names(alice, outer.id)) == 41
    assert_sound(drive)


def test_what_comes_back_together_lies_as_it_lay_in_folders_made_again(drive: Drive, alice: User) -> None:
    """The folder above all of it stays in the trash."""
    above = drive.folder(alice, "above")
    outer = drive.folder(alice, "outer", parent=above.id)
    inner = drive.folder(alice, "inner", parent=outer.id)
    deep, beside = drive.store(alice, "deep", parent=inner.id), drive.store(alice, "beside", parent=above.id)
    things = [deep, beside, outer]
    for each in (*things, above):
        run(drive, alice, "trash", each)
    assert run(drive, alice, "restore", *things) == ["deep", "beside", "outer"]
    [again] = drive_page(drive, alice)
    assert (again.name, again.id == above.id) == ("above", False)
    assert drive.names(alice, again.id) == ["outer", "beside"]
    assert drive.services.tree.folder(alice, outer.id).parent == again.id
    assert drive.names(alice, inner.id) == ["deep"]
    assert_sound(drive)


def test_who_finds_no_folder_has_it_made_again_and_a_taken_name_gets_a_number(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "folder")
    some = files(drive, alice, 25, parent=folder.id)
    run(drive, alice, "trash", *some)
    run(drive, alice, "trash", folder)
    again = drive.folder(alice, "folder")
    files(drive, alice, 1, parent=again.id)
    assert run(drive, alice, "restore", *some)[:2] == ["000 (1)", "001"]
    assert drive.names(alice) == ["folder"]
    assert len(drive.names(alice, again.id)) == 26
    drive.services.trash.empty(alice)
    assert run(drive, alice, "restore", folder) == [NotFound]
    assert_sound(drive)


def test_copies_that_do_not_fit_fail_alone_and_the_room_is_exact(tmp_path: Path) -> None:
    """SECURITY 46."""
    drive = make_drive(tmp_path / "data", quota=100)
    alice = drive.person("alice")
    some = [drive.store(alice, f"{size}", data=b"x" * size) for size in (30, 20, 0, 5)]
    to = drive.folder(alice, "to")
    found = run(drive, alice, "copy", *some, target=to.id)
    assert found == ["30", OverQuota, "0", "5"]
    assert drive.used(alice) == 55 + 35
    assert_sound(drive)


def test_copies_of_one_file_and_of_nested_folders(drive: Drive, alice: User) -> None:
    file, outer, to = drive.store(alice, "a"), drive.folder(alice, "outer"), drive.folder(alice, "to")
    same = drive.copy(alice, file.id)
    inner = drive.folder(alice, "inner", parent=outer.id)
    drive.store(alice, "deep", parent=inner.id)
    assert run(drive, alice, "copy", file, same, outer, inner, target=to.id) == ["a", "a (1)", "outer", "inner"]
    assert drive.names(alice, to.id) == ["inner", "outer", "a", "a (1)"]
    copied = {each.name: each.id for each in drive_page(drive, alice, to.id)}
    assert drive.names(alice, copied["inner"]) == ["deep"]
    assert drive.names(alice, copied["outer"]) == ["inner"]
    assert_sound(drive)


def test_what_a_job_leaves_to_the_worker_says_what_became_of_all(drive: Drive, alice: User) -> None:
    file, folder, to = drive.store(alice, "a"), drive.folder(alice, "folder"), drive.folder(alice, "to")
    drive.store(alice, "deep", parent=folder.id)
    taken = drive.store(alice, "taken")
    drive.folder(alice, "taken", parent=to.id)
    bulk = drive.services.bulk
    late = replace(bulk, copying=replace(bulk.copying, at_once=0))
    answer = late.run(alice, Wanted("copy", [file.id, folder.id, taken.id, "-"], to.id))
    assert answer.job is not None
    drive.services.upkeep.copy_round()
    progress = drive.services.jobs.read(alice, answer.job.id)
    assert {each.id: each.code for each in progress.results} == {
        file.id: "", folder.id: "", taken.id: "exists", "-": "not_found"
    }  # fmt: skip
    assert drive.names(alice, to.id) == ["folder", "taken", "a"]


def test_a_file_that_is_replaced_beside_a_large_folder_keeps_what_it_was(drive: Drive, alice: User) -> None:
    """The job fills the folder; the file is whole in the answer already, and remembered with the job."""
    file, folder, to = drive.store(alice, "a", data=b"new"), drive.folder(alice, "folder"), drive.folder(alice, "to")
    drive.store(alice, "deep", parent=folder.id)
    stood = drive.store(alice, "a", data=b"older", parent=to.id)
    bulk = drive.services.bulk
    late = replace(bulk, copying=replace(bulk.copying, at_once=0))
    answer = late.run(alice, Wanted("copy", [file.id, folder.id], to.id, "replace"))
    assert answer.job is not None
    assert drive.services.upkeep.copy_round()
    progress = drive.services.jobs.read(alice, answer.job.id)
    assert progress.job.state == "done"
    assert {each.id: each.copy for each in progress.results}[file.id] == stood.id
    now = drive.services.tree.file(alice, stood.id)
    assert [each.size for each in drive.services.versions.page(now).items] == [3, 5]
    assert drive.read(now) == b"new"
    assert drive.used(alice) == 3 + 5 + 5 + 3 + 5
    assert_sound(drive)


def test_wrong_requests_are_sentences(drive: Drive, alice: User) -> None:
    file = drive.store(alice, "a")
    for wanted in (
        Wanted("trash", []),
        Wanted("trash", ["a"] * 1001),
        Wanted("move", [file.id]),
        Wanted("trash", [file.id], "root"),
        Wanted("restore", [file.id], conflict="skip"),
        Wanted("star", [file.id], "root"),
        Wanted("trash", [file.id], starred=True),
    ):
        with pytest.raises(BadInput):
            drive.services.bulk.run(alice, wanted)
    for action in ("move", "copy"):
        for target in (file.id, "a" * 26):
            with pytest.raises(NotFound):
                drive.services.bulk.run(alice, Wanted(action, [file.id], target))  # type: ignore[arg-type]


@pytest.mark.parametrize("action", ["move", "copy", "trash", "restore", "star"])
def test_a_hundred_take_few_calls(tmp_path: Path, action: Action) -> None:
    """No call for each: of a hundred things at once at most a third as many calls as things."""
    sound = make_drive(tmp_path / "data")
    alice = sound.person("alice")
    some, to = files(sound, alice, 100), sound.folder(alice, "to")
    if action == "restore":
        run(sound, alice, "trash", *some)
    counted = FaultyTable(sound.table)
    drive = make_drive(tmp_path / "data", wrap=lambda _: counted)
    more = {"target": to.id} if action in ("move", "copy") else {}
    assert run(drive, alice, action, *some, **more) == [node.name for node in some]
    assert counted.calls <= 20
