"""What came or changed lately, the latest first."""

from dataclasses import replace

import pytest

from smartdrive.domain.errors import BadInput
from smartdrive.domain.models import User
from smartdrive.services.tree import Tree
from smartdrive.services.ways import Ways
from tests.faulty_table import FaultyTable
from tests.services.drive import Drive


def listed(drive: Drive, user: User, *, limit: int = 100) -> list[str]:
    found: list[str] = []
    after: str | None = None
    while True:
        page = drive.services.recent.page(user, limit=limit, after=after)
        assert len(page.items) <= limit
        found += ["/".join([*(each.name for each in item.way[1:]), item.node.name]) for item in page.items]
        after = page.next
        if after is None:
            return found


def test_the_latest_comes_first_wherever_it_lies(drive: Drive, alice: User, carol: User) -> None:
    papers = drive.folder(alice, "Papers")
    drive.store(alice, "old")
    drive.store(alice, "inside", parent=papers.id)
    drive.store(carol, "hers")
    drive.store(alice, "new")
    assert listed(drive, alice) == ["new", "Papers/inside", "old"]
    assert listed(drive, alice, limit=1) == ["new", "Papers/inside", "old"]
    assert listed(drive, carol) == ["hers"]


def test_new_bytes_bring_a_file_to_the_top_once(drive: Drive, alice: User) -> None:
    first = drive.store(alice, "a.txt", data=b"1")
    drive.store(alice, "b.txt")
    for data in (b"22", b"333"):
        drive.store(alice, "a.txt", data=data, conflict="replace")
    assert listed(drive, alice) == ["a.txt", "b.txt"]
    assert listed(drive, alice, limit=1) == ["a.txt", "b.txt"]
    drive.store(alice, "c.txt")
    drive.services.versions.restore(alice, first.id, version_id=first.version)
    assert listed(drive, alice) == ["a.txt", "c.txt", "b.txt"]


def test_names_and_places_are_those_of_now(drive: Drive, alice: User) -> None:
    papers, file = drive.folder(alice, "Papers"), drive.store(alice, "a.txt")
    drive.store(alice, "b.txt")
    drive.services.items.change(alice, file.id, kind="file", name="z.txt", parent=papers.id)
    assert listed(drive, alice) == ["b.txt", "Papers/z.txt"], "moving is no change of what is in it"
    drive.copy(alice, file.id, conflict="keep_both")
    assert listed(drive, alice) == ["z.txt", "b.txt", "Papers/z.txt"]


def test_what_is_in_the_trash_is_hidden(drive: Drive, alice: User) -> None:
    papers = drive.folder(alice, "Papers")
    drive.store(alice, "kept")
    inside = [drive.store(alice, f"{number}", parent=papers.id) for number in range(6)]
    drive.services.trash.put(alice, inside[5].id)
    assert listed(drive, alice)[0] == "Papers/4"
    drive.services.trash.put(alice, papers.id)
    assert listed(drive, alice) == ["kept"]
    page = drive.services.recent.page(alice, limit=1)
    assert page.next is not None, "five looks were not enough to get past them, and it says where to go on"
    drive.services.trash.restore(alice, papers.id)
    drive.services.trash.purge(alice, inside[5].id)
    while drive.services.upkeep.purge_due():
        drive.services.upkeep.purge_round()
    assert listed(drive, alice) == [*(f"Papers/{number}" for number in (4, 3, 2, 1, 0)), "kept"]


def test_a_cursor_of_nowhere(drive: Drive, alice: User) -> None:
    with pytest.raises(BadInput):
        drive.services.recent.page(alice, limit=5, after="nowhere")


def test_known_folders_are_not_read_again_however_deep(drive: Drive, alice: User) -> None:
    """Of what is recent and what is starred: the list, the things with the tree version, and nothing above them."""
    inner = drive.folder(alice, "0")
    for number in range(1, 40):
        inner = drive.folder(alice, f"{number}", parent=inner.id)
    file = drive.store(alice, "deep", parent=inner.id)
    drive.services.stars.mark(alice, file.id, starred=True)
    table = FaultyTable(drive.table)
    tree = Tree(table, Ways(table))
    recent, stars = drive.services.recent, drive.services.stars
    lists = (replace(recent, table=table, tree=tree), replace(stars, table=table, tree=tree))
    for each in lists:
        each.page(alice, limit=100)
        before = table.calls
        [place] = each.page(alice, limit=100).items
        assert (place.node.id, len(place.way)) == (file.id, 41)
        assert table.calls == before + 2
    drive.services.items.change(alice, inner.id, kind="folder", name="renamed")
    for each in lists:
        assert each.page(alice, limit=100).items[0].way[-1].name == "renamed"
