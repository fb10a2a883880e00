"""Stars stay with their things through everything, and go for good with them."""

import threading
from pathlib import Path

import pytest

from smartdrive.domain.errors import BadInput, Forbidden, NotFound
from smartdrive.domain.models import Node, User
from smartdrive.ports.table import Change, Contended, Delete, Put
from smartdrive.records import keys, nodes
from smartdrive.services import stars
from smartdrive.services.landing import Settled
from tests.faulty_table import Fault, FaultyTable
from tests.services.drive import Drive, make_drive


def star(drive: Drive, user: User, *things: Node) -> None:
    for thing in things:
        assert drive.services.stars.mark(user, thing.id, starred=True).starred


def listed(drive: Drive, user: User, *, limit: int = 100) -> list[str]:
    found: list[str] = []
    after: str | None = None
    while True:
        page = drive.services.stars.page(user, limit=limit, after=after)
        found += ["/".join([*(each.name for each in item.way[1:]), item.node.name]) for item in page.items]
        after = page.next
        if after is None:
            return found


def rows(drive: Drive) -> list[str]:
    return [str(row["sk"]) for row in drive.table.walk() if str(row["pk"]).startswith(keys.STARS)]


def sound(drive: Drive) -> bool:
    report = drive.services.fsck.run(between=0)
    assert report.findings == ()
    return report.clean


def test_the_latest_star_comes_first_with_the_way_to_it(drive: Drive, alice: User) -> None:
    papers = drive.folder(alice, "Papers")
    inner = drive.folder(alice, "Inner", parent=papers.id)
    files = [drive.store(alice, name, parent=inner.id) for name in ("b", "a", "c")]
    star(drive, alice, *files, inner)
    assert listed(drive, alice) == ["Papers/Inner", "Papers/Inner/c", "Papers/Inner/a", "Papers/Inner/b"]
    assert listed(drive, alice, limit=1) == listed(drive, alice)
    assert drive.services.stars.ids(alice) == {each.id for each in (*files, inner)}
    assert sound(drive)


def test_asking_twice_changes_nothing(drive: Drive, alice: User) -> None:
    first, second = drive.store(alice, "first"), drive.store(alice, "second")
    star(drive, alice, first, second, first)
    assert listed(drive, alice) == ["second", "first"]
    for _ in range(2):
        assert not drive.services.stars.mark(alice, first.id, starred=False).starred
    assert listed(drive, alice) == ["second"]
    assert sound(drive)


def test_renames_moves_and_new_bytes_show(drive: Drive, alice: User) -> None:
    folder, file = drive.folder(alice, "Papers"), drive.store(alice, "a.txt")
    star(drive, alice, file)
    drive.services.items.change(alice, file.id, kind="file", name="b.txt", parent=folder.id)
    drive.services.items.change(alice, folder.id, kind="folder", name="Plans")
    assert listed(drive, alice) == ["Plans/b.txt"]
    drive.store(alice, "b.txt", parent=folder.id, data=b"longer than before", conflict="replace")
    [item] = drive.services.stars.page(alice, limit=5).items
    assert (item.node.size, item.node.starred) == (18, True)
    assert sound(drive)


def test_the_trash_hides_a_star_and_gives_it_back(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "Papers")
    file = drive.store(alice, "a.txt", parent=folder.id)
    star(drive, alice, folder, file)
    for gone, left in ((file, ["Papers"]), (folder, [])):
        drive.services.trash.put(alice, gone.id)
        assert listed(drive, alice) == left
        assert sound(drive)
    for back, there in ((folder, ["Papers"]), (file, ["Papers/a.txt", "Papers"])):
        drive.services.trash.restore(alice, back.id)
        assert listed(drive, alice) == there
    assert sound(drive)


def test_what_is_purged_leaves_no_star(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "Papers")
    file, kept = drive.store(alice, "a.txt", parent=folder.id), drive.store(alice, "kept")
    star(drive, alice, folder, file, kept)
    drive.services.trash.put(alice, folder.id)
    drive.services.trash.purge(alice, folder.id)
    while drive.services.upkeep.purge_due():
        drive.services.upkeep.purge_round()
    assert rows(drive) == [kept.id]
    assert sound(drive)


def test_an_account_that_goes_leaves_no_star(drive: Drive, alice: User, carol: User) -> None:
    star(drive, carol, drive.store(carol, "a.txt"), drive.folder(carol, "Papers"))
    drive.services.accounts.delete(carol)
    while drive.services.upkeep.purge_due():
        drive.services.upkeep.purge_round()
    assert rows(drive) == []
    assert sound(drive)


