"""Folders: making, listing in every order, and paths."""

from itertools import pairwise

import pytest

from smartdrive.domain.errors import BadInput, Exists, NotFound
from smartdrive.domain.models import User
from smartdrive.services.folders import SORTS
from tests.services.drive import Drive


def test_a_folder_is_listed_before_files_in_every_order(drive: Drive, alice: User) -> None:
    for name, size in (("b.txt", 3), ("A.pdf", 1), ("c.zip", 2)):
        drive.store(alice, name, data=b"x" * size)
    for name in ("zeta", "alpha", "Beta", "gamma"):
        drive.folder(alice, name)
    assert drive.names(alice) == ["alpha", "Beta", "gamma", "zeta", "A.pdf", "b.txt", "c.zip"]
    assert drive.names(alice, sort="-name") == ["zeta", "gamma", "Beta", "alpha", "c.zip", "b.txt", "A.pdf"]
    assert drive.names(alice, sort="size")[4:] == ["A.pdf", "c.zip", "b.txt"]
    assert drive.names(alice, sort="-size")[4:] == ["b.txt", "c.zip", "A.pdf"]
    assert drive.names(alice, sort="created")[4:] == ["b.txt", "A.pdf", "c.zip"]
    assert drive.names(alice, sort="-modified")[4:] == ["c.zip", "A.pdf", "b.txt"]
    for sort in SORTS:
        assert set(drive.names(alice, sort=sort)[:4]) == {"zeta", "alpha", "Beta", "gamma"}


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_together_are_the_whole_list_once(drive: Drive, alice: User, sort: str, limit: int) -> None:
    for number in range(4):
        drive.folder(alice, f"folder {number}")
        drive.store(alice, f"file {number}", data=b"x" * (number % 2))
    found: list[str] = []
    after = None
    for _ in range(20):
        page = drive.services.folders.page(alice, "root", sort=sort, limit=limit, after=after).page
        assert len(page.items) <= limit
        found += [entry.id for entry in page.items]
        after = page.next
        if after is None:
            break
    assert len(found) == len(set(found)) == 8


@pytest.mark.parametrize("sort", ["name", "-name", "size", "-size"])
@pytest.mark.parametrize(("folders", "files"), [(4, 4), (8, 0), (0, 8), (4, 0)])
def test_no_page_that_would_be_empty_is_promised(
    drive: Drive, alice: User, sort: str, folders: int, files: int
) -> None:
    for number in range(folders):
        drive.folder(alice, f"folder {number}")
    for number in range(files):
        drive.store(alice, f"file {number}")
    after, sizes = None, []
    for _ in range((folders + files) // 4):
        page = drive.services.folders.page(alice, "root", sort=sort, limit=4, after=after).page
        after = page.next
        sizes.append(len(page.items))
    assert (sizes, after) == ([4] * len(sizes), None)


def test_a_cursor_cannot_leave_its_folder(drive: Drive, alice: User) -> None:
    inner = drive.folder(alice, "inner")
    for number in range(5):
        drive.store(alice, f"secret {number}", parent=inner.id)
    cursor = drive.services.folders.page(alice, inner.id, sort="name", limit=2).page.next
    for elsewhere, sort in (("root", "name"), (inner.id, "size")):
        with pytest.raises(BadInput):
            drive.services.folders.page(alice, elsewhere, sort=sort, limit=100, after=cursor)


@pytest.mark.parametrize("cursor", ["x", "D.", "D.x", "F.e30", "e30", "Q.e30", "\ud800", "W10="])
@pytest.mark.parametrize("sort", ["name", "-name", "size"])
def test_a_wrong_cursor_is_a_sentence(drive: Drive, alice: User, cursor: str, sort: str) -> None:
    if cursor == "D." and sort == "-name":
        return
    with pytest.raises(BadInput):
        drive.services.folders.page(alice, "root", sort=sort, limit=5, after=cursor)


def test_a_name_is_taken_whatever_its_case_form_or_kind(drive: Drive, alice: User) -> None:
    drive.folder(alice, "Résumé")
    for twin in ("résumé", "RE\u0301SUME\u0301", "Re\u0301sume\u0301"):
        with pytest.raises(Exists) as refusal:
            drive.folder(alice, twin)
        assert refusal.value.more["existing"].name == "Résumé"  # type: ignore[attr-defined]
        with pytest.raises(Exists):
            drive.store(alice, twin)
    drive.store(alice, "notes")
    with pytest.raises(Exists):
        drive.folder(alice, "NOTES")


def test_a_path_is_made_once(drive: Drive, alice: User) -> None:
    root = drive.services.tree.folder(alice, "root")
    first = drive.services.folders.ensure(root, ["a", "b", "c"])
    again = drive.services.folders.ensure(root, ["A", "B", "C"])
    assert first.id == again.id
    assert drive.names(alice) == ["a"]
    drive.store(alice, "file", parent=first.id)
    with pytest.raises(Exists):
        drive.services.folders.ensure(root, ["a", "b", "c", "file", "d"])
    assert drive.services.folders.find(root, ["A", "b", "C", "FILE"]).name == "file"
    with pytest.raises(NotFound):
        drive.services.folders.find(root, ["a", "x"])


def test_another_persons_folder_is_like_an_unknown_one(drive: Drive, alice: User, carol: User) -> None:
    mine = drive.folder(alice, "mine")  # SECURITY 16
    for folder_id in (mine.id, "x" * 26, "", "../../etc", "a" * 3000, "\ud800"):
        with pytest.raises(NotFound) as refusal:
            drive.services.folders.page(carol, folder_id, sort="name", limit=5)
        assert refusal.value.title == NotFound.title
        with pytest.raises(NotFound):
            drive.folder(carol, "x", parent=folder_id)


def test_the_way_down_is_shown(drive: Drive, alice: User) -> None:
    root = drive.services.tree.folder(alice, "root")
    deep = drive.services.folders.ensure(root, [f"level {number}" for number in range(50)])
    trail = drive.services.folders.page(alice, deep.id, sort="name", limit=1).place.trail
    assert [step.name for step in trail[1:]] == [f"level {number}" for number in range(50)]
    assert all(below.parent == above.id for above, below in pairwise(trail))
