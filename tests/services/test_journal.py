"""Every act leaves its row in the very write of the act, filed under the owner of the thing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from smartdrive.domain.events import ACTS, Event, change_id
from smartdrive.domain.models import Acting, User
from smartdrive.ports.table import Action, Put, Slice, Value
from smartdrive.records import journal
from smartdrive.services import activity
from smartdrive.services.activity import READ_AT_MOST, Wanted
from smartdrive.services.journal import STALE
from smartdrive.storage.sqlite import SqliteTable
from tests.services.drive import Drive


def told(drive: Drive, user: User) -> list[Event]:
    """The journal, oldest first."""
    return [journal.event_of(row) for row in journal.read_oldest(drive.table, user.id, limit=1000).items]


def all_acts(drive: Drive, alice: User) -> None:
    """Each act once, in the order of ACTS as far as one follows from another."""
    services = drive.services
    to = drive.folder(alice, "to")
    file = drive.store(alice, "a.txt", data=b"first")
    drive.store(alice, "a.txt", data=b"second", conflict="replace")
    services.items.change(alice, file.id, kind="file", name="b.txt")
    services.items.change(alice, file.id, kind="file", parent=to.id)
    drive.copy(alice, file.id, parent="root")
    oldest = services.versions.page(file).items[-1].id
    services.versions.restore(alice, file.id, version_id=oldest)
    services.versions.name(alice, file.id, version_id=oldest, name="draft")
    services.versions.delete(alice, file.id, version_id=oldest)
    link = services.shares.create(alice, file.id).link
    services.shares.change(alice, link.id, expires=link.expires)
    services.shares.revoke(alice, link.id)
    services.trash.put(alice, file.id)
    services.trash.restore(alice, file.id)
    services.trash.put(alice, file.id)
    services.trash.purge(alice, file.id)
    services.trash.empty(alice)


def test_every_act_is_told(drive: Drive, alice: User) -> None:
    all_acts(drive, alice)
    found = told(drive, alice)
    assert {each.act for each in found} == set(ACTS)
    assert {each.by for each in found} == {alice.id}
    assert [each.id for each in found] == sorted(each.id for each in found)


def test_each_row_comes_with_its_act(drive: Drive, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """A death between the two cannot be: there is one write."""
    writes: list[Sequence[Action]] = []
    write = SqliteTable.write

    def watched(table: SqliteTable, *actions: Action) -> dict[str, Value]:
        writes.append(actions)
        return write(table, *actions)

    monkeypatch.setattr(SqliteTable, "write", watched)
    all_acts(drive, alice)
    rows = [[each for each in some if is_row(each)] for some in writes]
    assert sum(map(len, rows)) == len(told(drive, alice))
    assert [some for some, found in zip(writes, rows, strict=True) if found and len(some) == len(found)] == []


def is_row(action: Action) -> bool:
    return isinstance(action, Put) and str(action.item["pk"]).startswith("A#")


def test_what_an_act_found_and_left(drive: Drive, alice: User) -> None:
    to, file = drive.folder(alice, "to"), drive.store(alice, "a.txt")
    drive.services.items.change(alice, file.id, kind="file", name="b.txt", parent=to.id)
    moved = told(drive, alice)[-1]
    assert (moved.act, moved.item, moved.kind) == ("move", file.id, "file")
    assert (moved.was_name, moved.name, moved.was_parent, moved.parent) == ("a.txt", "b.txt", alice.root, to.id)
    drive.services.trash.put(alice, file.id)
    gone, node = told(drive, alice)[-1], drive.services.tree.node(file.id)
    assert node
    assert gone.trashed == node.trashed


def test_who_acts_and_from_where(drive: Drive, alice: User) -> None:
    request = replace(alice, acting=Acting(change_id(drive.clock(), "abcdefgh"), "2001:db8::7"))
    drive.folder(request, "one")
    drive.folder(request, "two")
    found = told(drive, alice)
    assert {(each.change, each.address) for each in found} == {(request.acting.change, "2001:db8::7")}
    assert len({each.id for each in found}) == 2


def test_a_request_that_took_long_tells_it_when_it_is_done(drive: Drive, alice: User) -> None:
    """Its row would come to stand before rows that are sealed."""
    request = replace(alice, acting=Acting(change_id(drive.clock(), "abcdefgh")))
    drive.clock.forward(seconds=STALE.total_seconds() + 1)
    drive.folder(request, "late")
    assert told(drive, alice)[0].moment > drive.clock.moment - STALE


def test_a_refused_act_tells_nothing(drive: Drive, alice: User) -> None:
    drive.folder(alice, "one")
    with pytest.raises(Exception, match="already there"):
        drive.folder(alice, "ONE")
    assert len(told(drive, alice)) == 1


def test_what_leaves_the_trash_by_itself_is_told_too(drive: Drive, alice: User) -> None:
    drive.services.trash.put(alice, drive.folder(alice, "old").id)
    drive.clock.forward(days=31)
    drive.services.upkeep.sweep_round()
    gone = told(drive, alice)[-1]
    assert (gone.act, gone.by, gone.name) == ("purge", "", "old")


def test_a_rare_act_is_found_a_thousand_rows_a_page(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "one")
    for number in range(READ_AT_MOST + 5):
        drive.services.items.change(alice, folder.id, kind="folder", name=f"name {number}")
    wanted = Wanted(action="make")
    page = drive.services.activity.page(alice, wanted, limit=100)
    assert (page.items, page.next is None) == ([], False)
    page = drive.services.activity.page(alice, wanted, limit=100, after=page.next)
    assert ([each.act for each in page.items], page.next) == (["make"], None)


def test_a_filter_costs_few_trips_and_leaves_nothing_out(
    drive: Drive, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However short the pages are: they end in the midst of what was read."""
    for number in range(7):
        folder = drive.folder(alice, f"{number}")
        drive.services.items.change(alice, folder.id, kind="folder", name=f"new {number}")
    reads: list[str] = []
    query = SqliteTable.query

    def watched(table: SqliteTable, pk: str, **more: Any) -> Slice:
        reads.append(pk)
        return query(table, pk, **more)

    monkeypatch.setattr(SqliteTable, "query", watched)
    monkeypatch.setattr(activity, "CHUNK", 5)
    found, after, wanted = list[str](), None, Wanted(action="make")
    for _ in range(4):
        page = drive.services.activity.page(alice, wanted, limit=2, after=after)
        found, after = [*found, *(each.name for each in page.items)], page.next
    assert (found, after) == (["6", "5", "4", "3", "2", "1", "0"], None)
    assert len(reads) <= 4 * 2


def test_a_row_stays_under_a_kilobyte(drive: Drive, alice: User) -> None:
    """One unit of writing, whatever the names are."""
    request = replace(
        alice, acting=Acting(change_id(drive.clock(), "abcdefgh"), "2001:db8:1111:2222:3333:4444:5555:6666")
    )
    to, file = drive.folder(request, "to"), drive.store(request, "ä" * 127)
    drive.services.items.change(request, file.id, kind="file", name="ö" * 127, parent=to.id)
    row = journal.read_events(drive.table, alice.id, limit=1).items[0]
    assert sum(len(name) + len(str(value).encode()) for name, value in row.items()) < 1024
