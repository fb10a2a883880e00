"""Stars by key, menu and bar, and the pages that gather things from all over the drive."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.hands import MINUTE
from tests.browser.seats import Seat

pytestmark = pytest.mark.browser


def starred(seat: Seat, name: str) -> Locator:
    return seat.page.locator(f'#main [data-starred][data-name="{name}"]')


def test_a_star_by_key_and_back(desk: Seat) -> None:
    hands, page = desk.hands, desk.page
    desk.blank("a.txt").click()
    page.keyboard.press("s")
    expect(hands.toast("“a.txt” is starred")).to_be_visible(timeout=MINUTE)
    expect(starred(desk, "a.txt")).to_be_visible(timeout=MINUTE)
    hands.go("starred", "Starred")
    assert hands.names() == ["a.txt"]
    expect(hands.row("a.txt").locator(".file-where")).to_contain_text("My files")
    desk.blank("a.txt").click()
    page.keyboard.press("s")
    expect(page.locator("#main [data-id]")).to_have_count(0, timeout=MINUTE)
    expect(page.get_by_role("heading", name="Nothing is starred")).to_be_visible()


def test_many_at_once_and_the_entry_that_fits(desk: Seat) -> None:
    hands, page = desk.hands, desk.page
    for name in ("Annexes", "b.txt"):
        hands.row(name).locator("[name=ids]").check()
    page.locator("[data-selection]").get_by_role("button", name="Star", exact=True).click()
    expect(hands.toast("2 items are starred")).to_be_visible(timeout=MINUTE)
    expect(starred(desk, "Annexes")).to_be_visible(timeout=MINUTE)
    expect(starred(desk, "b.txt")).to_be_visible()
    page.get_by_role("button", name="Select nothing").click()
    hands.row("b.txt").locator("[data-row-menu]").click()
    menu = page.locator("#row-menu")
    expect(menu.get_by_role("button", name="Star", exact=True)).to_be_hidden()
    menu.get_by_role("button", name="Remove the star").click()
    expect(starred(desk, "b.txt")).to_have_count(0, timeout=MINUTE)
    expect(starred(desk, "Annexes")).to_be_visible()


def test_what_one_does_with_a_file_where_it_is_gathered(desk: Seat) -> None:
    hands, page = desk.hands, desk.page
    inner = desk.folder("Inner")
    desk.owner.upload("deep.txt", b"deep", parent=inner)
    hands.go("recent", "Recent")
    assert hands.names()[0] == "deep.txt"
    expect(hands.row("deep.txt").locator(".file-where")).to_contain_text("My files / Inner")
    hands.choose("deep.txt", "rename")
    page.locator(".name-field input").fill("deeper.txt")
    page.keyboard.press("Enter")
    expect(hands.row("deeper.txt")).to_be_visible(timeout=MINUTE)
    hands.choose("deeper.txt", "reveal")
    hands.here("Inner")
    expect(hands.row("deeper.txt")).to_be_visible()
    hands.go("recent", "Recent")
    hands.choose("deeper.txt", "trash")
    expect(hands.row("deeper.txt")).to_have_count(0, timeout=MINUTE)
    assert desk.stored(inner) == []
