"""Undo holds to what is: it goes on where a thing is as the change left it, and never overwrites what came later."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from smartdrive.domain.clock import new_id
from smartdrive.domain.errors import DriveError, StandsInTheWay
from smartdrive.domain.events import change_id
from smartdrive.domain.models import Acting, Node, User
from smartdrive.ports.table import Action, Put, Value
from smartdrive.records import journal
from smartdrive.storage.sqlite import SqliteTable
from tests.services.drive import Drive

Act = Callable[[Drive, User, Node, Node], object]


def at(drive: Drive, user: User) -> User:
    """The person in a new request."""
    return replace(user, acting=Acting(change_id(drive.clock(), new_id()), "192.0.2.7"))


def last(drive: Drive, user: User) -> str:
    """The id of the newest change."""
    return journal.event_of(journal.read_events(drive.table, user.id, limit=1).items[0]).change


def undo(drive: Drive, user: User, change: str = "") -> list[Node | DriveError]:
    return list(drive.services.undo.undo(user, change or last(drive, user)).values())


def rename(drive: Drive, user: User, file: Node, _: Node) -> object:
    return drive.services.items.change(user, file.id, kind="file", name="new.txt")


def move(drive: Drive, user: User, file: Node, to: Node) -> object:
    return drive.services.items.change(user, file.id, kind="file", parent=to.id)


def both(drive: Drive, user: User, file: Node, to: Node) -> object:
    return drive.services.items.change(user, file.id, kind="file", parent=to.id, name="new.txt")


def trash(drive: Drive, user: User, file: Node, _: Node) -> object:
    return drive.services.trash.put(user, file.id)


def restored(drive: Drive, user: User, file: Node, _: Node) -> object:
    drive.services.trash.put(user, file.id)
    return drive.services.trash.restore(user, file.id)


def replaced(drive: Drive, user: User, _: Node, __: Node) -> object:
    return drive.store(user, "a.txt", data=b"second", conflict="replace")


def brought_back(drive: Drive, user: User, file: Node, _: Node) -> object:
    drive.store(user, "a.txt", data=b"second", conflict="replace")
    oldest = drive.services.versions.page(file).items[-1].id
    return drive.services.versions.restore(user, file.id, version_id=oldest)


ACTS: dict[str, Act] = {
    "rename": rename,
    "move": move,
    "both": both,
    "trash": trash,
    "restore": restored,
    "replace": replaced,
    "restore_version": brought_back,
}


@pytest.fixture
def file(drive: Drive, alice: User) -> Node:
    return drive.store(alice, "a.txt", data=b"first")


@pytest.fixture
def to(drive: Drive, alice: User) -> Node:
    return drive.folder(alice, "to")


def seen(drive: Drive, file: Node) -> tuple[object, ...]:
    """What a person sees of a file: where it is, its name, its bytes."""
    now = drive.services.tree.node(file.id)
    return (now.state, now.parent, now.name, drive.read(now)) if now else ()


@pytest.mark.parametrize("act", ACTS)
def test_a_change_is_undone_and_so_is_its_undoing(drive: Drive, alice: User, file: Node, to: Node, act: str) -> None:
    first = seen(drive, file)
    if act == "restore":
        drive.services.trash.put(alice, file.id)
        first = seen(drive, file)
        drive.services.trash.restore(alice, file.id)
    elif act == "restore_version":
        replaced(drive, alice, file, to)
        first = seen(drive, file)
        oldest = drive.services.versions.page(file).items[-1].id
        drive.services.versions.restore(alice, file.id, version_id=oldest)
    else:
        ACTS[act](drive, alice, file, to)
    second = seen(drive, file)
    assert second != first
    undo(drive, alice)
    assert seen(drive, file) == first
    undo(drive, alice)
    assert seen(drive, file) == second


@pytest.mark.parametrize("act", ACTS)
def test_twice_is_refused(drive: Drive, alice: User, file: Node, to: Node, act: str) -> None:
    ACTS[act](drive, alice, file, to)
    change = last(drive, alice)
    undo(drive, alice, change)
    with pytest.raises(StandsInTheWay):
        undo(drive, alice, change)


LATER: dict[str, Act] = {
    "rename": lambda drive, alice, file, _: drive.services.items.change(alice, file.id, kind="file", name="later.txt"),
    "move": lambda drive, alice, file, _: drive.services.items.change(
        alice, file.id, kind="file", parent=drive.folder(alice, "elsewhere").id
    ),
    "trash": trash,
    "replace": lambda drive, alice, file, _: drive.store(
        alice,
        drive.services.tree.file(alice, file.id).name,
        data=b"later",
        parent=drive.services.tree.file(alice, file.id).parent,
        conflict="replace",
    ),
}
IN_THE_WAY = {
    "rename": {"rename", "trash"},
    "move": {"move", "trash"},
    "both": {"rename", "move", "trash"},
    "restore": {"rename", "move", "trash"},
    "replace": {"replace", "trash"},
    "restore_version": {"replace", "trash"},
}


@pytest.mark.parametrize("racing", [False, True], ids=["before", "racing"])
@pytest.mark.parametrize("later", LATER)
@pytest.mark.parametrize("act", IN_THE_WAY)
def test_a_later_change_is_never_overwritten(
    drive: Drive,
    alice: User,
    file: Node,
    to: Node,
    monkeypatch: pytest.MonkeyPatch,
    act: str,
    later: str,
    racing: bool,
) -> None:
    """Neither when it came before undo looked, nor when it comes between undo's look and its write."""
    ACTS[act](drive, alice, file, to)
    change = last(drive, alice)
    if racing:
        come_between(monkeypatch, lambda: LATER[later](drive, alice, file, to))
    else:
        LATER[later](drive, alice, file, to)
    if later in IN_THE_WAY[act]:
        with pytest.raises(StandsInTheWay):
            undo(drive, alice, change)
    else:
        undo(drive, alice, change)
    now = drive.services.tree.node(file.id)
    assert now
    assert {
        "rename": now.name == "later.txt",
        "move": now.parent == drive.services.folders.find(top(drive, alice), ["elsewhere"]).id
        if later == "move"
        else None,
        "trash": now.state == "trashed",
        "replace": drive.read(now) == b"later",
    }[later]
    assert not drive.services.fsck.run(between=0).findings


