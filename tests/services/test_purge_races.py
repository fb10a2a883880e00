"""Two workers at one file: leases only save work, so whoever comes late must do no harm."""

from collections.abc import Sequence

import pytest

from smartdrive.domain.models import User
from smartdrive.ports.table import Item, Table
from smartdrive.records import objects
from smartdrive.services.locks import Turn
from tests.services.drive import Drive


def test_a_version_goes_once_and_its_bytes_stay_for_who_shares_them(
    drive: Drive, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I1, I4."""
    file = drive.store(alice, "a.txt", data=b"shared")
    copy = drive.services.files.copy(alice, file.id, parent="root", name="copy.txt")
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
