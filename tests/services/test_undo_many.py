"""What was done to many things at once is undone at once: each thing by itself, in an order in which names fit."""

from contextlib import suppress
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from smartdrive.domain.clock import new_id
from smartdrive.domain.errors import DriveError, StandsInTheWay
from smartdrive.domain.events import Event, change_id
from smartdrive.domain.models import Acting, Conflict, Node, User
from smartdrive.ports.table import Unavailable
from smartdrive.records import journal
from smartdrive.services.bulk import Wanted
from tests.faulty_table import Fault, FaultyTable
from tests.services.drive import Drive, make_drive


def at_once(drive: Drive, user: User, *ids: str, action: str, to: str = "", conflict: Conflict | None = None) -> str:
    """Do it in one request; the change's id."""
    change = change_id(drive.clock(), new_id())
    me = replace(user, acting=Acting(change, "192.0.2.7"))
    answer = drive.services.bulk.run(me, Wanted(action, ids, to, conflict))  # type: ignore[arg-type]
    assert not [each for each in answer.outcomes.values() if isinstance(each, DriveError)]
    return change


def undo(drive: Drive, user: User, change: str) -> list[Node | DriveError]:
    return list(drive.services.undo.undo(user, change).values())


def everything(drive: Drive, user: User) -> list[tuple[str, str, bytes]]:
    """All live things with the names of their folders, and the bytes of files."""
    found, folders = [], [(drive.services.tree.folder(user, "root"), "")]
    while folders:
        folder, path = folders.pop()
        for entry in drive.services.folders.page(user, folder.id, sort="name", limit=200).page.items:
            node = drive.services.tree.node(entry.id)
            assert node
            found.append((f"{path}/{entry.name}", entry.id, drive.read(node) if entry.kind == "file" else b""))
            if entry.kind == "folder":
                folders.append((node, f"{path}/{entry.name}"))
    return sorted(found)


@pytest.fixture
def things(drive: Drive, alice: User) -> dict[str, Node]:
    """Two folders with a name in common, and some files."""
    found = {"to": drive.folder(alice, "to"), "here": drive.folder(alice, "here")}
    for name in ("a.txt", "b.txt", "c.txt"):
        found[name] = drive.store(alice, name, data=name.encode(), parent=found["here"].id)
    found["old b"] = drive.store(alice, "B.TXT", data=b"older", parent=found["to"].id)
    found["inner"] = drive.folder(alice, "inner", parent=found["here"].id)
    found["deep"] = drive.store(alice, "deep.txt", parent=found["inner"].id)
    found["old inner"] = drive.folder(alice, "inner", parent=found["to"].id)
    return found


@pytest.mark.parametrize("conflict", ["replace", "keep_both", "skip"])
def test_a_move_and_what_it_replaced(drive: Drive, alice: User, things: dict[str, Node], conflict: Conflict) -> None:
    before = everything(drive, alice)
    ids = [things[each].id for each in ("a.txt", "b.txt", "c.txt", "inner")]
    change = at_once(drive, alice, *ids, action="move", to=things["to"].id, conflict=conflict)
    assert everything(drive, alice) != before
    assert not [each for each in undo(drive, alice, change) if isinstance(each, DriveError)]
    assert everything(drive, alice) == before
    assert drive.services.fsck.run(between=0).clean


def test_what_left_more_events_than_a_page_has_goes_back_whole(drive: Drive, alice: User) -> None:
    """Moving a thousand things and replacing as many leaves two thousand events; here the thousand before are made."""
    to, some = drive.folder(alice, "to"), [drive.store(alice, f"{number}.txt").id for number in range(3)]
    change = at_once(drive, alice, *some, action="move", to=to.id)
    told = Event(f"{change}-", alice.id, alice.id, "", "make", item=to.id, kind="folder", name="to", parent=alice.root)
    for start in range(0, 1000, 100):
        ids = (f"{told.id}{number:08d}" for number in range(start, start + 100))
        drive.table.write(*(journal.put_event(replace(told, id=each)) for each in ids))
    outcomes = undo(drive, alice, change)
    assert len([each for each in outcomes if isinstance(each, Node)]) == len(some)
    assert drive.names(alice, to.id) == []


def test_copies_and_what_they_replaced(drive: Drive, alice: User, things: dict[str, Node]) -> None:
    before = everything(drive, alice)
    ids = [things[each].id for each in ("a.txt", "b.txt", "inner")]
    change = at_once(drive, alice, *ids, action="copy", to=things["to"].id, conflict="replace")
    assert len(everything(drive, alice)) == len(before) + 2
    assert not [each for each in undo(drive, alice, change) if isinstance(each, DriveError)]
    assert everything(drive, alice) == before


def test_the_trash_from_the_top_down_and_back(drive: Drive, alice: User, things: dict[str, Node]) -> None:
    before = everything(drive, alice)
    ids = [things[each].id for each in ("deep", "here", "inner", "a.txt", "to")]
    gone = at_once(drive, alice, *ids, action="trash")
    assert everything(drive, alice) == []
    back = at_once(drive, alice, *ids, action="restore")
    assert everything(drive, alice) == before
    undo(drive, alice, back)
    assert everything(drive, alice) == []
    with pytest.raises(StandsInTheWay):
        undo(drive, alice, gone)


def test_what_has_gone_on_stays_and_the_rest_goes_back(drive: Drive, alice: User, things: dict[str, Node]) -> None:
    ids = [things[each].id for each in ("a.txt", "c.txt")]
    change = at_once(drive, alice, *ids, action="move", to=things["to"].id)
    drive.services.items.change(alice, ids[0], kind="file", parent=alice.root)
    outcomes = drive.services.undo.undo(alice, change)
    became = {event.item: isinstance(outcome, StandsInTheWay) for event, outcome in outcomes.items()}
    assert became == {ids[0]: True, ids[1]: False}
    assert "a.txt" in drive.names(alice)


def test_an_undo_cut_short_goes_on_when_it_is_asked_for_again(tmp_path: Path) -> None:
    """SECURITY 44: for every n, the n-th write fails, before its effect or with its answer lost."""
    for moment, n in product(("before", "after"), (1, 2, 3)):
        drive = make_drive(tmp_path / f"{moment}{n}")
        alice = drive.person("alice")
        to = drive.folder(alice, "to")
        ids = [drive.store(alice, f"{number}.txt").id for number in range(3)]
        before = everything(drive, alice)
        change = at_once(drive, alice, *ids, action="move", to=to.id)
        failing = FaultyTable(drive.table, Fault(Unavailable("injected"), n, "write", moment))  # type: ignore[arg-type]
        late = replace(drive.services.undo, items=replace(drive.services.items, table=failing))
        with pytest.raises(Unavailable):
            late.undo(alice, change)
        with suppress(StandsInTheWay):  # all had been done but for the answer
            undo(drive, alice, change)
        assert everything(drive, alice) == before
        assert drive.services.fsck.run(between=0).clean
