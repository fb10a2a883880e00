"""Answers that come late: nothing gone comes back, nothing new is missed, no dialog shows another thing."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.catching import catch
from tests.browser.held import Held
from tests.browser.seats import Seat

pytestmark = pytest.mark.browser
WATCH = """window.cameBack = false;
new MutationObserver(() => { cameBack ||= document.querySelector('#main [data-name="a.txt"]') !== null; })
  .observe(document.body, { childList: true, subtree: true });"""
CHANGED = "document.dispatchEvent(new CustomEvent('drive:uploaded'))"


def item(seat: Seat, name: str) -> str:
    return next(str(each["id"]) for each in seat.owner.items() if each["name"] == name)


def test_a_list_that_comes_late_brings_nothing_back_and_misses_nothing(desk: Seat) -> None:
    held = Held(desk.page)
    held.next("**/files")
    desk.page.evaluate(CHANGED)
    held.wait()
    desk.hands.choose("a.txt", "trash")
    expect(desk.hands.toast("“a.txt” is in the trash")).to_be_visible()
    expect(desk.hands.row("a.txt")).to_have_count(0)
    desk.page.evaluate(WATCH)
    desk.owner.upload("e.txt", b"e")
    desk.page.evaluate(CHANGED)
    held.let_go()
    expect(desk.hands.row("e.txt")).to_be_visible()
    assert not desk.page.evaluate("cameBack")


def test_on_the_way_back_a_list_does_not_show_another_folder(desk: Seat) -> None:
    held, bills = Held(desk.page), item(desk, "Bills")
    desk.hands.enter("Bills")
    held.next("**/files")
    desk.page.evaluate("history.back()")
    held.wait()
    with desk.page.expect_request(f"**/files/{bills}"):
        desk.page.evaluate(CHANGED)
    held.let_go()
    desk.hands.here("My files")
    expect(desk.hands.row("a.txt")).to_be_visible()


def test_back_and_at_once_forth_stays(desk: Seat) -> None:
    held = Held(desk.page)
    desk.hands.enter("Bills")
    held.next("**/files")
    desk.page.evaluate("history.back()")
    held.wait()
    desk.page.evaluate("history.forward()")
    expect(desk.page.locator("#main[aria-busy]")).to_have_count(0)
    held.let_go()
    desk.page.wait_for_timeout(300)
    desk.hands.here("Bills")
    expect(desk.page).to_have_url(f"{desk.hands.url}/files/{item(desk, 'Bills')}")


def test_the_links_of_one_thing_are_not_shown_as_those_of_another(desk: Seat) -> None:
    held = Held(desk.page)
    held.next(f"**/files/{item(desk, 'a.txt')}/share")
    desk.hands.choose("a.txt", "share")
    held.wait()
    desk.page.keyboard.press("Escape")
    desk.hands.choose("b.txt", "share")
    links = desk.page.locator("#share [data-links]")
    expect(links).to_have_attribute("data-name", "b.txt")
    with desk.page.expect_response("**/share"):
        held.let_go()
    desk.page.wait_for_timeout(200)
    expect(links).to_have_attribute("data-name", "b.txt")


def test_the_dialogs_of_a_file_page_do_each_thing_once_however_often_it_was_read_anew(desk: Seat) -> None:
    page = desk.page
    page.goto(f"{desk.hands.url}/files/{item(desk, 'a.txt')}/details")
    desk.hands.here("a.txt")
    page.locator("#rename").fill("z.txt")
    page.get_by_role("button", name="Rename").click()
    desk.hands.here("z.txt")
    page.get_by_role("link", name="Move").click()
    page.locator("#move").get_by_role("button", name="New folder").click()
    page.locator("#move [name=name]").fill("Carts")
    page.locator("#move").get_by_role("button", name="Make folder").click()
    expect(page.locator("#move [role=treeitem][data-name=Carts]")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#move [data-error]")).to_be_empty()
    page.locator("#move").get_by_role("button", name="Cancel").click()
    for links in (1, 2):
        page.locator("[data-act=share]").click()
        page.locator("#share").get_by_role("button", name="Create").click()
        expect(page.locator("#share .link")).to_have_count(links)
        page.locator("#share").get_by_role("button", name="Done").click()
        expect(page.locator(".details-facts > .plain > li")).to_have_count(links)
        desk.hands.here("z.txt")


def test_folders_read_for_one_thing_are_not_shown_for_another(desk: Seat) -> None:
    held, page = Held(desk.page), desk.page
    held.next("**/api/folders/*?limit=1")
    desk.hands.choose("a.txt", "move")
    held.wait()
    page.keyboard.press("Escape")
    desk.hands.choose("Bills", "move")
    tree = page.locator("#move [role=tree]")
    expect(tree.get_by_role("treeitem", name="Bills", exact=True)).to_have_attribute("aria-disabled", "true")
    with page.expect_response("**/api/folders/*?limit=1"):
        held.let_go()
    page.wait_for_timeout(300)
    expect(tree.locator("> [role=treeitem]")).to_have_count(1)
    expect(tree.get_by_role("treeitem", name="Bills", exact=True)).to_have_attribute("aria-disabled", "true")


def test_a_folder_asked_for_twice_is_made_once(desk: Seat) -> None:
    page = desk.page
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    desk.hands.choose("a.txt", "move")
    expect(page.locator("#move [role=treeitem]").first).to_be_focused()
    page.locator("#move").get_by_role("button", name="New folder").click()
    catch(page, "**/api/folders", hold)
    page.keyboard.type("Carts")
    with page.expect_request("**/api/folders"):
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert len(asked) == 1
    asked.pop().continue_()
    expect(page.locator("#move [role=treeitem][data-name=Carts]")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#move [data-error]")).to_be_empty()
    assert desk.stored().count("Carts") == 1
