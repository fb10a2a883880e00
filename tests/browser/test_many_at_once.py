"""Copies, and the question about taken names, asked once for all of them."""

import pytest
from playwright.sync_api import expect

from tests.browser.hands import MINUTE
from tests.browser.held import HeldRequests
from tests.browser.seats import Seat
from tests.browser.together import JOBS, grow

pytestmark = pytest.mark.browser


def below(desk: Seat, name: str) -> str:
    return next(str(item["id"]) for item in desk.owner.items() if item["name"] == name)


def test_a_copy_is_made_by_the_dialog_and_undone(desk: Seat) -> None:
    desk.hands.choose("a.txt", "copy-to")
    dialog = desk.page.locator("#move")
    expect(dialog.get_by_role("heading")).to_have_text("Copy “a.txt”")
    dialog.get_by_role("treeitem", name="Bills", exact=True).locator(".tree-name").click()
    dialog.get_by_role("button", name="Copy here").click()
    expect(desk.hands.toast("“a.txt” is copied to “Bills”")).to_be_visible()
    bills = below(desk, "Bills")
    assert desk.stored(bills) == ["a.txt"]
    assert "a.txt" in desk.stored()
    desk.page.get_by_role("button", name="Undo").click()
    expect(desk.hands.toast("The copies are in the trash.")).to_be_visible()
    assert desk.stored(bills) == []
    desk.hands.choose("a.txt", "move")
    expect(dialog.get_by_role("heading")).to_have_text("Move “a.txt”")
    expect(dialog.get_by_role("button", name="Move here")).to_be_disabled()


def test_copies_are_put_by_keys_into_any_number_of_folders(desk: Seat) -> None:
    desk.blank("a.txt").click()
    desk.blank("b.txt").click(modifiers=["Control"])
    desk.page.keyboard.press("Control+c")
    expect(desk.hands.toast("Copies of 2 items are at hand")).to_be_visible()
    desk.page.keyboard.press("Control+v")
    expect(desk.hands.row("b (1).txt")).to_be_visible()
    desk.hands.enter("Annexes")
    desk.page.keyboard.press("Control+v")
    expect(desk.hands.row("b.txt")).to_be_visible()
    assert desk.stored()[2:] == ["a (1).txt", "a.txt", "b (1).txt", "b.txt", "c.txt", "d.tar.gz"]


def test_taken_names_are_asked_about_once(desk: Seat) -> None:
    annexes = below(desk, "Annexes")
    for name in ("a.txt", "b.txt"):
        desk.owner.upload(name, b"older", parent=annexes)
    for name in ("a.txt", "b.txt", "c.txt"):
        desk.blank(name).click(modifiers=["Control"])
    desk.hands.row("b.txt").drag_to(desk.hands.row("Annexes"))
    dialog = desk.page.locator("#conflict")
    expect(dialog).to_contain_text("2 names are taken there, “a.txt” for one.")
    assert desk.stored(annexes) == ["a.txt", "b.txt", "c.txt"]
    dialog.get_by_role("button", name="Replace").click()
    expect(desk.hands.toast("3 items are in “Annexes” now")).to_be_visible()
    assert desk.stored() == ["Annexes", "Bills", "d.tar.gz"]
    assert {item["name"] for item in desk.owner.ok("GET", "/api/trash")["items"]} == {"a.txt", "b.txt"}
    desk.page.get_by_role("button", name="Undo").click()
    expect(desk.hands.toast("Back where it was.")).to_be_visible()
    assert desk.stored(annexes) == ["a.txt", "b.txt"]
    assert desk.stored() == ["Annexes", "Bills", "a.txt", "b.txt", "c.txt", "d.tar.gz"]


def test_a_question_that_is_left_open_moves_nothing(desk: Seat) -> None:
    annexes = below(desk, "Annexes")
    desk.owner.upload("a.txt", b"older", parent=annexes)
    desk.hands.row("a.txt").drag_to(desk.hands.row("Annexes"))
    dialog = desk.page.locator("#conflict")
    expect(dialog).to_contain_text("“a.txt” is there already")
    expect(dialog).to_contain_text("5 bytes")
    desk.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert "a.txt" in desk.stored()
    assert desk.owner.ok("GET", "/api/trash")["items"] == []


def test_a_file_is_copied_on_its_page(desk: Seat) -> None:
    desk.hands.row("a.txt").get_by_role("link", name="a.txt", exact=True).click()
    desk.hands.here("a.txt")
    desk.page.get_by_role("button", name="Copy", exact=True).click()
    desk.page.locator("#move").get_by_role("button", name="Copy here").click()
    expect(desk.hands.toast("“a.txt” is copied to “My files”")).to_be_visible()
    assert "a (1).txt" in desk.stored()


def copy_to_bills(desk: Seat) -> None:
    desk.hands.choose("Archive", "copy-to")
    dialog = desk.page.locator("#move")
    dialog.get_by_role("treeitem", name="Bills", exact=True).locator(".tree-name").click()
    dialog.get_by_role("button", name="Copy here").click()
    expect(desk.hands.toast("The copies are in “Bills” and go on filling")).to_be_visible(timeout=MINUTE)


def test_a_large_copy_counts_along_and_says_when_it_is_whole(desk: Seat) -> None:
    large = grow(desk.owner, "Archive")
    desk.page.reload()
    desk.hands.here("My files")
    held = HeldRequests(desk.page, JOBS)
    copy_to_bills(desk)
    desk.hands.toast("The copies are in “Bills” and go on filling").get_by_role("button", name="Undo").click()
    expect(desk.hands.toast("The copies are in the trash.")).to_be_visible(timeout=MINUTE)
    held.let_go()
    held.end()
    expect(desk.hands.toast("items so far")).to_have_count(0, timeout=2 * MINUTE)
    assert not desk.hands.toast("“Archive”").count(), "what was taken back neither failed nor is whole"
    held = HeldRequests(desk.page, JOBS)
    copy_to_bills(desk)
    expect(desk.hands.toast("Copying “Archive”: 1,0")).to_be_visible()
    held.let_go()
    held.end()
    expect(desk.hands.toast("“Archive” is copied whole.")).to_be_visible(timeout=2 * MINUTE)
    expect(desk.hands.toast("items so far")).to_have_count(0)
    [copy] = desk.owner.items(below(desk, "Bills"))
    parts = lambda folder: [each["name"] for each in desk.owner.items(folder)]  # noqa: E731
    assert parts(copy["id"]) == parts(large)
    last = desk.owner.items(copy["id"])[-1]
    assert [len(parts(each["id"])) for each in desk.owner.items(last["id"])] == [10] * 10
