"""From page to page without leaving the first one: what stays, what is said, and when a page is not to be had."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.catching import catch
from tests.browser.desks import Stand, make_file, new_desk
from tests.browser.seats import Seat

pytestmark = pytest.mark.browser
ROW = 45
"""Pixels: rows out of sight have their height only once they are drawn."""
SAME = "window.samePage === true"
AT_FIRST = """() => {
  window.atFirst = [];
  new MutationObserver(() => {
    const table = document.querySelector("#main [data-table]");
    if (table && !atFirst.length) atFirst.push(table.getAttribute("role"));
  }).observe(document.body, { childList: true, subtree: true });
}"""
"""Notes what the list of the next page is when it comes: its script has made it a grid, or it has not."""


def mark(page: Page) -> None:
    """Something that a page load would take away."""
    page.evaluate("window.samePage = true")


def test_every_place_is_reached_without_a_page_load(desk: Seat) -> None:
    page, hands = desk.page, desk.hands
    mark(page)
    for place, title in (("settings", "Settings"), ("links", "My links"), ("trash", "Trash"), ("files", "My files")):
        hands.go(place, title)
        expect(page).to_have_url(re.compile(f"/{place}$"))
        expect(page.locator("#main")).to_be_focused()
        expect(page.locator("#live")).to_have_text(f"{title} · Smart Drive")
        expect(page.locator(f".places [data-place={place}]")).to_have_attribute("aria-current", "page")
        expect(page.locator(".places [aria-current]")).to_have_count(1)
    steps = page.evaluate("history.length")
    hands.go("files", "My files")
    expect(page.locator("#live")).to_have_text("My files · Smart Drive")
    assert page.evaluate("history.length") == steps, "one would go back to where one is"
    assert page.evaluate(SAME)


def test_a_page_hears_keys_from_the_moment_it_is_shown(desk: Seat) -> None:
    page, hands = desk.page, desk.hands
    hands.go("settings", "Settings")
    page.evaluate(AT_FIRST)
    hands.go("files", "My files")
    assert page.evaluate("atFirst") == ["grid"]


def test_forms_of_settings_are_answered_on_the_page(desk: Seat) -> None:
    page, hands = desk.page, desk.hands
    mark(page)
    hands.go("settings", "Settings")
    page.locator("#profile-name").fill("Ana ליאור Lima")
    page.get_by_role("button", name="Save profile").click()
    expect(page.locator("#main .notice")).to_have_text("Your profile is saved.")
    expect(page.locator("#live")).to_have_text("Your profile is saved.")
    page.locator("[popovertarget=account]").click()
    expect(page.locator("#account")).to_contain_text("Ana ליאור Lima")
    page.keyboard.press("Escape")
    desk.eyes.refused.add(f"{hands.url}/settings/password")
    page.locator("#password-current").fill("not it")
    page.locator("#password-new").fill("another quiet morning 7")
    page.get_by_role("button", name="Change password").click()
    expect(page.locator("#main .notice-danger")).to_be_focused()
    expect(page).to_have_url(re.compile("/settings"))
    page.reload()
    hands.here("Settings")


def test_links_are_made_and_ended_on_the_page_of_a_file(desk: Seat) -> None:
    page = desk.page
    item = next(each["id"] for each in desk.owner.items() if each["name"] == "a.txt")
    page.goto(f"{desk.hands.url}/files/{item}/share")
    desk.hands.here("Share “a.txt”")
    mark(page)
    page.get_by_role("button", name="Create link").click()
    expect(page.locator("#main input[readonly]")).to_have_count(1)
    desk.hands.here("Share “a.txt”")
    page.get_by_role("button", name="End link").click()
    page.get_by_role("dialog").get_by_role("button", name="End link").click()
    expect(page.locator("#main input[readonly]")).to_have_count(0)
    assert page.evaluate(SAME)


def test_back_and_forth_lead_to_where_one_was(seat: Seat) -> None:
    page, hands = seat.page, seat.hands
    for number in range(40):
        seat.folder(f"Folder {number:02}")
    seat.open()
    mark(page)
    page.evaluate("scrollTo(0, 400)")
    hands.row("Folder 22").locator(".file-name a").focus()
    at = page.evaluate("scrollY")
    page.keyboard.press("Enter")  # a click might scroll on its way
    hands.here("Folder 22")
    assert page.evaluate("scrollY") == 0
    page.go_back()
    hands.here("My files")
    expect(hands.row("Folder 22")).to_be_focused()
    assert abs(page.evaluate("scrollY") - at) < ROW
    page.go_forward()
    hands.here("Folder 22")
    page.go_back()
    hands.here("My files")
    assert page.evaluate(SAME)
    page.wait_for_function("(at) => Math.abs(scrollY - at) < 45", arg=at)
    page.wait_for_function("() => history.state?.scroll > 300")
    page.reload()
    page.wait_for_function("(at) => Math.abs(scrollY - at) < 45", arg=at)


def test_a_page_that_cannot_be_fetched_leaves_this_one(desk: Seat) -> None:
    page, hands = desk.page, desk.hands
    mark(page)
    catch(page, "**/trash", lambda route: route.abort())
    desk.eyes.refused.add(f"{hands.url}/trash")
    page.locator("[data-place=trash]:visible").click()
    expect(hands.toast("No connection to the drive.")).to_be_visible()
    expect(hands.row("a.txt")).to_be_visible()
    expect(page).to_have_url(f"{hands.url}/files")
    page.unroute("**/trash")
    hands.toast("No connection").get_by_role("button", name="Try again").click()
    hands.here("Trash")
    expect(page.locator("#main")).to_be_focused()
    assert page.evaluate(SAME)


def test_going_back_without_connection_stays_where_one_is(desk: Seat) -> None:
    page, hands = desk.page, desk.hands
    hands.enter("Bills")
    here = page.url
    mark(page)
    desk.eyes.refused.add(f"{hands.url}/files")
    page.context.set_offline(True)
    page.evaluate("history.back()")
    note = hands.toast("No connection to the drive.")
    expect(note).to_be_visible()
    expect(page).to_have_url(here)
    hands.here("Bills")
    page.context.set_offline(False)
    note.get_by_role("button", name="Try again").click()
    hands.here("My files")
    expect(page).to_have_url(f"{hands.url}/files")
    page.evaluate("history.back()")
    hands.here("Bills")
    expect(page).to_have_url(here)
    assert page.evaluate(SAME)


def test_a_page_in_the_past_that_is_gone_while_something_uploads_stays_in_the_past(desk: Seat) -> None:
    page, hands = desk.page, desk.hands
    folder = next(each["id"] for each in desk.owner.items() if each["name"] == "Bills")
    hands.enter("Bills")
    hands.go("settings", "Settings")
    mark(page)
    desk.owner.ok("DELETE", f"/api/folders/{folder}")
    desk.eyes.refused.add(f"{hands.url}/files/{folder}")
    page.evaluate("document.addEventListener('drive:leaving', (event) => event.preventDefault())")
    page.evaluate("history.back()")
    expect(page.locator("#toasts .toast-note")).to_be_visible()
    expect(page).to_have_url(re.compile("/settings$"))
    hands.here("Settings")
    assert page.evaluate(SAME)


def test_a_question_is_asked_again_after_a_failure(desk: Seat) -> None:
    page = desk.page
    item = next(each["id"] for each in desk.owner.items() if each["name"] == "a.txt")
    desk.owner.ok("POST", "/api/shares", {"item": item})
    page.goto(f"{desk.hands.url}/files/{item}/share")
    desk.hands.here("Share “a.txt”")
    address = page.locator("form", has=page.get_by_role("button", name="End link")).first.get_attribute("action") or ""
    desk.eyes.refused.add(desk.hands.url + address)
    page.get_by_role("button", name="End link").click()
    page.context.set_offline(True)
    page.get_by_role("dialog").get_by_role("button", name="End link").click()
    expect(desk.hands.toast("No connection to the drive.")).to_be_visible()
    page.context.set_offline(False)
    page.locator("#main").get_by_role("button", name="End link").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.locator("#main input[readonly]")).to_have_count(1)


def test_a_button_keeps_the_focus_while_its_form_is_on_its_way(desk: Seat) -> None:
    page, hands = desk.page, desk.hands
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    hands.go("settings", "Settings")
    desk.eyes.refused.add(f"{hands.url}/settings/profile")
    save = page.get_by_role("button", name="Save profile")
    with page.expect_request("**/settings/profile"):
        catch(page, "**/settings/profile", hold)
        save.focus()
        page.keyboard.press("Enter")
    expect(save).to_be_focused()
    expect(save).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    [route] = asked
    route.abort()
    expect(hands.toast("No connection to the drive.")).to_be_visible()
    expect(save).to_be_focused()
    expect(save).not_to_have_attribute("aria-disabled", "true")


def test_a_button_of_the_links_keeps_the_focus_when_it_fails(desk: Seat) -> None:
    page = desk.page
    item = next(each["id"] for each in desk.owner.items() if each["name"] == "a.txt")
    desk.eyes.refused.add(f"{desk.hands.url}/files/{item}/share")
    desk.hands.choose("a.txt", "share")
    create = page.locator("#share").get_by_role("button", name="Create link")
    create.focus()
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.locator("#share [data-error]")).to_have_text("No connection to the drive.")
    expect(create).to_be_focused()
    page.context.set_offline(False)


def test_a_link_to_a_part_of_a_page_leads_there(desk: Seat) -> None:
    page = desk.page
    page.set_viewport_size({"width": 1280, "height": 400})
    mark(page)
    desk.hands.row("a.txt").focus()
    page.keyboard.press("?")
    page.get_by_role("link", name="Switch them off or on").click()
    desk.hands.here("Settings")
    expect(page).to_have_url(re.compile("/settings#appearance$"))
    expect(page.get_by_role("heading", name="Appearance")).to_be_in_viewport()
    expect(page.locator("#appearance")).to_be_focused()
    at = page.evaluate("scrollY")
    page.locator(".settings-nav").get_by_role("link", name="Profile").click()
    page.wait_for_function("(at) => scrollY < at - 50", arg=at)
    page.go_back()
    page.wait_for_function("(at) => Math.abs(scrollY - at) <= 1", arg=at)
    assert page.evaluate(SAME)


def test_the_space_bar_scrolls_where_no_row_has_the_focus(desk: Seat) -> None:
    page = desk.page
    page.set_viewport_size({"width": 1280, "height": 400})
    page.locator("#main").focus()
    page.keyboard.press("Space")
    page.wait_for_function("() => scrollY > 0")


def test_uploads_are_not_ended_by_a_page_that_is_gone(browser: Browser, stand: Stand, tmp_path: Path) -> None:
    desk = new_desk(browser, stand)
    page, url = desk.page, stand.app.url
    token = page.get_attribute("meta[name=csrf-token]", "content") or ""
    headers = {"X-CSRF-Token": token}
    made = page.request.post(f"{url}/api/folders", data={"parent": "root", "name": "Old"}, headers=headers)
    page.reload()
    folder = page.locator("#main").get_by_role("link", name="Old", exact=True)
    expect(folder).to_be_visible()
    page.request.delete(f"{url}/api/folders/{made.json()['folder']['id']}", headers=headers)
    file = make_file(tmp_path, "film.mp4", 40_000_000)
    desk.begin(file, 1)
    mark(page)
    folder.click()
    expect(page.locator("#toasts .toast-note")).to_contain_text("not")
    assert page.evaluate(SAME)
    stand.let_go()
    desk.wait_done()
    desk.assert_has(file)
