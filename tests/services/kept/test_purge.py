"""Deleting for good: exact room, no bytes left, and safe to kill after every single write."""

from dataclasses import replace
from pathlib import Path

import pytest

from smartdrive.domain.clock import new_id
from smartdrive.domain.errors import NotFound
from smartdrive.domain.models import Node, User
from smartdrive.ports.table import Delete, Item, Put, Slice, Table, Unavailable
from smartdrive.records import keys, nodes, objects, rooms, versions
from tests.services.kept.kept_drive import DyingTable, KeptDrive, drive_in


def purge(drive: KeptDrive) -> None:
    drive.clock.forward(hours=1)
    while drive.upkeep.purge_due():
        assert drive.upkeep.purge_round()


def grow(drive: KeptDrive, files: int = 35) -> tuple[User, Node, Node]:
    """A folder with folders and files in it, one of them with three versions, and a file beside it."""
    alice = drive.person("alice")
    top = drive.folders.create(alice, "root", name="top")
    for at in range(files):
        drive.upload(alice, f"{at}.bin", b"x" * at, parent=top.id)
    inner = drive.folders.create(alice, top.id, name="inner")
    drive.folders.create(alice, inner.id, name="empty")
    for content in (b"one", b"four", b"three"):
        drive.upload(alice, "often.txt", content, parent=inner.id, conflict="replace")
    kept = drive.upload(alice, "kept.txt", b"kept")
    return alice, top, kept


def test_a_purged_tree_leaves_nothing_and_gives_its_room_back(drive: KeptDrive) -> None:
    alice, top, kept = grow(drive)
    assert drive.used(alice) == sum(range(35)) + 3 + 4 + 5 + 4
    drive.trash.put(alice, top.id)
    drive.trash.purge(alice, top.id)
    purge(drive)
    assert drive.used(alice) == 4
    assert drive.stored() == {kept.object}
    assert drive.rows("N#") == sorted([f"N#{alice.root}", f"N#{kept.id}", f"N#{kept.id}"])
    assert drive.rows("DOOM", "T#", "O#") == [f"O#{kept.object}"]
    assert drive.rows("IN#") == [f"IN#{alice.root}"]


def test_purging_is_taken_up_after_a_death_at_every_write(drive: KeptDrive, tmp_path: Path) -> None:
    """SECURITY 44: for every n, the n-th write fails before or after its effect; the next round finishes."""
    count = 0
    for after in (False, True):
        n = 0
        while True:
            n += 1
            with drive_in(tmp_path / f"{after}-{n}") as fresh:
                alice, top, kept = grow(fresh, 17)
                fresh.trash.put(alice, top.id)
                fresh.trash.purge(alice, top.id)
                fresh.clock.forward(hours=1)
                dying = DyingTable(fresh.table, n, after=after)
                try:
                    fresh.upkeep_on(dying).purge_round()
                except Unavailable:
                    count += 1
                    fresh.clock.forward(minutes=5)
                    purge(fresh)
                assert fresh.used(alice) == 4
                assert fresh.stored() == {kept.object}
                assert not fresh.rows("DOOM", "T#")
                assert not fresh.upkeep.purge_due()
                if not dying.died:
                    break
    assert count > 10


