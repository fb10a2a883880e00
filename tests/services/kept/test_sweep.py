"""Sweeping: uploads nobody goes on with, links past their end, bytes nobody knows; and nothing else."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest

from smartdrive.domain.errors import NotFound
from smartdrive.ports.objects import Grant
from smartdrive.services.sweep import GRACE
from tests.services.kept.kept_drive import KeptDrive

NONE = timedelta(0)


def later(drive: KeptDrive) -> None:
    """The disk has its own idea of time: bytes are as old as their files."""
    drive.clock.forward(days=9000)


def test_an_upload_untouched_for_a_week_gives_its_room_back_once(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    begun = drive.begin(alice, "file", b"x" * 1000)
    assert begun.upload is not None
    drive.clock.forward(days=6, hours=23)
    drive.upkeep.sweep_round()
    assert drive.used(alice) == 1000
    drive.clock.forward(hours=2)
    drive.upkeep.sweep_round()
    drive.upkeep.sweep_round()
    assert drive.used(alice) == 0
    assert not drive.stored()
    with pytest.raises(NotFound):
        drive.uploads.state(alice, begun.upload.id)


def test_an_upload_that_goes_on_is_left_alone(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    begun = drive.begin(alice, "file", b"12")
    assert begun.upload is not None
    drive.clock.forward(days=5)
    drive.uploads.sign(alice, begun.upload.id, numbers=[1])
    drive.clock.forward(days=5)
    drive.upkeep.sweep_round()
    assert drive.finish(alice, begun, b"12").size == 2


def test_uploads_of_a_drive_that_stood_still_for_a_year_are_swept(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    drive.upkeep.sweep_round()
    drive.begin(alice, "file", b"12")
    drive.clock.forward(days=370)
    drive.upkeep.sweep_round()
    assert drive.used(alice) == 0


def test_links_past_their_end_are_forgotten_and_counted_off(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    file = drive.upload(alice, "file", b"12")
    drive.shares.create(alice, file.id)
    kept = drive.shares.create(alice, file.id, expires=drive.clock() + timedelta(days=30))
    drive.clock.forward(days=8)
    drive.upkeep.sweep_round()
    assert [shown.link.id for shown in drive.shares.page(alice).items] == [kept.link.id]
    assert drive.tree.load(alice, file.id).node.links == 1


def test_only_bytes_that_nobody_knows_are_orphans(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    file = drive.upload(alice, "file", b"12")
    opened = drive.begin(alice, "open", b"123")
    trashed = drive.upload(alice, "trashed", b"1234")
    drive.trash.put(alice, trashed.id)
    cancelled = drive.begin(alice, "cancelled", b"12345")
    assert opened.upload is not None
    assert cancelled.upload is not None
    drive.uploads.cancel(alice, cancelled.upload.id)
    drive.disk.plan_put(cancelled.upload.key, size=5, part_size=5)
    drive.disk.put("o" + "a" * 26, BytesIO(b"lost"), size=4)
    drive.disk.plan_put("o" + "b" * 26, size=100, part_size=10)
    drive.disk.accept(Grant("PUT", opened.upload.key, part=1, length=3), BytesIO(b"123"))
    drive.clock.moment = now_on_disk(drive)
    assert drive.upkeep.sweep.orphans(drive.turn(), grace=NONE) == {"o" + "a" * 26, "o" + "b" * 26}
    known = {file.object, opened.upload.key, trashed.object, cancelled.upload.key}
    assert drive.stored() == known


def test_young_bytes_are_no_orphans_yet(drive: KeptDrive) -> None:
    drive.disk.put("o" + "a" * 26, BytesIO(b"lost"), size=4)
    drive.clock.moment = now_on_disk(drive)
    assert drive.upkeep.sweep.orphans(drive.turn()) == set()
    drive.clock.forward(seconds=GRACE.total_seconds() + 1)
    assert drive.upkeep.sweep.orphans(drive.turn()) == {"o" + "a" * 26}


def now_on_disk(drive: KeptDrive) -> datetime:
    return max(each.modified for each in drive.disk.keys("")) + timedelta(seconds=1)


def test_all_of_storage_is_looked_through_once_a_day(drive: KeptDrive) -> None:
    drive.upkeep.sweep_round()
    stray = drive.disk.plan_put("o" + "a" * 26, size=1, part_size=1)
    drive.clock.forward(hours=11)
    drive.upkeep.sweep_round()
    (left,) = drive.disk.keys()
    assert left.key == stray.key
    drive.clock.forward(days=9000)
    drive.upkeep.sweep_round()
    assert list(drive.disk.keys()) == []
