"""Each act with its n-th call of the table failing, for every n: tried again it succeeds, nothing doubled."""

import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from smartdrive.domain.errors import DriveError, StandsInTheWay
from smartdrive.domain.models import User, Version
from smartdrive.ports.table import Contended, Table, Unavailable
from smartdrive.services.activity import Wanted as Told
from smartdrive.services.bulk import Wanted
from smartdrive.services.copying import CopyWish
from smartdrive.services.wanted import Wanted as WantedUpload
from tests.faulty_table import Fault, FaultyTable
from tests.services.drive import Drive, make_drive

FAULTS = [
    (lambda at: Fault(Unavailable("injected"), at)),
    (lambda at: Fault(Unavailable("injected, answer lost"), at, moment="after")),
    (lambda at: Fault(Contended("injected"), at, verb="write")),
]
MAX_CALLS = 300


def upload(drive: Drive, alice: User) -> None:
    wanted = WantedUpload("a.txt", 5, key="one", path="in/here", conflict="ask")
    begun = drive.services.uploads.begin(alice, wanted)
    if begun.upload and begun.upload.state == "open":
        drive.objects.put(begun.upload.key, io.BytesIO(b"hello"), size=5)
        drive.services.uploads.finish(alice, begun.upload.id)


def trash_and_restore(drive: Drive, alice: User) -> None:
    with suppress(DriveError):
        drive.services.trash.put(alice, first(drive, alice, "a.txt"))
    row = next((row for row in drive.services.trash.page(alice).items), None)
    if row:
        drive.services.trash.restore(alice, row.node)


def rename_and_move(drive: Drive, alice: User) -> None:
    entries = {
        entry.name: entry for entry in drive.services.folders.page(alice, "root", sort="name", limit=9).page.items
    }
    if "a.txt" in entries:
        target = entries["to"].id
        drive.services.items.change(alice, entries["a.txt"].id, kind="file", name="b.txt", parent=target)


def copy(drive: Drive, alice: User) -> None:
    """A file by itself, and a folder that the request leaves to the worker; the job is the only one."""
    into = first(drive, alice, "to")
    with suppress(DriveError):
        drive.copy(alice, first(drive, alice, "a.txt"), parent=into)
    if drive.names(alice) == ["to", "a.txt"]:
        wish = CopyWish("root", "ask", "copy")
        replace(drive.services.copying, at_once=0).one(alice, into, kind="folder", wish=wish)
    for _ in range(3):
        drive.services.upkeep.copy_round()


def copy_over(drive: Drive, alice: User) -> None:
    """A file onto another one, which is the same copied before: skipped when it is there."""
    into, file = first(drive, alice, "to"), first(drive, alice, "a.txt")
    drive.copy(alice, file, parent=into, conflict="skip")
    if len(states(drive, alice, "to", "a.txt")) == 1:
        drive.copy(alice, file, parent=into, conflict="replace")


def many(drive: Drive, alice: User) -> None:
    """To the trash, back, and into a folder, together with what is not there."""
    into, ids = first(drive, alice, "to"), [first(drive, alice, "a.txt")] if "a.txt" in drive.names(alice) else []
    ids += [row.node for row in drive.services.trash.page(alice).items]
    for wanted in (Wanted("trash", [*ids, "x"]), Wanted("restore", [*ids, "x"]), Wanted("move", [*ids, "x"], into)):
        drive.services.bulk.run(alice, wanted)


def undo(drive: Drive, alice: User) -> None:
    """A new name and folder, and the folder's way to the trash: each is done once, then taken back, the last first."""
    done = {event.act for event in drive.services.activity.page(alice, Told(), limit=9).items}
    if "move" not in done:
        change = drive.services.items.change
        change(alice, first(drive, alice, "a.txt"), kind="file", name="b.txt", parent=first(drive, alice, "to"))
    if "trash" not in done:
        drive.services.trash.put(alice, first(drive, alice, "to"))
    for event in drive.services.activity.page(alice, Told(), limit=9).items:
        if event.act in ("move", "trash") and not event.undoes:
            with suppress(StandsInTheWay):
                drive.services.undo.undo(alice, event.change)


