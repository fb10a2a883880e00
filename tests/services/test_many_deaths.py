"""Acts upon many things whose process dies at a write: each thing is whole, and the next run does the rest."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from smartdrive.domain.clock import new_id
from smartdrive.domain.errors import StandsInTheWay
from smartdrive.domain.events import change_id
from smartdrive.domain.models import Acting, User
from smartdrive.ports.table import Table, Unavailable
from smartdrive.services.bulk import Action, Wanted
from smartdrive.storage.sqlite import SqliteTable
from tests.services.drive import Drive, make_drive
from tests.services.kept.kept_drive import DyingTable

FILES = 30
"""More than fit into one write of any act."""
BYTES = b"12345"
EVERY = ["sub", *(f"file {number:02}.txt" for number in range(FILES))]


@dataclass
class Stage:
    """A drive with many things in a folder, what is done with them, and where they are to be in the end."""

    drive: Drive
    alice: User
    ids: Sequence[str]
    here: str
    to: str
    change: str = ""

    def on(self, folder: Path, table: Callable[[Table], Table] = lambda table: table) -> "Stage":
        """The same, as another program finds it in a folder, through this table."""
        drive = make_drive(folder, wrap=table)
        drive.clock.moment = self.drive.clock.moment
        return replace(self, drive=drive)

    def many(self, action: Action) -> None:
        """As one request does it."""
        self.change = change_id(self.drive.clock(), new_id())
        me = replace(self.alice, acting=Acting(self.change, "192.0.2.7"))
        self.drive.services.bulk.run(me, Wanted(action, self.ids, self.to if action in ("move", "copy") else ""))

    def undo(self) -> None:
        """Take the request back; what was taken back before stands in the way of itself."""
        with suppress(StandsInTheWay):
            self.drive.services.undo.undo(self.alice, self.change)

    def places(self) -> tuple[list[str], list[str], int]:
        """Names where the things were and where they went, and how many are in the trash."""
        trashed = self.drive.services.trash.page(self.alice, limit=200).items
        return self.drive.names(self.alice, self.here), self.drive.names(self.alice, self.to), len(trashed)

    def work(self) -> None:
        """All that the worker owes."""
        while self.drive.services.upkeep.copy_round():
            pass
        while self.drive.services.upkeep.purge_due():
            self.drive.services.upkeep.purge_round()

    def empty(self) -> None:
        self.drive.services.trash.empty(self.alice)
        self.work()

    def close(self) -> None:
        assert isinstance(self.drive.table, SqliteTable)
        self.drive.table.close()


def trashed(stage: Stage) -> None:
    stage.many("trash")


def moved(stage: Stage) -> None:
    stage.many("move")


def restored(stage: Stage) -> None:
    stage.many("trash")
    stage.many("restore")


def nothing(_: Stage) -> None:
    pass


Act = Callable[[Stage], None]
ACTS: dict[str, tuple[Act, Act, tuple[list[str], list[str], int]]] = {
    "trash": (nothing, lambda stage: stage.many("trash"), ([], [], FILES + 1)),
    "restore": (trashed, lambda stage: stage.many("restore"), (EVERY, [], 0)),
    "move": (nothing, lambda stage: stage.many("move"), ([], EVERY, 0)),
    "copy": (nothing, lambda stage: stage.many("copy"), (EVERY, EVERY, 0)),
    "empty": (trashed, Stage.empty, ([], [], 0)),
    "undo trash": (trashed, Stage.undo, (EVERY, [], 0)),
    "undo restore": (restored, Stage.undo, ([], [], FILES + 1)),
    "undo move": (moved, Stage.undo, (EVERY, [], 0)),
}
"""What is done before, what is killed, and where all is in the end."""


def staged(folder: Path, before: Act) -> Stage:
    drive = make_drive(folder)
    alice = drive.person("alice")
    here, to = drive.folder(alice, "here"), drive.folder(alice, "to")
    sub = drive.folder(alice, "sub", parent=here.id)
    drive.store(alice, "inside.txt", data=BYTES, parent=sub.id)
    files = [drive.store(alice, name, data=BYTES, parent=here.id).id for name in EVERY[1:]]
    stage = Stage(drive, alice, [sub.id, *files], here.id, to.id)
    before(stage)
    return stage


def sound(stage: Stage, act: str) -> None:
    """Each thing is in one place, or in two once it is copied; `fsck` counts rooms, names and bytes."""
    here, to, trash = stage.places()
    if act == "copy":
        assert (here, trash) == (EVERY, 0)
    elif act != "empty":
        assert len(here) + len(to) + trash == len(EVERY)
    report = stage.drive.services.fsck.run(between=0)
    assert report.clean, report.findings


@pytest.mark.parametrize("act", ACTS)
def test_whoever_dies_at_a_write_is_taken_up_from(tmp_path: Path, act: str) -> None:
    """SECURITY 44, 46, 52: at the first writes and every thirteenth of the others, before and after its effect."""
    before, kill, (here, to, trash) = ACTS[act]
    stage = staged(tmp_path / "first", before)
    stage.close()
    for after in (False, True):
        n, died = 0, True
        while died:
            n += 1 if n < 3 else 13
            shutil.copytree(tmp_path / "first", tmp_path / "now")
            fresh = stage.on(tmp_path / "now")
            dying = DyingTable(fresh.drive.table, n, after=after)
            with suppress(Unavailable):
                kill(stage.on(tmp_path / "now", lambda _, dying=dying: dying))  # type: ignore[misc]
            died = dying.died
            fresh.drive.clock.forward(minutes=20)
            sound(fresh, act)
            kill(fresh)
            fresh.work()
            assert fresh.places() == (here, to, trash)
            assert fresh.drive.used(fresh.alice) == len(BYTES) * (len(here) + len(to) + trash)
            sound(fresh, act)
            fresh.close()
            shutil.rmtree(tmp_path / "now")
        assert n > 2
