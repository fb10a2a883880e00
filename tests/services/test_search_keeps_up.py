"""Search knows each thing by its name after whatever happened to it, on both engines, and `fsck` says so."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from smartdrive.domain.errors import DriveError
from smartdrive.domain.models import Node, User
from smartdrive.domain.search import asked, indexed, matches
from smartdrive.ports.table import Delete, Table
from smartdrive.records import keys, nodes
from smartdrive.services.search import Question
from smartdrive.services.upgrades import index_names
from smartdrive.storage.sqlite import SqliteTable
from tests.beneath import beneath
from tests.services.drive import Drive, make_drive
from tests.services.kept.kept_drive import KeptDrive


def dynamo() -> Table:
    from smartdrive.storage.dynamodb import DynamoTable
    from smartdrive.storage.dynamodb_table import create_table

    create_table("drive", region="eu-central-1", endpoint=None)
    return DynamoTable("drive", region="eu-central-1", endpoint=None)


@pytest.fixture(params=["sqlite", "moto"])
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    with ExitStack() as stack:
        if request.param == "moto":
            from tests.stand_in import moto

            stack.enter_context(moto())
        yield request.param


def drive_on(engine: str, folder: Path) -> Drive:
    """A drive whose files are on disk, and whose table is on this engine."""
    if engine == "sqlite":
        return make_drive(folder)
    table = dynamo()
    return replace(make_drive(folder, wrap=lambda _: table), table=table)


def live(drive: Drive, user: User) -> list[str]:
    """The names of all things of a person that one can come to, found by looking at every one."""
    every = {node.id: node for row in drive.table.walk() if row["sk"] == "NODE" and (node := nodes.node_of(row))}

    def visible(node: Node) -> bool:
        return node.state == "live" and (not node.parent or visible(every[node.parent]))

    return sorted(node.name for node in every.values() if node.owner == user.id and node.parent and visible(node))


def found(drive: Drive, user: User, text: str) -> list[str]:
    page = drive.services.search.find(user, Question(asked(text)), limit=200)
    assert page.next is None
    return sorted(each.node.name for each in page.items)


def check(drive: Drive, *people: User) -> None:
    """`fsck` finds each word where it belongs and no other, and search finds what a look at every name finds.

    moto takes its time: there a few questions stand for all.
    """
    report = drive.services.fsck.run(between=0)
    assert report.clean, report.findings
    for user in people:
        names = live(drive, user)
        known = {word for name in names for word in indexed(name)} | {"a", "1"}
        for question in known if isinstance(beneath(drive.table), SqliteTable) else sorted(known)[::9]:
            wanted = [name for name in names if matches(indexed(name), asked(question))]
            assert found(drive, user, question) == wanted, question


def id_of(drive: Drive, user: User, *path: str) -> str:
    root = drive.services.tree.folder(user, "root")
    return drive.services.folders.find(root, list(path)).id


def upload(drive: Drive, user: User) -> None:
    drive.store(user, "Añejo 2026.txt")
    drive.store(user, "añejo 2026.txt", conflict="keep_both")
    drive.store(user, "Añejo 2026.txt", data=b"other bytes", conflict="replace")
    with suppress(DriveError):
        drive.store(user, "AÑEJO 2026.txt")


def make_folders(drive: Drive, user: User) -> None:
    inner = drive.folder(user, "inner part", parent=drive.folder(user, "outer part").id)
    drive.store(user, "deep down.txt", parent=inner.id)


def rename(drive: Drive, user: User) -> None:
    change, file = drive.services.items.change, drive.store(user, "draft one two.txt")
    change(user, file.id, kind="file", name="Draft three two.txt")
    change(user, file.id, kind="file", name="DRAFT three two.txt")
    change(user, file.id, kind="file", name=" ".join(f"w{n}" for n in range(40)))
    change(user, file.id, kind="file", name="…")
    change(user, file.id, kind="file", name="draft four.txt")
    change(user, id_of(drive, user, "outer part"), kind="folder", name="outside")


def move(drive: Drive, user: User) -> None:
    change = drive.services.items.change
    change(user, id_of(drive, user, "draft four.txt"), kind="file", parent=id_of(drive, user, "outside"))
    inner = id_of(drive, user, "outside", "inner part")
    change(user, inner, kind="folder", parent="root", name="once inner")


def copy(drive: Drive, user: User) -> None:
    file = id_of(drive, user, "once inner", "deep down.txt")
    drive.copy(user, file)
    drive.copy(user, file, name="copied by name.txt")
    inner = id_of(drive, user, "once inner")
    drive.copy(user, file, parent=inner)
    outside = id_of(drive, user, "outside")
    drive.copy(user, inner, parent=outside)
    drive.copy(user, outside, name="copied folder")
    drive.copy(user, inner, name="copied folder", conflict="replace")


def trash(drive: Drive, user: User) -> None:
    drive.services.trash.put(user, id_of(drive, user, "once inner"))
    drive.services.trash.put(user, id_of(drive, user, "copied by name.txt"))


def restore(drive: Drive, user: User) -> None:
    """Back under another name, since its own is taken; the folder above the other one has gone meanwhile."""
    drive.folder(user, "copied by name.txt")
    outside = id_of(drive, user, "outside")
    drive.services.trash.put(user, id_of(drive, user, "outside", "draft four.txt"))
    drive.services.trash.put(user, outside)
    for row in drive.services.trash.page(user).items:
        if row.node != outside:
            drive.services.trash.restore(user, row.node)


def restore_version(drive: Drive, user: User) -> None:
    file = drive.services.tree.file(user, id_of(drive, user, "Añejo 2026.txt"))
    first = drive.services.versions.page(file).items[-1]
    drive.services.versions.restore(user, file.id, version_id=first.id)


def purge(drive: Drive, user: User) -> None:
    """Two ways out of the trash for good: one by one, and all of it."""
    drive.services.trash.put(user, id_of(drive, user, "once inner"))
    drive.services.trash.purge(user, id_of_trashed(drive, user, "once inner"))
    check(drive, user)
    drive.services.trash.put(user, id_of(drive, user, "deep down.txt"))
    drive.services.trash.empty(user)
    settle(drive)


def id_of_trashed(drive: Drive, user: User, name: str) -> str:
    return next(row.node for row in drive.services.trash.page(user).items if row.name == name)


def settle(drive: Drive) -> None:
    """All that the worker owes, and what waits for signed addresses to end."""
    for _ in range(2):
        while drive.services.upkeep.purge_due():
            drive.services.upkeep.purge_round()
        drive.clock.forward(hours=1)


ACTS: list[Callable[[Drive, User], None]] = [
    upload, make_folders, rename, move, copy, trash, restore, restore_version, purge,
]  # fmt: skip


def test_after_each_act_each_thing_is_known_by_its_name(engine: str, tmp_path: Path) -> None:
    drive = drive_on(engine, tmp_path / "data")
    alice, bob = drive.person("alice"), drive.person("bob")
    drive.store(bob, "outside of all.txt")
    for act in ACTS:
        act(drive, alice)
        check(drive, alice, bob)
    drive.services.accounts.delete(alice)
    settle(drive)
    assert drive.table.query(keys.words(alice.id)).items == []
    check(drive, bob)


def test_files_of_one_write_are_all_known(drive: Drive, alice: User) -> None:
    kept = KeptDrive(**vars(drive))
    names = [f"part {n} of {' '.join(f'set{n}x{m}' for m in range(n % 26))}.bin" for n in range(40)]
    begun = [kept.begin(alice, name, b"12345") for name in names]
    for each in begun:
        assert each.upload is not None
        drive.objects.put(each.upload.key, BytesIO(b"12345"), size=5)
    done = drive.services.uploads.finish_many(alice, [each.upload.id for each in begun if each.upload])
    assert not [each for each in done if isinstance(each, DriveError)]
    check(drive, alice)


def test_copies_of_names_of_many_words_fit_into_their_writes(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "many words")
    for n in range(30):
        drive.store(alice, f"{n} {' '.join(f'set{n}x{m}' for m in range(n % 26))}.bin", parent=folder.id)
    copy = drive.copy(alice, folder.id)
    assert len(drive.names(alice, copy.id)) == 30
    check(drive, alice)


def test_what_has_its_words_already_keeps_them(drive: Drive, alice: User) -> None:
    made = [drive.store(alice, f"old {n} of many words here.txt") for n in range(30)]
    drive.services.trash.put(alice, made[3].id)
    before = {(row["pk"], row["sk"]) for row in drive.table.walk()}
    for row in list(drive.table.walk())[::2]:
        if str(row["pk"]).startswith("W#"):
            drive.table.write(Delete(keys.of(row)))
    for actions, _ in index_names(drive.table, ""):
        drive.table.write(*actions)
    assert {(row["pk"], row["sk"]) for row in drive.table.walk()} == before
