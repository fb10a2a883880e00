"""A whole drive in a folder, with a clock that tests move and shorthands for what people do."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from smartdrive.domain.clock import new_id
from smartdrive.domain.keychain import keychain
from smartdrive.domain.models import Conflict, Node, User
from smartdrive.metrics import Metrics
from smartdrive.ports.objects import Objects
from smartdrive.ports.table import Table
from smartdrive.services.copying import CopyWish
from smartdrive.services.services import Engine, Services, assemble
from smartdrive.services.wanted import Wanted
from smartdrive.settings import Settings
from smartdrive.storage.disk import Disk
from smartdrive.storage.sqlite import SqliteTable

SECRET = "a secret of the tests, long enough: 0123456789"


@dataclass
class Clock:
    """Stands still until a test moves it."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 21, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        self.moment += timedelta(microseconds=1)
        return self.moment

    def forward(self, **by: float) -> None:
        """Move on by days, hours, seconds …"""
        self.moment += timedelta(**by)


@dataclass
class Drive:
    """One drive and its people."""

    services: Services
    clock: Clock
    table: Table
    objects: Objects

    def person(self, name: str) -> User:
        """A new account."""
        return self.services.accounts.register(f"{name}@example.com", name=name.title(), password="likes 4 long walks")

    def store(
        self, user: User, name: str, *, data: bytes = b"hello", parent: str = "root", conflict: Conflict = "ask"
    ) -> Node:
        """Upload a small file through the process."""
        wanted = Wanted(name, len(data), parent=parent, conflict=conflict)
        return self.services.uploads.store(user, wanted, stream=io.BytesIO(data)).file

    def folder(self, user: User, name: str, *, parent: str = "root") -> Node:
        """Make a folder."""
        return self.services.folders.create(user, parent, name=name)

    def copy(
        self, user: User, node_id: str, *, parent: str = "root", name: str | None = None, conflict: Conflict = "ask"
    ) -> Node:
        """Copy a thing; without a name one beside its original gets a number."""
        kind = self.services.tree.load(user, node_id).node.kind
        wish = CopyWish(parent, conflict, name)
        return self.services.copying.one(user, node_id, kind=kind, wish=wish).node

    def names(self, user: User, folder_id: str = "root", *, sort: str = "name") -> list[str]:
        """All names in a folder, in order."""
        found: list[str] = []
        after: str | None = None
        while True:
            page = self.services.folders.page(user, folder_id, sort=sort, limit=3, after=after).page
            found += [entry.name for entry in page.items]
            after = page.next
            if after is None:
                return found

    def read(self, file: Node) -> bytes:
        """The bytes of a file."""
        return b"".join(self.objects.open(file.object, version=file.object_version))

    def used(self, user: User) -> int:
        """Bytes taken from the person's room."""
        return self.services.accounts.usage(user).used


def make_drive(
    folder: Path,
    *,
    quota: int = 10**9,
    wrap: Callable[[Table], Table] = lambda table: table,
    around: Callable[[Objects], Objects] = lambda objects: objects,
    **more: int,
) -> Drive:
    """A drive on SQLite and disk; `wrap` and `around` may put faults between it and its ports."""
    clock = Clock()
    settings = Settings(data=folder, secret=SECRET, quota=quota, **more)  # type: ignore[arg-type]
    keys = keychain(SECRET)
    folder.mkdir(exist_ok=True)
    table = SqliteTable(folder / "drive.db", clock=clock)
    disk = Disk(folder, key=keys.current.derive("objects"), base_url=settings.public_url, clock=clock, body_folder=None)
    faulty, objects = wrap(table), around(disk)
    services = assemble(settings, Engine(faulty, objects, disk, Metrics()), keys=keys, clock=clock, ids=new_id)
    services = replace(services, accounts=replace(services.accounts, cost=4))
    return Drive(services, clock, table, disk)
