"""Search over the names of a drive: the same answers as looking at every name, whatever happened to it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from smartdrive.domain.errors import BadInput, NotFound
from smartdrive.domain.models import User
from smartdrive.domain.search import asked, matches, words
from smartdrive.records import keys
from smartdrive.services import search
from smartdrive.services.search import Question
from tests.services.drive import Drive


def found(drive: Drive, user: User, text: str, **more: object) -> list[str]:
    """All answers, page by page."""
    question = replace(Question(asked(text)), **more)  # type: ignore[arg-type]
    names, after = list[str](), None
    while True:
        page = drive.services.search.find(user, question, limit=2, after=after)
        names += [each.node.name for each in page.items]
        if (after := page.next) is None:
            return names


def test_names_are_found_by_how_their_words_begin(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "Leases")
    for name in ("Lease 2026.pdf", "lease-2025.pdf", "Miete.pdf"):
        drive.store(alice, name, parent=folder.id)
    assert found(drive, alice, "lea") == ["Lease 2026.pdf", "lease-2025.pdf", "Leases"]
    assert found(drive, alice, "2026 LEÀSE") == ["Lease 2026.pdf"]
    assert found(drive, alice, "ease") == []
    assert found(drive, alice, " … ") == []
    [each] = drive.services.search.find(alice, Question(("miete",)), limit=10).items
    assert [level.name for level in each.trail[1:]] == ["Leases", "Miete.pdf"]


def test_it_follows_every_change_of_a_name(drive: Drive, alice: User) -> None:
    file = drive.store(alice, "draft one.txt")
    items = drive.services.items
    items.change(alice, file.id, kind="file", name="final one.txt")
    assert (found(drive, alice, "draft"), found(drive, alice, "final one")) == ([], ["final one.txt"])
    drive.store(alice, "final one.txt", data=b"new", conflict="replace")
    assert found(drive, alice, "one") == ["final one.txt"]
    copy = drive.copy(alice, file.id, parent="root")
    assert found(drive, alice, "one") == [copy.name, "final one.txt"]
    drive.services.trash.put(alice, file.id)
    assert found(drive, alice, "one") == [copy.name]
    drive.folder(alice, "final one.txt")
    drive.services.trash.restore(alice, file.id)
    assert sorted(found(drive, alice, "final")) == ["final one (1).txt", "final one (2).txt", "final one.txt"]
    assert found(drive, alice, "2") == ["final one (2).txt"]


def test_nothing_below_the_trash_is_found_and_all_of_it_after_coming_back(drive: Drive, alice: User) -> None:
    outer = drive.folder(alice, "outer")
    inner = drive.folder(alice, "inner", parent=outer.id)
    drive.store(alice, "deep.txt", parent=inner.id)
    assert found(drive, alice, "deep") == ["deep.txt"]
    drive.services.trash.put(alice, outer.id)
    assert found(drive, alice, "deep") == []
    drive.services.trash.restore(alice, outer.id)
    assert found(drive, alice, "deep") == ["deep.txt"]


def test_what_is_deleted_for_good_leaves_no_word(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "gone with all")
    drive.store(alice, "gone.txt", parent=folder.id)
    drive.services.trash.put(alice, folder.id)
    drive.services.trash.empty(alice)
    while drive.services.upkeep.purge_round():
        pass
    assert drive.table.query(keys.words(alice.id)).items == []


def test_only_ones_own_things_are_found(drive: Drive, alice: User) -> None:
    drive.store(alice, "secret.txt")  # SECURITY 16
    bob = drive.person("bob")
    theirs = drive.folder(alice, "theirs")
    assert found(drive, bob, "secret") == []
    with pytest.raises(NotFound):
        found(drive, bob, "secret", folder=theirs.id)


def test_filters(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "set a")
    png = b"\x89PNG\r\n\x1a\n"
    inside = drive.store(alice, "a.png", data=png, parent=folder.id)
    start = drive.clock()
    drive.clock.forward(days=2)
    drive.store(alice, "a.txt", data=b"words " * 9)
    drive.store(alice, "a.zip", data=b"PK\x03\x04\x00")
    every = ["a.png", "a.txt", "a.zip", "set a"]
    assert sorted(found(drive, alice, "a")) == every
    assert found(drive, alice, "a", kind="folder") == ["set a"]
    assert sorted(found(drive, alice, "a", kind="file")) == every[:3]
    assert [found(drive, alice, "a", kind=kind) for kind in ("image", "document", "archive", "audio")] == [
        ["a.png"], ["a.txt"], ["a.zip"], [],
    ]  # fmt: skip
    assert found(drive, alice, "a", folder=folder.id) == [inside.name]
    later = start + timedelta(days=1)
    assert sorted(found(drive, alice, "a", modified_after=later)) == ["a.txt", "a.zip"]
    assert found(drive, alice, "a", modified_before=later) == ["a.png"]
    assert found(drive, alice, "a", min_size=54) == ["a.txt"]
    assert sorted(found(drive, alice, "a", max_size=8)) == ["a.png", "a.zip"]


def test_many_names_come_page_by_page_once_each(drive: Drive, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "CHUNK", 7)
    monkeypatch.setattr(search, "READ_MOST", 14)
    names = [f"pa{n} paper part{n % 3} {'odd' if n % 2 else 'even'}.txt" for n in range(40)]
    for name in names:
        drive.store(alice, name)
    for text in ("pa", "paper odd", "part2", "e pa1", "pape part1 even", "3"):
        wanted = sorted(name for name in names if matches(words(name), asked(text)))
        assert sorted(found(drive, alice, text)) == wanted, text


def test_a_page_reads_no_more_than_it_may(drive: Drive, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "CHUNK", 5)
    monkeypatch.setattr(search, "READ_MOST", 10)
    for n in range(30):
        drive.store(alice, f"{'frequent common' if n == 25 else ('frequent', 'common')[n % 2]} {n:02}.txt")
    page = drive.services.search.find(alice, Question(asked("common frequent")), limit=5)
    assert page.items == []
    assert page.next
    assert found(drive, alice, "common frequent") == ["frequent common 25.txt"]


def test_the_rarest_word_leads_however_short_it_is(drive: Drive, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "CHUNK", 5)
    monkeypatch.setattr(search, "READ_MOST", 10)
    for n in range(30):
        drive.store(alice, f"common {n:02}.txt")
    page = drive.services.search.find(alice, Question(asked("common 17")), limit=5)
    assert ([each.node.name for each in page.items], page.next) == (["common 17.txt"], None)


@pytest.mark.parametrize(
    "after", ["x", "ä", "W10", "WyJhIiwiYiIsImMiXQ", "WyJhIl0", "WyJiIiwiIiwiIl0", "eyJhIjoxfQ", "!" * 40]
)
def test_a_foreign_cursor_is_refused(drive: Drive, alice: User, after: str) -> None:
    drive.store(alice, "a.txt")
    with pytest.raises(BadInput):
        drive.services.search.find(alice, Question(("a",)), limit=5, after=after)


def test_scripts_without_spaces_are_found_by_each_of_their_first_characters_and_korean_by_its_words(
    drive: Drive, alice: User
) -> None:
    """As the page of help says."""
    first, last = "年度预算报告草稿请勿外传北京上海广州深圳杭州南京天津武汉成都", "汉"
    drive.store(alice, first)
    drive.store(alice, "연간 보고서")
    assert found(drive, alice, "预") == found(drive, alice, "深圳") == [first]
    assert first.index(last) > 24
    assert found(drive, alice, last) == []
    assert found(drive, alice, "보고") == ["연간 보고서"]
    assert found(drive, alice, "고서") == []