def seal(drive: Drive, _: User) -> None:
    """What was done so long ago that its segment goes once it is sealed; what was refused waits for the next day."""
    upkeep = drive.services.upkeep
    for days in (370, 1):
        drive.clock.forward(days=days)
        with upkeep.locks.turn("sealing") as turn:
            if turn:
                upkeep.sealing.daily(turn)


def purge(drive: Drive, alice: User) -> None:
    with suppress(DriveError):
        drive.services.trash.put(alice, first(drive, alice, "a.txt"))
    for row in drive.services.trash.page(alice).items:
        drive.services.trash.purge(alice, row.node)
    for _ in range(3):
        drive.services.upkeep.purge_round()


def link(drive: Drive, alice: User) -> None:
    found = drive.services.shares.page(alice).items
    if not found:
        drive.services.shares.create(alice, first(drive, alice, "a.txt"))


def access_token(drive: Drive, alice: User) -> None:
    if not drive.services.tokens.list(alice):
        drive.services.tokens.make(alice, name="backup", scope="read", expires=None)


def new_bytes(drive: Drive, alice: User) -> str:
    """New bytes for the file, however often it is asked for."""
    wanted = WantedUpload("a.txt", 8, key="two", conflict="replace")
    begun = drive.services.uploads.begin(alice, wanted)
    if begun.upload and begun.upload.state == "open":
        drive.objects.put(begun.upload.key, io.BytesIO(b"replaced"), size=8)
        drive.services.uploads.finish(alice, begun.upload.id)
    return first(drive, alice, "a.txt")


def replace_and_restore(drive: Drive, alice: User) -> None:
    file = new_bytes(drive, alice)
    drive.services.versions.restore(alice, file, version_id=states(drive, alice)[-1].id)


def name_and_delete_versions(drive: Drive, alice: User) -> None:
    file = new_bytes(drive, alice)
    for version in states(drive, alice)[1:]:
        drive.services.versions.name(alice, file, version_id=version.id, name="named")
        drive.services.versions.delete(alice, file, version_id=version.id)
    drive.services.versions.name(alice, file, version_id=states(drive, alice)[0].id, name="kept")


def states(drive: Drive, alice: User, *path: str) -> list[Version]:
    file = first(drive, alice, *(path or ["a.txt"]))
    return drive.services.versions.page(drive.services.tree.file(alice, file)).items


def first(drive: Drive, alice: User, *path: str) -> str:
    root = drive.services.tree.folder(alice, "root")
    return drive.services.folders.find(root, path).id


def check_uploaded(drive: Drive, alice: User) -> None:
    root = drive.services.tree.folder(alice, "root")
    file = drive.services.folders.find(root, ["in", "here", "a.txt"])
    assert drive.read(drive.services.tree.file(alice, file.id)) == b"hello"
    assert drive.used(alice) == 10
    assert sorted(drive.names(alice)) == ["a.txt", "in", "to"]


def check_restored(drive: Drive, alice: User) -> None:
    assert drive.names(alice) == ["to", "a.txt"]
    assert drive.services.trash.page(alice).items == []
    assert drive.used(alice) == 5


def check_moved(drive: Drive, alice: User) -> None:
    root = drive.services.tree.folder(alice, "root")
    assert drive.services.folders.find(root, ["to", "b.txt"])
    assert drive.names(alice) == ["to"]


def check_copied(drive: Drive, alice: User) -> None:
    assert drive.names(alice) == ["copy", "to", "a.txt"]
    for folder in ("copy", "to"):
        assert drive.names(alice, first(drive, alice, folder)) == ["a.txt"]
    assert drive.used(alice) == 15
    assert not drive.services.upkeep.filling.any_due()


def check_copied_over(drive: Drive, alice: User) -> None:
    new, old = states(drive, alice, "to", "a.txt")
    assert new.object == old.object == states(drive, alice)[0].object
    assert drive.used(alice) == 15
    assert drive.services.fsck.run(between=0).clean