def test_files_that_share_bytes_lose_them_with_the_last(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    first = drive.upload(alice, "first", b"same")
    second = share_bytes(drive, alice, first)
    drive.trash.put(alice, first.id)
    drive.trash.purge(alice, first.id)
    purge(drive)
    assert drive.stored() == {first.object}
    assert drive.used(alice) == 4
    drive.trash.put(alice, second)
    drive.trash.purge(alice, second)
    purge(drive)
    assert not drive.stored()
    assert drive.used(alice) == 0


def share_bytes(drive: KeptDrive, alice: User, first: Node) -> str:
    """A second file on the bytes of the first."""
    second = replace(first, id=new_id(), name="second")
    drive.table.write(
        nodes.put_node(second),
        *nodes.claim_name(second),
        versions.put_version(second, by=alice.id, created=drive.clock()),
        objects.add_references(first.object),
        rooms.take(alice.id, 4),
    )
    return second.id


def test_both_files_of_shared_bytes_may_go_in_one_folder(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    first = drive.upload(alice, "first", b"same")
    second = share_bytes(drive, alice, first)
    folder = drive.folders.create(alice, "root", name="both")
    drive.items.change(alice, first.id, kind="file", parent=folder.id)
    drive.items.change(alice, second, kind="file", parent=folder.id)
    drive.trash.put(alice, folder.id)
    drive.trash.purge(alice, folder.id)
    purge(drive)
    assert not drive.stored()
    assert drive.used(alice) == 0


def test_an_emptied_trash_goes_but_not_what_came_in_later(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    old = [drive.upload(alice, f"{at}", b"12345") for at in range(70)]
    for file in old:
        drive.trash.put(alice, file.id)
    drive.trash.empty(alice)
    late = drive.upload(alice, "late", b"late")
    drive.trash.put(alice, late.id)
    purge(drive)
    assert drive.used(alice) == 4
    assert [row.node for row in drive.trash.page(alice).items] == [late.id]
    drive.trash.restore(alice, late.id)


def test_trash_goes_after_its_days_also_when_the_worker_stood_still(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    first, second = drive.upload(alice, "first", b"1"), drive.upload(alice, "second", b"22")
    drive.trash.put(alice, first.id)
    drive.clock.forward(days=3)
    drive.trash.put(alice, second.id)
    drive.clock.forward(days=26, hours=23)
    assert drive.upkeep.sweep_round()
    assert not drive.upkeep.purge_due()
    drive.clock.forward(days=2)
    assert drive.upkeep.sweep_round()
    purge(drive)
    assert drive.used(alice) == 2
    drive.clock.forward(days=300)
    assert drive.upkeep.sweep_round()
    purge(drive)
    assert drive.used(alice) == 0


def test_a_thing_restored_and_trashed_again_gets_its_days_anew(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    file = drive.upload(alice, "file", b"1")
    drive.trash.put(alice, file.id)
    drive.clock.forward(days=20)
    drive.trash.restore(alice, file.id)
    drive.trash.put(alice, file.id)
    drive.clock.forward(days=20)
    drive.upkeep.sweep_round()
    assert not drive.upkeep.purge_due()
    assert [row.node for row in drive.trash.page(alice).items] == [file.id]


def test_an_index_that_lags_does_not_cut_the_days_of_a_thing_trashed_again(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    file = drive.upload(alice, "file", b"1")
    drive.trash.put(alice, file.id)
    rows = [item for item in drive.table.walk() if str(item["pk"]).startswith("T#")]
    drive.clock.forward(days=25)
    drive.trash.restore(alice, file.id)
    drive.trash.put(alice, file.id)
    drive.clock.forward(days=10)
    drive.upkeep_on(StaleIndex(drive.table, rows)).sweep_round()
    assert not drive.upkeep.purge_due()
    assert [row.node for row in drive.trash.page(alice).items] == [file.id]


def test_an_index_that_lags_purges_nothing_that_was_restored(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    file = drive.upload(alice, "file", b"1")
    drive.trash.put(alice, file.id)
    rows = [item for item in drive.table.walk() if str(item["pk"]).startswith("T#")]
    drive.trash.restore(alice, file.id)
    drive.clock.forward(days=40)
    stale = StaleIndex(drive.table, rows)
    drive.upkeep_on(stale).sweep_round()
    assert drive.tree.load(alice, file.id).node.state == "live"
    assert not drive.upkeep.purge_due()


def test_what_was_trashed_by_itself_outlives_its_folder(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    folder = drive.folders.create(alice, "root", name="folder")
    file = drive.upload(alice, "file", b"12", parent=folder.id)
    drive.trash.put(alice, file.id)
    drive.trash.put(alice, folder.id)
    drive.trash.purge(alice, folder.id)
    purge(drive)
    back = drive.trash.restore(alice, file.id)
    home = drive.tree.node(back.parent)
    assert home is not None
    assert (home.name, home.parent) == (folder.name, alice.root), "its folder was made again"
    assert drive.used(alice) == 2


def test_nothing_comes_into_a_folder_that_is_being_taken_down(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    top = drive.folders.create(alice, "root", name="top")
    inner = drive.folders.create(alice, top.id, name="inner")
    late = drive.begin(alice, "late", b"12", parent=inner.id)
    drive.trash.put(alice, top.id)
    drive.trash.purge(alice, top.id)
    purge(drive)
    with pytest.raises(NotFound):
        drive.finish(alice, late, b"12")
    assert late.upload is not None
    drive.uploads.cancel(alice, late.upload.id)
    assert drive.used(alice) == 0


def test_links_end_with_what_they_lead_to(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    folder = drive.folders.create(alice, "root", name="folder")
    file = drive.upload(alice, "file", b"12", parent=folder.id)
    drive.shares.create(alice, folder.id)
    drive.shares.create(alice, file.id)
    drive.trash.put(alice, folder.id)
    drive.trash.purge(alice, folder.id)
    purge(drive)
    assert not drive.rows("S#", "LINKS#")


def test_cancelled_uploads_are_cleared_once_more_when_their_addresses_have_died(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    begun = drive.begin(alice, "file", b"12")
    assert begun.upload is not None
    drive.uploads.cancel(alice, begun.upload.id)
    assert not drive.upkeep.purge_due()
    drive.disk.plan_put(begun.upload.key, size=2, part_size=2)
    drive.clock.forward(minutes=16)
    assert drive.upkeep.purge_round()
    assert not drive.stored()
    assert not drive.rows("DOOM")


class StaleIndex:
    """A table whose global index g1 answers with old rows."""

    def __init__(self, table: Table, rows: list[Item]) -> None:
        self._table, self._rows = table, rows

    def __getattr__(self, name: str) -> object:
        return getattr(self._table, name)

    def query(self, pk: str, **how: object) -> Slice:
        found = self._table.query(pk, **how)  # type: ignore[arg-type]
        if how.get("index") == "g1":
            found.items.extend(row for row in self._rows if row.get("g1") == pk)
        return found


def test_a_row_of_references_that_is_lost_does_not_stop_a_purge(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    file = drive.upload(alice, "file", b"12")
    drive.table.write(Delete(keys.references(file.object)))
    drive.trash.put(alice, file.id)
    drive.trash.purge(alice, file.id)
    purge(drive)
    assert drive.used(alice) == 0
    assert not drive.stored()


def test_a_due_row_of_nothing_is_dropped(drive: KeptDrive) -> None:
    key = keys.due_purge("a" * 26)
    drive.table.write(Put({"pk": key.pk, "sk": key.sk, "node": "a" * 26}))
    purge(drive)
    assert not drive.rows("DUE")
