"""Looks into a store from beside, and compares it with what people remember."""

import hashlib
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from smartdrive.domain.clock import now
from smartdrive.records import nodes, rooms, versions
from smartdrive.services.services import Services
from smartdrive.settings import load
from smartdrive.storage.sqlite import SqliteTable
from smartdrive.wiring import build
from tests.beneath import beneath
from tests.crash.actor import Actor

NONE = timedelta(0)


class Judge:
    """Sweeps with no grace and does not wait for the leases of the dead."""

    def __init__(self, data: Path, url: str) -> None:
        self.drive: Services = build(load(data=data, public_url=url))
        ahead = replace(self.drive.upkeep.locks, clock=lambda: now() + timedelta(minutes=1))
        self.upkeep = replace(self.drive.upkeep, locks=ahead)

    def close(self) -> None:
        """Let go of the store."""
        table = beneath(self.drive.table)
        assert isinstance(table, SqliteTable)
        table.close()

    def sound(self, *, deep: bool = False) -> None:
        """After sweep and purge there is nothing that fsck could find."""
        while not self.upkeep.sweep_round(grace=NONE):
            time.sleep(0.01)
        deadline = time.monotonic() + 120
        while self.upkeep.purge_due():
            self.upkeep.purge_round()
            assert time.monotonic() < deadline, "the purge does not end"
        report = self.drive.fsck.run(grace=NONE, between=0.5, deep=deep)
        assert report.clean, report.findings

    def promises(self, actor: Actor) -> None:
        """Every acknowledged file has its bytes; what was deleted is away; the room is exact."""
        taken = 0
        for file in actor.files.values():
            node = nodes.read_node(self.drive.table, file.id)
            assert node, f"{file} is lost"
            assert node.state == ("trashed" if file.trashed else "live"), (node, file)
            found = hashlib.sha256(b"".join(self.drive.objects.open(node.object))).hexdigest()
            assert found == file.sha256, f"{file} has other bytes"
            rows = versions.read_versions(self.drive.table, file.id).items
            taken += sum(versions.version_of(row).size for row in rows)
            owner = node.owner
        if actor.files:
            assert rooms.read_usage(self.drive.table, owner).used == taken
        assert not any(nodes.read_nodes(self.drive.table, sorted(actor.gone)[-100:])), "what was deleted is back"