def check_many(drive: Drive, alice: User) -> None:
    assert drive.names(alice) == ["to"]
    assert drive.names(alice, first(drive, alice, "to")) == ["a.txt"]
    assert drive.services.trash.page(alice).items == []


def check_undone(drive: Drive, alice: User) -> None:
    assert drive.names(alice) == ["to", "a.txt"]
    assert drive.names(alice, first(drive, alice, "to")) == []
    found = drive.services.activity.page(alice, Told(), limit=9).items
    assert sorted(each.act for each in found if each.undoes) == ["move", "restore"]
    assert drive.services.fsck.run(between=0).clean


def check_sealed(drive: Drive, alice: User) -> None:
    rows = [(str(row["pk"]).partition("#")[0], row.get("count")) for row in drive.table.walk()]
    assert [row for row in rows if row[0] in ("A", "SEALS", "PURGED")] == [("PURGED", 2)]
    assert drive.services.fsck.run(between=0).clean


def check_purged(drive: Drive, alice: User) -> None:
    assert drive.used(alice) == 0
    assert list(drive.objects.keys()) == []
    assert drive.names(alice) == ["to"]


def check_version_restored(drive: Drive, alice: User) -> None:
    found = states(drive, alice)
    assert [each.size for each in found] == [5, 8, 5]
    assert drive.read(drive.services.tree.file(alice, found[0].node)) == b"hello"
    assert drive.used(alice) == 18
    assert drive.services.fsck.run(between=0).clean


def check_versions_deleted(drive: Drive, alice: User) -> None:
    assert [(each.size, each.name) for each in states(drive, alice)] == [(8, "kept")]
    drive.services.upkeep.purge_round()
    assert drive.used(alice) == 8
    assert not drive.services.upkeep.purge_due()
    assert drive.services.fsck.run(between=0).clean


def check_linked(drive: Drive, alice: User) -> None:
    shown = drive.services.shares.page(alice).items
    assert len(shown) == 1
    assert drive.services.folders.page(alice, "root", sort="name", limit=9).page.items[-1].links == 1


def check_token_made(drive: Drive, alice: User) -> None:
    assert [token.name for token in drive.services.tokens.list(alice)] == ["backup"]


ACTS: list[tuple[Callable[[Drive, User], None], Callable[[Drive, User], None]]] = [
    (upload, check_uploaded),
    (trash_and_restore, check_restored),
    (rename_and_move, check_moved),
    (copy, check_copied),
    (copy_over, check_copied_over),
    (many, check_many),
    (undo, check_undone),
    (seal, check_sealed),
    (purge, check_purged),
    (replace_and_restore, check_version_restored),
    (name_and_delete_versions, check_versions_deleted),
    (link, check_linked),
    (access_token, check_token_made),
]


@pytest.mark.parametrize(("act", "check"), ACTS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("fault", FAULTS, ids=["before", "after", "conflict"])
def test_an_act_survives_a_failure_of_any_call(
    tmp_path: Path,
    act: Callable[[Drive, User], None],
    check: Callable[[Drive, User], None],
    fault: Callable[[int], Fault],
) -> None:
    drive = make_drive(tmp_path / "data")
    alice = drive.person("alice")
    for at in range(1, MAX_CALLS):
        sound = make_drive(tmp_path / f"data {at}")
        alice = sound.person("alice")
        sound.store(alice, "a.txt")
        sound.folder(alice, "to")
        faulty = FaultyTable(sound.table, fault(at))
        broken = through(sound, faulty)
        with suppress(Unavailable, Contended, DriveError):
            act(broken, alice)
        reached = faulty.calls >= at
        sound.clock.forward(seconds=timedelta(minutes=20).total_seconds())
        act(sound, alice)
        check(sound, alice)
        if not reached:
            assert at > 3, "the act made hardly any call"
            return
    raise AssertionError("the act makes more calls than this test tries")


def through(drive: Drive, table: Table) -> Drive:
    """The same drive, its services calling another table."""
    other = make_drive(drive.services.settings.data, wrap=lambda _: table)
    other.clock.moment = drive.clock.moment
    return other
