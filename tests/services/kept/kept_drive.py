"""A drive as the tests of its upkeep need it: uploads step by step, and a look at what is stored."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

from smartdrive.domain.clock import new_id
from smartdrive.domain.models import Node, User
from smartdrive.ports.objects import Grant
from smartdrive.ports.table import Action, Table, Unavailable, Value
from smartdrive.records.uploads import plan_of
from smartdrive.services.beginning import Begun
from smartdrive.services.days import Days
from smartdrive.services.locks import Turn
from smartdrive.services.upkeep import Owed, Upkeep, upkeep
from smartdrive.services.wanted import Wanted
from smartdrive.storage.disk import Disk
from smartdrive.storage.sqlite import SqliteTable
from tests.services.drive import Drive, make_drive


@dataclass
class KeptDrive(Drive):
    """One drive and its people, with its services under short names."""

    def __post_init__(self) -> None:
        assert isinstance(self.objects, Disk)
        self.disk = self.objects
        self.tree, self.items, self.folders = self.services.tree, self.services.items, self.services.folders
        self.uploads, self.trash, self.shares = self.services.uploads, self.services.trash, self.services.shares
        self.upkeep = self.services.upkeep

    def upkeep_on(self, table: Table) -> Upkeep:
        """Background work through another table, one that fails for example."""
        filling = replace(self.services.copying.filling, table=table)
        sealing = replace(self.upkeep.sealing, table=table, days=Days(table, self.clock))
        owed = Owed(self.uploads, self.shares, filling, self.services.versions.history.keeping, sealing)
        return upkeep(table, self.disk, owed=owed, clock=self.clock, ids=new_id, metrics=self.services.metrics)

    def upload(self, user: User, name: str, content: bytes, *, parent: str = "root", **more: str) -> Node:
        return self.finish(user, self.begin(user, name, content, parent=parent, **more), content)

    def begin(self, user: User, name: str, content: bytes, *, parent: str = "root", **more: str) -> Begun:
        wanted = Wanted(name, len(content), parent, **more)  # type: ignore[arg-type]
        return self.uploads.begin(user, wanted)

    def finish(self, user: User, begun: Begun, content: bytes) -> Node:
        assert begun.upload is not None
        grant = Grant("PUT", plan_of(begun.upload).key, part=1, length=len(content))
        self.disk.accept(grant, BytesIO(content))
        return self.uploads.finish(user, begun.upload.id).file

    def turn(self) -> Turn:
        return Turn(self.clock)

    def stored(self) -> set[str]:
        return {each.key for each in self.disk.keys("")}

    def rows(self, *kinds: str) -> list[str]:
        """Partition keys of all rows that begin with one of these."""
        return sorted(pk for item in self.table.walk() if (pk := str(item["pk"])).startswith(kinds))


class DyingTable:
    """A table whose process dies at the n-th write, before or after its effect."""

    def __init__(self, table: Table, n: int, *, after: bool) -> None:
        self._table, self.left, self._after = table, n, after
        self.died = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._table, name)

    def write(self, *actions: Action) -> dict[str, Value]:
        if self.died:
            raise Unavailable("dead")
        self.left -= 1
        if self.left:
            return self._table.write(*actions)
        self.died = True
        if self._after:
            self._table.write(*actions)
        raise Unavailable("killed")


@contextmanager
def drive_in(folder: Path, **settings: int) -> Iterator[KeptDrive]:
    made = KeptDrive(**vars(make_drive(folder, quota=10_000_000, **settings)))  # type: ignore[arg-type]
    yield made
    assert isinstance(made.table, SqliteTable)
    made.table.close()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
