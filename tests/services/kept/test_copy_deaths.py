"""Copies whose request or worker dies, or is not the only one: finished once, with exact room."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from smartdrive.domain.models import User
from smartdrive.ports.table import Unavailable
from smartdrive.services.copying import CopyWish
from tests.services.kept.copies import assert_sound, begin, grow, tree_of, work
from tests.services.kept.kept_drive import DyingTable, KeptDrive, drive_in


def test_the_worker_leaves_a_job_to_its_request_for_half_a_minute(drive: KeptDrive, alice: User) -> None:
    """SECURITY 44: the request died right after it had begun."""
    top = grow(drive, alice)
    dying = DyingTable(drive.table, 2, after=False)
    copying = drive.services.copying
    dead = replace(copying, table=dying, filling=replace(copying.filling, table=dying))
    with pytest.raises(Unavailable):
        dead.one(alice, top.id, kind="folder", wish=CopyWish("root", "keep_both"))
    assert not drive.upkeep.copy_round()
    drive.clock.forward(seconds=31)
    work(drive)
    assert tree_of(drive, alice, "root") == {name: tree_of(drive, alice, top.id) for name in ("top", "top (1)")}


def test_a_copy_is_taken_up_after_a_death_at_every_write(tmp_path: Path) -> None:
    """SECURITY 44: for every n, the n-th write fails before or after its effect; the next round finishes, once."""
    for after in (False, True):
        n = 0
        while True:
            n += 1
            with drive_in(tmp_path / f"{after}-{n}") as fresh:
                alice = fresh.person("alice")
                top = grow(fresh, alice, 21)
                used, whole = fresh.used(alice), tree_of(fresh, alice, top.id)
                begun = begin(fresh, alice, top)
                fresh.upload(alice, "1.BIN", b"mine", parent=begun.node.id)
                dying = DyingTable(fresh.table, n, after=after)
                try:
                    fresh.upkeep_on(dying).copy_round()  # type: ignore[arg-type]
                except Unavailable:
                    fresh.clock.forward(minutes=5)
                    work(fresh)
                mine = {"1.BIN": b"mine", "1 (1).bin": b"xx"}
                expected = {name: data for name, data in whole.items() if name != "1.bin"} | mine
                assert tree_of(fresh, alice, begun.node.id) == expected
                assert fresh.used(alice) == 2 * used + 4
                assert fresh.services.jobs.read(alice, begun.job).job.state == "done"
                assert_sound(fresh)
                if not dying.died:
                    break
        assert n > 20


def test_a_request_that_dies_at_any_write_leaves_nothing_half_done(tmp_path: Path) -> None:
    """SECURITY 44: a file that is replaced has both states or one; a folder is filled by the worker, or not there."""
    for after in (False, True):
        n = 0
        while True:
            n += 1
            with drive_in(tmp_path / f"{after}-{n}") as fresh:
                alice = fresh.person("alice")
                top, file, to = grow(fresh, alice, 21), fresh.upload(alice, "a", b"new"), fresh.folder(alice, "to")
                stood = fresh.upload(alice, "a", b"older", parent=to.id)
                dying = DyingTable(fresh.table, n, after=after)
                copying = fresh.services.copying
                dead = replace(copying, table=dying, filling=replace(copying.filling, table=dying))
                with suppress(Unavailable):
                    dead.many(alice, [top.id, file.id], wish=CopyWish(to.id, "replace"))
                fresh.clock.forward(minutes=5)
                work(fresh)
                found = tree_of(fresh, alice, to.id)
                assert found.pop("a") in (b"new", b"older")
                assert found in ({}, {"top": tree_of(fresh, alice, top.id)})
                states = fresh.services.versions.page(fresh.tree.file(alice, stood.id)).items
                assert [each.size for each in states] in ([3, 5], [5])
                assert_sound(fresh)
                if not dying.died:
                    break
        assert n > 3


def test_two_who_fill_one_copy_do_it_once(drive: KeptDrive, alice: User) -> None:
    """Another worker, whose lease this one's has just become, is faster between its look and its write."""
    top = grow(drive, alice)
    used = drive.used(alice)
    begun = begin(drive, alice, top)
    filling = drive.services.copying.filling
    table, faster = drive.table, [True]

    class Late:
        def __getattr__(self, name: str) -> object:
            return getattr(table, name)

        def write(self, *actions: object) -> object:
            if faster:
                faster.clear()
                filling.run(drive.turn())
            return table.write(*actions)  # type: ignore[arg-type]

    replace(filling, table=Late()).run(drive.turn())  # type: ignore[arg-type]
    assert tree_of(drive, alice, begun.node.id) == tree_of(drive, alice, top.id)
    assert drive.used(alice) == 2 * used
    assert_sound(drive)


def test_who_is_late_does_nothing_whatever_became_of_it_meanwhile(drive: KeptDrive, alice: User) -> None:
    """Only the cursor says so here: what the faster one copied has been deleted for good, and its names are free."""
    top = drive.folder(alice, "top")
    for at in range(25):
        drive.upload(alice, f"{at:02}", b"x", parent=top.id)
    begun = begin(drive, alice, top)
    filling, table = drive.services.copying.filling, drive.table
    faster, meant = [DyingTable(table, 2, after=False)], list[int]()

    class Late:
        def __getattr__(self, name: str) -> object:
            return getattr(table, name)

        def write(self, *actions: object) -> object:
            meant.append(len(actions))
            if faster:
                with pytest.raises(Unavailable):
                    replace(filling, table=faster.pop()).run(drive.turn())  # type: ignore[arg-type]
                assert drive.names(alice, begun.node.id) == drive.names(alice, top.id)[:16]
                delete_all(drive, alice, begun.node.id)
            return table.write(*actions)  # type: ignore[arg-type]

    replace(filling, table=Late()).run(drive.turn())  # type: ignore[arg-type]
    work(drive)
    assert meant[0] > 16 * 4, "it was about to copy a whole page"
    assert drive.names(alice, begun.node.id) == drive.names(alice, top.id)[16:]
    job = drive.services.jobs.read(alice, begun.job).job
    assert (job.state, job.done, job.total) == ("done", 26, 26)
    assert drive.used(alice) == 25 + 9
    assert_sound(drive)


def delete_all(drive: KeptDrive, alice: User, folder_id: str) -> None:
    """Delete for good what is in a folder."""
    for entry in drive.folders.page(alice, folder_id, sort="name", limit=99).page.items:
        drive.trash.put(alice, entry.id)
        drive.trash.purge(alice, entry.id)
    while drive.upkeep.purge_due():
        drive.upkeep.purge_round()
