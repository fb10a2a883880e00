"""Copies by reference: whole trees, exact room, jobs that can be killed at every write."""

from typing import Any

import pytest

from smartdrive.domain.errors import Cycle, Forbidden, NotFound, OverQuota
from smartdrive.domain.models import Node, User
from smartdrive.ports.table import Contended, Slice, Table
from smartdrive.records import jobs, keys
from smartdrive.services.copying import Copying, CopyWish
from tests.services.kept.copies import assert_sound, begin, grow, tree_of, work
from tests.services.kept.kept_drive import KeptDrive


class Contending:
    """A table where one partition cannot be read now."""

    def __init__(self, table: Table, pk: str) -> None:
        self._table, self._pk = table, pk

    def __getattr__(self, name: str) -> object:
        return getattr(self._table, name)

    def query(self, pk: str, **how: Any) -> Slice:
        if pk == self._pk:
            raise Contended
        return self._table.query(pk, **how)


def grow_named(drive: KeptDrive, user: User, name: str) -> Node:
    folder = drive.folder(user, name)
    drive.upload(user, "a.txt", b"a", parent=folder.id)
    return folder


def test_a_small_folder_is_copied_at_once_with_all_below_it(drive: KeptDrive, alice: User) -> None:
    top = grow(drive, alice)
    used, objects = drive.used(alice), drive.stored()
    copy = drive.copy(alice, top.id)
    assert copy.name == "top (1)"
    assert tree_of(drive, alice, copy.id) == tree_of(drive, alice, top.id)
    assert (drive.used(alice), drive.stored()) == (2 * used, objects)
    assert_sound(drive)
    assert not drive.upkeep.copy_round(), "nothing is left for the worker"


def test_checksums_of_a_copy_are_known_at_once(drive: KeptDrive, alice: User) -> None:
    file = drive.upload(alice, "a.txt", b"hello")
    copy = drive.copy(alice, file.id, name="b.txt")
    assert drive.services.files.checksums(copy).sha256 == drive.services.files.checksums(file).sha256 != ""


def test_a_large_folder_is_a_job_of_the_worker(drive: KeptDrive, alice: User) -> None:
    top = grow(drive, alice)
    begun = begin(drive, alice, top)
    progress = drive.services.jobs.read(alice, begun.job)
    assert (progress.job.state, progress.job.done, progress.results) == ("running", 1, ())
    work(drive)
    progress = drive.services.jobs.read(alice, begun.job)
    assert (progress.job.state, progress.job.done, progress.job.total) == ("done", 30, 30)
    assert [(each.id, each.code, each.copy) for each in progress.results] == [(top.id, "", begun.node.id)]
    assert tree_of(drive, alice, begun.node.id) == tree_of(drive, alice, top.id)
    assert_sound(drive)


def test_a_job_is_its_owners_for_a_week_after_its_end(drive: KeptDrive, alice: User) -> None:
    """SECURITY 16, 51."""
    begun = begin(drive, alice, grow(drive, alice, 2))
    with pytest.raises(NotFound):
        drive.services.jobs.read(drive.person("carol"), begun.job)
    work(drive)
    drive.clock.forward(days=6.9)
    assert drive.services.jobs.read(alice, begun.job).job.state == "done"
    drive.clock.forward(days=0.2)
    with pytest.raises(NotFound):
        drive.services.jobs.read(alice, begun.job)


def test_what_comes_into_being_meanwhile_is_not_copied_nor_the_copy_itself(drive: KeptDrive, alice: User) -> None:
    """Moved into its own original while it fills, the copy would go on for ever."""
    top = grow(drive, alice)
    whole = tree_of(drive, alice, top.id)
    begun = begin(drive, alice, top)
    drive.clock.forward(seconds=31)
    drive.upload(alice, "late.txt", b"late", parent=top.id)
    drive.items.change(alice, begun.node.id, kind="folder", parent=top.id)
    work(drive)
    assert tree_of(drive, alice, begun.node.id) == whole
    assert_sound(drive)


def test_what_a_machine_with_a_clock_ahead_made_is_copied(drive: KeptDrive, alice: User) -> None:
    drive.clock.forward(seconds=29)
    top = grow(drive, alice)
    drive.clock.forward(seconds=-29)
    copy = drive.copy(alice, top.id)
    assert tree_of(drive, alice, copy.id) == tree_of(drive, alice, top.id)
    begun = begin(drive, alice, copy)
    work(drive)
    assert tree_of(drive, alice, begun.node.id) == tree_of(drive, alice, top.id)
    assert_sound(drive)


