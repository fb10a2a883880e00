"""Two at one file's versions: whoever comes between another's look and write is seen, and all ends in some order."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from smartdrive.domain.errors import DriveError, NotFound
from smartdrive.domain.models import Node, User
from smartdrive.ports.table import Action, Table, Value
from smartdrive.services.versions import Versions
from tests.services.drive import Drive

Act = Callable[[Drive, User, Node], object]


class Faster:
    """A table at whose first write somebody else has been faster."""

    def __init__(self, table: Table, act: Callable[[], object]) -> None:
        self._table, self._act = table, [act]

    def __getattr__(self, name: str) -> object:
        return getattr(self._table, name)

    def write(self, *actions: Action) -> dict[str, Value]:
        while self._act:
            self._act.pop()()
        return self._table.write(*actions)


@pytest.fixture
def file(drive: Drive, alice: User) -> Node:
    """A file of two versions; a copy shares the bytes of the first."""
    drive.store(alice, "a.txt", data=b"first")
    drive.copy(alice, found(drive, alice), name="copy.txt")
    return drive.store(alice, "a.txt", data=b"second", conflict="replace")


def found(drive: Drive, user: User) -> str:
    return drive.services.folders.find(drive.services.tree.folder(user, "root"), ["a.txt"]).id


def oldest(drive: Drive, file: Node) -> str:
    return drive.services.versions.page(file).items[-1].id


def late(drive: Drive, act: Callable[[], object]) -> Versions:
    """The same versions, whose user is slower than `act`."""
    return replace(drive.services.versions, table=Faster(drive.table, act))  # type: ignore[arg-type]


def restores(drive: Drive, alice: User, file: Node) -> None:
    drive.services.versions.restore(alice, file.id, version_id=oldest(drive, file))


def deletes(drive: Drive, alice: User, file: Node) -> None:
    drive.services.versions.delete(alice, file.id, version_id=oldest(drive, file))


def names(drive: Drive, alice: User, file: Node) -> None:
    drive.services.versions.name(alice, file.id, version_id=oldest(drive, file), name="other")


def replaces(drive: Drive, alice: User, file: Node) -> None:
    drive.store(alice, "a.txt", data=b"the third", conflict="replace")


def trashes(drive: Drive, alice: User, file: Node) -> None:
    drive.services.trash.put(alice, file.id)


def purges(drive: Drive, alice: User, file: Node) -> None:
    trashes(drive, alice, file)
    drive.services.trash.purge(alice, file.id)
    drive.services.upkeep.purge_round()


OTHERS: list[Act] = [restores, deletes, names, replaces, trashes, purges]


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("what", ["restore", "delete", "name"])
def test_every_pair_ends_in_some_order(drive: Drive, alice: User, file: Node, what: str, other: Act) -> None:
    """I2, I4."""
    version = oldest(drive, file)
    slow = late(drive, lambda: other(drive, alice, file))
    more = {"name": "mine"} if what == "name" else {}
    with suppress(DriveError):
        getattr(slow, what)(alice, file.id, version_id=version, **more)
    report = drive.services.fsck.run(between=0, grace=timedelta(0))
    assert report.clean, report.findings
    for each in drive.services.versions.page(file).items:
        assert b"".join(drive.objects.open(each.object, version=each.object_version))


def test_a_version_that_was_deleted_does_not_come_back_by_bytes_that_a_copy_holds(
    drive: Drive, alice: User, file: Node
) -> None:
    slow = late(drive, lambda: deletes(drive, alice, file))
    with pytest.raises(NotFound):
        slow.restore(alice, file.id, version_id=oldest(drive, file))
    assert drive.services.tree.file(alice, file.id) == file


def test_a_file_that_was_replaced_meanwhile_is_restored_after_that(drive: Drive, alice: User, file: Node) -> None:
    slow = late(drive, lambda: replaces(drive, alice, file))
    back = slow.restore(alice, file.id, version_id=oldest(drive, file))
    assert [each.size for each in drive.services.versions.page(back).items] == [5, 9, 6, 5]


@pytest.mark.parametrize("other", [trashes, purges])
def test_a_file_that_went_meanwhile_is_not_found(drive: Drive, alice: User, file: Node, other: Act) -> None:
    slow = late(drive, lambda: other(drive, alice, file))
    with pytest.raises(NotFound):
        slow.restore(alice, file.id, version_id=oldest(drive, file))


def test_a_version_is_deleted_once_and_its_room_given_back_once(drive: Drive, alice: User, file: Node) -> None:
    slow = late(drive, lambda: deletes(drive, alice, file))
    with pytest.raises(NotFound):
        slow.delete(alice, file.id, version_id=oldest(drive, file))
    assert drive.used(alice) == len(b"first" + b"second")