def top(drive: Drive, user: User) -> Node:
    return drive.services.tree.folder(user, "root")


def come_between(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """At the next write of a change somebody else is faster."""
    write, meanwhile = SqliteTable.write, [act]

    def late(table: SqliteTable, *actions: Action) -> dict[str, Value]:
        if meanwhile and any(isinstance(each, Put) and str(each.item["pk"]).startswith("A#") for each in actions):
            meanwhile.pop()()
        return write(table, *actions)

    monkeypatch.setattr(SqliteTable, "write", late)


def test_a_copy_goes_to_the_trash(drive: Drive, alice: User, file: Node, to: Node) -> None:
    drive.copy(alice, file.id, parent=to.id)
    undo(drive, alice)
    assert drive.names(alice, to.id) == []
    assert [each.name for each in drive.services.trash.page(alice).items] == ["a.txt"]


def test_one_request_is_undone_as_one(drive: Drive, alice: User, to: Node) -> None:
    inner = drive.folder(alice, "inner", parent=to.id)
    deep = drive.store(alice, "deep.txt", parent=inner.id)
    request = at(drive, alice)
    for each in (deep, inner, to):
        drive.services.trash.put(request, each.id)
    outcomes = undo(drive, alice, request.acting.change)
    assert [each.id for each in outcomes if isinstance(each, Node)] == [to.id, inner.id, deep.id]
    assert drive.names(alice, inner.id) == ["deep.txt"]