def test_two_jobs_that_lie_in_each_others_originals_come_to_an_end(drive: KeptDrive, alice: User) -> None:
    top = grow(drive, alice, 2)
    one = begin(drive, alice, top)
    two = begin(drive, alice, one.node, parent=top.id)
    for _ in range(50):
        for each in (one, two):
            job = drive.services.jobs.read(alice, each.job).job
            drive.services.copying.filling.fill(job, drive.turn(), most=1)
    assert jobs.due_jobs(drive.table) == []
    assert set(tree_of(drive, alice, one.node.id)) == {"0.bin", "0 (1).bin", "1.bin", "inner"}
    assert_sound(drive)


def test_a_copy_that_cannot_go_on_now_keeps_no_other_waiting(drive: KeptDrive, alice: User) -> None:
    """Rows of one of them are written by others all the time."""
    begun = [begin(drive, alice, grow_named(drive, alice, name)) for name in ("one", "two", "three")]
    first = jobs.due_jobs(drive.table)[0]
    stuck = Contending(drive.table, keys.job(first).pk)
    upkeep = drive.upkeep_on(stuck)  # type: ignore[arg-type]
    assert upkeep.copy_round()
    assert jobs.due_jobs(drive.table) == [first]
    assert not upkeep.copy_round(), "the worker takes a breath"
    work(drive)
    assert {drive.services.jobs.read(alice, each.job).job.state for each in begun} == {"done"}
    assert_sound(drive)


def test_when_room_runs_out_what_was_copied_stays_and_is_named(drive: KeptDrive, alice: User) -> None:
    """SECURITY 46."""
    top = drive.folder(alice, "top")
    for at in range(4):
        drive.upload(alice, f"{at}.bin", b"x" * 1_500_000, parent=top.id)
    begun = begin(drive, alice, top)
    work(drive)
    progress = drive.services.jobs.read(alice, begun.job)
    assert (progress.job.state, progress.job.code) == ("failed", "over_quota")
    assert progress.why is not None
    assert "“top (1)”" in progress.why.title
    assert drive.names(alice, begun.node.id) == ["0.bin", "1.bin"]
    assert drive.used(alice) == 6 * 1_500_000
    assert [each.code for each in progress.results] == ["over_quota"]
    with pytest.raises(OverQuota, match="copied into"):
        drive.copy(alice, top.id)
    assert not drive.upkeep.copy_round()
    assert_sound(drive)


def test_a_copy_that_is_deleted_while_it_fills_ends(drive: KeptDrive, alice: User) -> None:
    top = grow(drive, alice)
    begun = begin(drive, alice, top)
    drive.trash.put(alice, begun.node.id)
    work(drive)
    progress = drive.services.jobs.read(alice, begun.job)
    assert (progress.job.state, progress.job.code) == ("failed", "not_found")
    drive.trash.purge(alice, begun.node.id)
    drive.clock.forward(hours=1)
    while drive.upkeep.purge_due():
        drive.upkeep.purge_round()
    assert_sound(drive)


def test_an_original_that_is_purged_while_it_is_copied_costs_nothing(drive: KeptDrive, alice: User) -> None:
    top = grow(drive, alice)
    begun = begin(drive, alice, top)
    drive.trash.put(alice, top.id)
    drive.trash.purge(alice, top.id)
    drive.clock.forward(hours=1)
    drive.upkeep.purge_round()
    work(drive)
    assert drive.services.jobs.read(alice, begun.job).job.state == "done"
    assert_sound(drive)


def test_a_folder_is_never_copied_into_itself(drive: KeptDrive, alice: User) -> None:
    top = grow(drive, alice, 1)
    inner = drive.folders.find(top, ["inner"])
    for into in (top.id, inner.id):
        with pytest.raises(Cycle):
            drive.copy(alice, top.id, parent=into)
    with pytest.raises(Forbidden):
        drive.copy(alice, alice.root)


def test_nobody_copies_what_is_somebody_elses(drive: KeptDrive, alice: User) -> None:
    """SECURITY 16."""
    carol, file = drive.person("carol"), drive.upload(alice, "a.txt", b"hello")
    copying: Copying = drive.services.copying
    for node_id, parent in ((file.id, "root"), (drive.upload(carol, "b", b"b").id, alice.root)):
        with pytest.raises(NotFound):
            copying.one(carol, node_id, kind="file", wish=CopyWish(parent, "ask"))