def test_a_copy_is_not_starred(drive: Drive, alice: User) -> None:
    file = drive.store(alice, "a.txt")
    star(drive, alice, file)
    copy = drive.copy(alice, file.id, conflict="keep_both")
    assert not copy.starred
    assert listed(drive, alice) == ["a.txt"]
    assert sound(drive)


def test_whose_stars(drive: Drive, alice: User, carol: User) -> None:  # SECURITY 5
    file = drive.store(alice, "a.txt")
    for starred in (True, False):
        with pytest.raises(NotFound):
            drive.services.stars.mark(carol, file.id, starred=starred)
    star(drive, alice, file)
    assert listed(drive, carol) == []
    with pytest.raises(Forbidden):
        drive.services.stars.mark(alice, "root", starred=True)
    with pytest.raises(NotFound):
        drive.services.stars.mark(alice, file.id, starred=True, kind="folder")


def test_a_cursor_of_nowhere(drive: Drive, alice: User) -> None:
    with pytest.raises(BadInput):
        drive.services.stars.page(alice, limit=5, after="nowhere")


def test_so_many_stars_and_no_more(drive: Drive, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stars, "MOST", 2)
    star(drive, alice, drive.store(alice, "a"), drive.store(alice, "b"))
    third = drive.store(alice, "c")
    with pytest.raises(BadInput, match="At most 2 things"):
        drive.services.stars.mark(alice, third.id, starred=True)
    assert listed(drive, alice) == ["b", "a"]


def test_stars_and_moves_at_once_agree(drive: Drive, alice: User) -> None:
    file, folder = drive.store(alice, "a.txt"), drive.folder(alice, "Papers")

    def marks() -> None:
        for turn in range(20):
            drive.services.stars.mark(alice, file.id, starred=turn % 2 == 0)

    def moves() -> None:
        for turn in range(20):
            drive.services.items.change(alice, file.id, kind="file", parent=folder.id if turn % 2 else "root")

    actors = [threading.Thread(target=act) for act in (marks, moves)]
    for actor in actors:
        actor.start()
    for actor in actors:
        actor.join()
    assert listed(drive, alice) == []
    assert sound(drive)


def test_fsck_knows_them(drive: Drive, alice: User) -> None:
    file, other = drive.store(alice, "a.txt"), drive.store(alice, "b.txt")
    star(drive, alice, file)
    drive.table.write(Delete(keys.star(alice.id, file.id)))
    key = keys.star(alice.id, other.id)
    drive.table.write(Put({"pk": key.pk, "sk": key.sk, "l1": "2026"}))
    said = {each.subject: each.sentence for each in drive.services.fsck.run(between=0).findings}
    assert said == {
        file.id: "The file is starred, and no list of stars has it.",
        other.id: "Something is listed as starred that is not.",
    }


def test_what_stands_below_something_broken_is_not_shown(drive: Drive, alice: User) -> None:
    """Folders in a circle, or one that is gone: no endless climb, and nothing that leads nowhere."""
    upper = drive.folder(alice, "Upper")
    lower = drive.folder(alice, "Lower", parent=upper.id)
    file = drive.store(alice, "a.txt", parent=lower.id)
    star(drive, alice, file)
    drive.table.write(Change(keys.node(upper.id), set={"parent": lower.id}), nodes.bump_tree(alice.id))
    assert listed(drive, alice) == []
    node = nodes.read_node(drive.table, lower.id)
    assert node
    drive.table.write(nodes.delete_node(node), nodes.bump_tree(alice.id))
    assert listed(drive, alice) == []


def test_many_get_stars_as_far_as_there_are_any(drive: Drive, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [drive.store(alice, name) for name in "abcd"]
    monkeypatch.setattr(stars, "MOST", 3)
    star(drive, alice, files[3])
    found = drive.services.stars.mark_many(alice, [each.id for each in files], starred=True)
    assert [type(found[each.id]) for each in files] == [Settled, Settled, BadInput, Settled]
    assert sorted(listed(drive, alice)) == ["a", "b", "d"]
    assert sound(drive)


def test_a_write_of_many_that_fails_is_made_for_each(tmp_path: Path) -> None:
    drive = make_drive(tmp_path / "data")
    alice = drive.person("alice")
    files = [drive.store(alice, name) for name in "abc"]
    table = FaultyTable(drive.table, Fault(Contended("busy"), at=1, verb="write"))
    late = make_drive(tmp_path / "data", wrap=lambda _: table)
    found = late.services.stars.mark_many(alice, [each.id for each in files], starred=True)
    assert [type(found[each.id]) for each in files] == [Settled] * 3
    assert sorted(listed(drive, alice)) == ["a", "b", "c"]
    assert sound(drive)
