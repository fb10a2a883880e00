"""Looking for names as people do it: results come as one types, and what was found is handled as in a folder."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.held import Held
from tests.browser.seats import Seat

pytestmark = pytest.mark.browser


def filed(seat: Seat) -> Seat:
    """Names with words in common, in two folders and beside them."""
    contracts = seat.folder("Contracts")
    seat.owner.upload("Lease Müller.txt", b"one", parent=contracts)
    seat.owner.upload("lease 2019.txt", b"two", parent=seat.folder("Old", contracts))
    for name in ("release.txt", "Leasing plan.txt"):
        seat.owner.upload(name, name.encode())
    seat.open()
    return seat


def field(seat: Seat) -> Locator:
    return seat.page.get_by_role("searchbox", name="Search files")


def shown(seat: Seat, *names: str) -> None:
    """Waits until these are the rows, in this order."""
    rows = seat.page.locator("#main tr[data-id]")
    expect(rows).to_have_count(len(names))
    for at, name in enumerate(names):
        expect(rows.nth(at)).to_have_attribute("data-name", name)


def test_results_come_as_one_types_and_the_field_keeps_focus_and_caret(seat: Seat) -> None:
    filed(seat)
    page = seat.page
    page.locator("#main").focus()
    page.keyboard.press("/")
    expect(field(seat)).to_be_focused()
    page.keyboard.type("muller lea")
    shown(seat, "Lease Müller.txt")
    expect(page).to_have_url(re.compile(r"/search\?q=muller\+lea$"))
    expect(page).to_have_title("“muller lea” · Smart Drive")
    expect(page.locator("#live")).to_have_text("1 item found")
    assert page.locator("#main mark").all_inner_texts() == ["Lea", "Müller"]
    page.keyboard.press("Home")
    for _ in "muller ":
        page.keyboard.press("Delete")
    shown(seat, "lease 2019.txt", "Lease Müller.txt", "Leasing plan.txt")
    expect(field(seat)).to_be_focused()
    assert page.evaluate("document.activeElement.selectionStart") == 0
    page.keyboard.type("xyz ")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    expect(page.locator("#live")).to_have_text("Nothing found")


def test_an_older_answer_never_takes_the_place_of_a_newer_one(seat: Seat) -> None:
    filed(seat)
    held = Held(seat.page)
    held.next("**/search?q=lease")
    field(seat).fill("lease")
    held.wait()
    field(seat).fill("leasing")
    shown(seat, "Leasing plan.txt")
    held.let_go()
    field(seat).fill("leasing p")
    expect(seat.page).to_have_title("“leasing p” · Smart Drive")
    shown(seat, "Leasing plan.txt")


def test_back_leads_to_what_was_found_and_then_to_where_one_was(seat: Seat) -> None:
    page = filed(seat).page
    seat.hands.enter("Contracts")
    field(seat).fill("lea")
    shown(seat, "lease 2019.txt", "Lease Müller.txt", "Leasing plan.txt")
    page.keyboard.press("ArrowDown")
    expect(seat.hands.row("lease 2019.txt")).to_be_focused()
    page.keyboard.press("Enter")
    seat.hands.here("lease 2019.txt")
    expect(field(seat)).to_have_value("")
    page.go_back()
    seat.hands.here("“lea”")
    expect(field(seat)).to_have_value("lea")
    expect(seat.hands.row("lease 2019.txt")).to_be_focused()
    page.get_by_role("combobox", name="Where").focus()
    page.get_by_role("combobox", name="Where").select_option(label="Below “Contracts”")
    shown(seat, "lease 2019.txt", "Lease Müller.txt")
    expect(page.get_by_role("combobox", name="Where")).to_be_focused()
    page.go_back()
    seat.hands.here("Contracts")
    expect(field(seat)).to_have_value("")
    field(seat).fill("2019")
    shown(seat, "lease 2019.txt")
    seat.hands.choose("lease 2019.txt", "reveal")
    seat.hands.here("Old")
    expect(seat.hands.row("lease 2019.txt")).to_be_focused()


def test_what_was_found_is_moved_renamed_and_deleted_where_it_is(seat: Seat) -> None:
    page = filed(seat).page
    contracts = next(item["id"] for item in seat.owner.items() if item["kind"] == "folder")
    seat.open("/search?q=lea")
    for name in ("Lease Müller.txt", "Leasing plan.txt"):
        seat.hands.row(name).get_by_role("checkbox").check()
    page.locator("[data-selection] [data-act=move]").click()
    tree = page.locator("#move")
    tree.get_by_role("treeitem", name="Old", exact=True).locator(".tree-name").first.click()
    tree.get_by_role("button", name="Move here").click()
    where = seat.hands.row("Leasing plan.txt").locator(".file-where")
    expect(where).to_have_text(re.compile(r"My files / Contracts / Old$"))
    seat.hands.toast("2 items are in “Old” now").get_by_role("button", name="Undo").click()
    expect(where).to_have_text(re.compile(r"in My files$"))
    expect(seat.hands.row("Lease Müller.txt").locator(".file-where")).to_have_text(re.compile(r"/ Contracts$"))
    assert sorted(seat.stored(contracts)) == ["Lease Müller.txt", "Old"]
    seat.hands.rename("lease 2019.txt", "lease 2020.txt")
    seat.hands.choose("lease 2020.txt", "trash")
    expect(seat.hands.row("lease 2020.txt")).to_have_count(0)
    seat.hands.toast("“lease 2020.txt” is in the trash").get_by_role("button", name="Undo").click()
    expect(seat.hands.row("lease 2020.txt")).to_be_visible()


def test_a_narrow_window_opens_the_field_by_its_button(seat: Seat) -> None:
    page = filed(seat).page
    page.set_viewport_size({"width": 360, "height": 740})
    expect(field(seat)).to_be_hidden()
    page.get_by_role("link", name="Search").click()
    expect(field(seat)).to_be_focused()
    page.keyboard.type("plan")
    shown(seat, "Leasing plan.txt")
    expect(field(seat)).to_be_visible()
    seat.hands.go("files", "My files")
    expect(field(seat)).to_be_hidden()
