"""fsck: silent about a sound drive whatever has happened in it, and right about each thing that is broken."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest

from smartdrive.domain.models import Node, User
from smartdrive.ports.objects import Stored
from smartdrive.ports.table import Action, Change, Delete, Put, Value
from smartdrive.records import keys, nodes, tokens, words
from smartdrive.services.fsck import Report
from smartdrive.storage.disk import Disk
from tests.faulty_table import FaultyTable
from tests.services.kept.kept_drive import KeptDrive

NONE = timedelta(0)


def check(drive: KeptDrive, during: Callable[[float], None] = lambda _: None, **how: bool) -> Report:
    drive.clock.forward(days=2)
    return replace(drive.services.fsck, wait=during).run(grace=NONE, **how)


def rules(report: Report) -> set[tuple[str, str]]:
    return {(finding.rule, finding.subject) for finding in report.findings}


def busy(drive: KeptDrive) -> tuple[User, Node, Node]:
    """A drive in which everything has happened once."""
    alice = drive.person("alice")
    drive.person("bob")
    folder = drive.folders.create(alice, "root", name="folder")
    inner = drive.folders.create(alice, folder.id, name="inner")
    file = drive.upload(alice, "file", b"12345", parent=inner.id)
    drive.upload(alice, "twice", b"1")
    drive.upload(alice, "twice", b"22", conflict="replace")
    drive.begin(alice, "open", b"123")
    cancelled = drive.begin(alice, "cancelled", b"1234")
    assert cancelled.upload is not None
    drive.uploads.cancel(alice, cancelled.upload.id)
    gone = drive.upload(alice, "gone", b"12")
    drive.trash.put(alice, gone.id)
    drive.shares.create(alice, file.id)
    lost = drive.folders.create(alice, "root", name="lost")
    drive.upload(alice, "below", b"12", parent=lost.id)
    drive.trash.put(alice, lost.id)
    drive.trash.purge(alice, lost.id)
    drive.services.tokens.make(alice, name="backup", scope="read", expires=None)
    return alice, inner, file


def test_a_drive_in_use_is_sound(drive: KeptDrive) -> None:
    """SECURITY 43."""
    busy(drive)
    report = check(drive)
    assert report.clean
    assert report.checked["files"] == 4
    assert set(report.skipped) == {"I1", "I8"}
    drive.upkeep.checksum_round()
    drive.upkeep.purge_round()
    assert check(drive, deep=True).clean


def test_fsck_writes_nothing_unless_asked(drive: KeptDrive) -> None:
    alice, _, _ = busy(drive)
    drive.table.write(Change(keys.room(alice.id), add={"free": -7}))
    drive.disk.put("o" + "a" * 26, BytesIO(b"lost"), size=4)
    before, stored = list(drive.table.walk()), drive.stored()
    assert not check(drive).clean
    assert [row for row in drive.table.walk() if row["sk"] != "CHECKED"] == before
    assert drive.stored() == stored


def test_what_heals_before_the_second_look_is_no_finding(drive: KeptDrive) -> None:
    alice, _, _ = busy(drive)
    room = keys.room(alice.id)
    drive.table.write(Change(room, add={"free": -7}))
    report = check(drive, during=lambda _: drive.table.write(Change(room, add={"free": 7})) and None)
    assert report.clean


def test_i1_changed_bytes(drive: KeptDrive) -> None:
    _, _, file = busy(drive)
    drive.upkeep.checksum_round()
    path = drive.services.settings.data / "objects" / drive.disk.path(file.object)
    path.write_bytes(b"12346")
    assert check(drive).clean
    assert rules(check(drive, deep=True)) == {("I1", file.object)}


def test_i2_missing_or_cut_bytes(drive: KeptDrive) -> None:
    alice, _, file = busy(drive)
    other = drive.upload(alice, "other", b"12345")
    drive.disk.delete(file.object)
    path = drive.services.settings.data / "objects" / drive.disk.path(other.object)
    path.write_bytes(b"123")
    assert rules(check(drive)) == {("I2", file.object), ("I2", other.object)}


def test_i2_bytes_that_were_sent_twice_are_listed_twice_and_sound(drive: KeptDrive) -> None:
    """A listing of S3 adds up all versions of a key; a part whose answer was lost is sent again."""
    busy(drive)

    class Twice(Disk):
        def keys(self, prefix: str = "") -> Iterator[Stored]:
            yield from (replace(each, size=2 * each.size) for each in super().keys(prefix))

    settings = drive.services.settings
    disk = Twice(settings.data, key=b"k" * 32, base_url=settings.public_url, clock=drive.clock)
    assert replace(drive.services.fsck, objects=disk).run(grace=timedelta(days=1), between=0).clean


def test_i2_a_version_that_is_gone(drive: KeptDrive) -> None:
    _, _, file = busy(drive)
    drive.table.write(Delete(keys.version(file.id, file.version)))
    found = rules(check(drive))
    assert ("I2", file.id) in found
    assert ("I2", file.object) in found


def test_i2_references_counted_wrongly(drive: KeptDrive) -> None:
    _, _, file = busy(drive)
    drive.table.write(Change(keys.references(file.object), add={"refs": 1}))
    assert rules(check(drive)) == {("I2", file.object)}


def test_i3_and_i9_what_nobody_knows_and_their_repair(drive: KeptDrive) -> None:
    busy(drive)
    drive.disk.put("o" + "a" * 26, BytesIO(b"lost"), size=4)
    drive.disk.plan_put("o" + "b" * 26, size=100, part_size=10)
    young = replace(drive.services.fsck, wait=lambda _: None).run(grace=timedelta(days=9000))
    assert young.clean
    assert rules(check(drive)) == {("I3", "o" + "a" * 26), ("I9", "o" + "b" * 26)}
    assert check(drive, repair=True).clean
    assert not check(drive).findings


@pytest.mark.parametrize("off", [7, -7])
def test_i4_a_room_that_is_off_and_its_repair(drive: KeptDrive, off: int) -> None:
    alice, _, _ = busy(drive)
    used = drive.used(alice)
    drive.table.write(Change(keys.room(alice.id), add={"free": off}))
    assert rules(check(drive)) == {("I4", alice.id)}
    report = check(drive, repair=True)
    assert report.clean
    assert rules(report) == {("I4", alice.id)}
    assert drive.used(alice) == used
    assert not check(drive).findings


def test_i4_a_room_used_meanwhile_is_not_repaired(drive: KeptDrive) -> None:
    alice, _, _ = busy(drive)
    drive.table.write(Change(keys.room(alice.id), add={"free": -7}))
    fsck = replace(drive.services.fsck, wait=lambda _: None)
    found = fsck.run(grace=NONE).findings
    drive.upload(alice, "meanwhile", b"12")
    assert [fsck._refit(each) for each in found if each.rule == "I4"] == [False]


def test_i5_an_entry_of_nothing_and_a_file_without_entry(drive: KeptDrive) -> None:
    _, inner, file = busy(drive)
    drive.table.write(Delete(keys.entry(inner.id, kind="file", name="file")))
    assert rules(check(drive)) == {("I5", file.id)}
    drive.table.write(Put(nodes.entry_item(replace(file, id="a" * 26, name="ghost"))))
    assert rules(check(drive)) == {("I5", file.id), ("I5", "a" * 26)}


def test_i5_what_search_knows_is_mended(drive: KeptDrive) -> None:
    """A word that is missing, one of an older name, and those of what is gone."""
    alice, _, file = busy(drive)
    other = drive.upload(alice, "some other name", b"1")
    kept = {(row["pk"], row["sk"]) for row in drive.table.walk()}
    drive.table.write(
        *words.leave(file),
        *words.enter(replace(other, name="older name of it")),
        *words.enter(replace(file, id="e" * 26, name="ghost of a file")),
    )
    broken = {("I5", file.id), ("I5", other.id), ("I5", "e" * 26)}
    assert rules(check(drive)) == broken
    report = check(drive, repair=True)
    assert (report.clean, rules(report)) == (True, broken)
    assert not check(drive).findings
    assert {(row["pk"], row["sk"]) for row in drive.table.walk()} == kept | {("DRIVE", "CHECKED")}


def test_i5_what_search_knows_is_left_alone_when_the_name_changes_meanwhile(drive: KeptDrive) -> None:
    alice, _, file = busy(drive)
    drive.table.write(*words.leave(file))
    items = drive.services.items

    class Renamed(FaultyTable):
        """Somebody gives the file another name just before search is mended."""

        def write(self, *actions: Action) -> dict[str, Value]:
            items.change(alice, file.id, kind="file", name="renamed")
            return super().write(*actions)

    fsck = replace(drive.services.fsck, table=Renamed(drive.table), wait=lambda _: None)
    assert not fsck.run(grace=NONE, repair=True).repaired
    assert not check(drive).findings


def test_i5_a_folder_that_is_gone_and_folders_in_a_circle(drive: KeptDrive) -> None:
    alice, inner, _ = busy(drive)
    drive.table.write(Change(keys.node(inner.id), set={"parent": "b" * 26}))
    assert ("I5", inner.id) in rules(check(drive))
    one = drive.folders.create(alice, "root", name="one")
    two = drive.folders.create(alice, one.id, name="two")
    drive.table.write(Change(keys.node(one.id), set={"parent": two.id}))
    assert ("I5", min(one.id, two.id)) in rules(check(drive))


def test_i5_a_second_top_folder(drive: KeptDrive) -> None:
    _, inner, _ = busy(drive)
    drive.table.write(nodes.put_node(replace(inner, id="c" * 26, parent="")))
    assert rules(check(drive)) == {("I5", "c" * 26)}


def test_i5_an_access_token_of_nobody(drive: KeptDrive) -> None:
    alice, _, _ = busy(drive)
    token, _ = drive.services.tokens.make(alice, name="backup", scope="read", expires=None)
    drive.table.write(tokens.put_token(replace(token, user="d" * 26)))
    assert rules(check(drive)) == {("I5", token.id)}


def test_i5_in_no_trash_and_never_taken_down(drive: KeptDrive) -> None:
    alice, _, _ = busy(drive)
    drive.upkeep.purge_round()
    one, two = drive.upload(alice, "one", b"1"), drive.upload(alice, "two", b"2")
    moment = drive.trash.put(alice, one.id).trashed
    drive.trash.put(alice, two.id)
    drive.trash.purge(alice, two.id)
    assert moment is not None
    drive.table.write(Delete(keys.trashed(alice.id, moment=moment, node_id=one.id)))
    drive.table.write(Delete(keys.due_purge(two.id)))
    assert rules(check(drive)) == {("I5", one.id), ("I5", two.id)}


def test_i6_a_file_and_a_folder_of_one_name(drive: KeptDrive) -> None:
    _, inner, file = busy(drive)
    twin = replace(file, id="d" * 26, name="INNER", parent=inner.parent)
    drive.table.write(nodes.put_node(twin), Put(nodes.entry_item(twin)))
    found = rules(check(drive))
    assert ("I6", twin.id) in found
    assert ("I6", inner.id) in found
