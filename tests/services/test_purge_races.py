"""Two workers at one file: leases only save work, so whoever comes late must do no harm."""

from collections.abc import Sequence

import pytest

from smartdrive.domain.models import User
from smartdrive.ports.table import Item, Table
from smartdrive.records import due, keys, objects
from smartdrive.services.locks import Turn
from tests.services.drive import Drive


def test_a_version_goes_once_and_its_bytes_stay_for_who_shares_them(
    drive: Drive, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I1, I4."""
    file = drive.store(alice, "a.txt", data=b"shared")
    copy = drive.copy(alice, file.id, name="copy.txt")
    drive.store(alice, "a.txt", data=b"newer", conflict="replace")
    drive.services.trash.put(alice, file.id)
    drive.services.trash.purge(alice, file.id)
    purge, read, others = drive.services.upkeep.purge, objects.read_references, [True]

    def late(table: Table, names: Sequence[str]) -> list[Item | None]:
        """Another worker, whose lease this one's has just become, is faster between two of our reads."""
        if others and names:
            others.pop()
            purge.run(Turn(drive.clock))
        return read(table, names)

    monkeypatch.setattr(objects, "read_references", late)
    purge.run(Turn(drive.clock))
    drive.services.upkeep.doomed.run(Turn(drive.clock))
    assert drive.read(copy) == b"shared"
    assert drive.used(alice) == len(b"shared")


def test_one_turn_takes_down_all_of_a_tree_whatever_shards_its_folders_fill(drive: Drive, alice: User) -> None:
    """Each level puts its work into shards before and behind the one that is gone through."""
    top = above = drive.folder(alice, "0")
    for depth in range(1, 24):
        above = drive.folder(alice, str(depth), parent=above.id)
    drive.services.trash.put(alice, top.id)
    drive.services.trash.purge(alice, top.id)
    drive.services.upkeep.purge.run(Turn(drive.clock))
    assert not due.any_of(drive.services.table, keys.DUE_PURGE)
    assert drive.services.table.get(keys.node(above.id)) is None


def test_files_alone_are_looked_for_once_a_shard(drive: Drive, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    file = drive.store(alice, "a.txt", data=b"bytes")
    drive.services.trash.put(alice, file.id)
    drive.services.trash.purge(alice, file.id)
    read, looks = due.read, []

    def counted(table: Table, kind: str, *, shard: int, limit: int) -> list[Item]:
        looks.append(shard)
        return read(table, kind, shard=shard, limit=limit)

    monkeypatch.setattr(due, "read", counted)
    drive.services.upkeep.purge.run(Turn(drive.clock))
    again = keys.shard_of(file.id)
    assert looks == sorted([*range(keys.DOOM_SHARDS), again])
    assert drive.used(alice) == 0
