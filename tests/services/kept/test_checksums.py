"""Checksums: right, computed once, and never in the way of a deletion."""

import zlib

import pytest

from smartdrive.records import objects
from smartdrive.services.locks import Turn
from smartdrive.services.settling import READ_WHOLE
from tests.services.kept.kept_drive import KeptDrive, sha256

LARGE = READ_WHOLE + 1


@pytest.mark.parametrize(("size", "due"), [(0, False), (11, False), (READ_WHOLE, False), (LARGE, True)])
def test_every_upload_gets_its_checksums_a_small_one_at_once(drive: KeptDrive, size: int, *, due: bool) -> None:
    alice = drive.person("alice")
    contents = {f"{at}": bytes([at]) * size for at in range(3)}
    files = {name: drive.upload(alice, name, content) for name, content in contents.items()}
    assert drive.upkeep.checksum_round() == due
    for name, content in contents.items():
        sums = objects.read_checksums(drive.table, files[name].object)
        assert (sums.sha256, sums.crc32) == (sha256(content), f"{zlib.crc32(content):08x}")
    assert not drive.upkeep.checksum_round()


def test_missing_bytes_are_logged_and_do_not_stop_the_others(
    drive: KeptDrive, caplog: pytest.LogCaptureFixture
) -> None:
    alice = drive.person("alice")
    content = b"12" * LARGE
    files = [drive.upload(alice, f"{at}", content) for at in range(3)]
    drive.disk.delete(files[1].object)
    assert drive.upkeep.checksum_round()
    assert not drive.upkeep.summing.any_due()
    assert objects.read_checksums(drive.table, files[2].object).sha256 == sha256(content)
    assert [record.object for record in caplog.records] == [files[1].object]


def test_a_file_deleted_meanwhile_is_passed_over(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    content = b"3" * LARGE
    file, other = drive.upload(alice, "file", content), drive.upload(alice, "other", content)

    class Deleting(Turn):
        def keep(self) -> bool:
            if drive.tree.node(file.id):
                drive.trash.put(alice, file.id)
                drive.trash.purge(alice, file.id)
                drive.upkeep.purge.run(drive.turn())
            return True

    drive.upkeep.summing.run(Deleting(drive.clock))
    assert not drive.upkeep.summing.any_due()
    assert not drive.table.get(objects.keys.references(file.object))
    assert objects.read_checksums(drive.table, other.object).sha256 == sha256(content)


def test_a_stop_within_a_file_ends_at_once_and_the_next_round_does_it(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    file = drive.upload(alice, "file", b"x" * 2_000_000)

    class Stopping(Turn):
        def keep(self) -> bool:
            return False

        def go_on(self) -> bool:
            return not objects.read_checksums(drive.table, file.object).sha256 and next(asked)

    asked = iter([True] * 10 + [False] * 100)
    drive.upkeep.summing.run(Stopping(drive.clock))
    assert not objects.read_checksums(drive.table, file.object).sha256
    assert drive.upkeep.checksum_round()
    assert objects.read_checksums(drive.table, file.object).sha256 == sha256(b"x" * 2_000_000)
