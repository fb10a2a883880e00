"""What somebody does in another tab of the same browser: logs in again, or lets somebody else log in."""

from secrets import token_hex

import pytest
from playwright.sync_api import Route, expect

from tests.browser.asides import log_in_aside
from tests.browser.catching import catch
from tests.browser.seats import Seat
from tests.live import PASSWORD, Live

pytestmark = pytest.mark.browser
SAME = "window.samePage === true"
SOMEBODY_ELSE = "Somebody else is logged in"


@pytest.fixture
def stranger(lists: Live) -> str:
    """The e-mail address of somebody who owns nothing."""
    name = f"eva-{token_hex(5)}"
    lists.client.register(name)
    return f"{name}@example.com"


def log_in(seat: Seat, email: str = "") -> None:
    """In another tab, as oneself unless another address is given."""
    own = str(seat.owner.ok("GET", "/api/me")["user"]["email"])
    log_in_aside(seat.page, seat.hands.url, email=email or own, password=PASSWORD)


def may_be_refused(seat: Seat, *paths: str) -> None:
    seat.eyes.refused |= {seat.hands.url + path for path in paths}


def item(seat: Seat, name: str) -> str:
    return next(f"{each['kind']}s/{each['id']}" for each in seat.owner.items() if each["name"] == name)


def test_the_page_of_somebody_else_is_loaded_whole(desk: Seat, stranger: str) -> None:
    mine = desk.page.get_attribute("#tray", "data-user")
    desk.page.evaluate("window.samePage = true")
    log_in(desk, stranger)
    desk.page.locator("[data-place=trash]:visible").click()
    expect(desk.page.locator(f"#tray:not([data-user='{mine}'])")).to_be_attached()
    desk.hands.here("Trash")
    assert not desk.page.evaluate(SAME)


def test_uploads_keep_their_page_when_somebody_else_has_logged_in(desk: Seat, stranger: str) -> None:
    def never(route: Route) -> None:
        """The bytes never arrive."""

    mine = desk.page.get_attribute("#tray", "data-user")
    catch(desk.page, "**/objects/**", never)
    with desk.page.expect_request("**/objects/**"):
        desk.page.set_input_files("#pick-files", {"name": "e.txt", "mimeType": "text/plain", "buffer": b"new"})
    log_in(desk, stranger)
    desk.page.locator("[data-place=trash]:visible").click()
    expect(desk.hands.toast(SOMEBODY_ELSE)).to_be_visible()
    assert desk.page.get_attribute("#tray", "data-user") == mine
    expect(desk.hands.row("a.txt")).to_be_visible()


def test_a_new_login_of_the_same_person_is_no_reason_to_refuse_anything(desk: Seat) -> None:
    page, hands = desk.page, desk.hands
    page.evaluate("window.samePage = true")
    may_be_refused(desk, "/api/bulk", f"/{item(desk, 'b.txt')}/share", "/settings/profile")
    log_in(desk)
    hands.choose("a.txt", "trash")
    expect(hands.toast("“a.txt” is in the trash")).to_be_visible()
    hands.choose("b.txt", "share")
    expect(page.locator("#share select").first).to_be_visible()
    log_in(desk)
    page.locator("#share").get_by_role("button", name="Create link").click()
    expect(page.locator("#share input[readonly]")).to_have_count(1)
    page.keyboard.press("Escape")
    hands.go("settings", "Settings")
    log_in(desk)
    page.locator("#profile-name").fill("Ana Lima")
    page.get_by_role("button", name="Save profile").click()
    expect(page.locator("#main .notice")).to_have_text("Your profile is saved.")
    assert page.evaluate(SAME)


def test_nothing_is_done_for_somebody_else(desk: Seat, stranger: str) -> None:
    page, hands = desk.page, desk.hands
    may_be_refused(desk, "/api/bulk", "/settings/profile")
    log_in(desk, stranger)
    hands.choose("a.txt", "trash")
    expect(hands.toast(SOMEBODY_ELSE)).to_be_visible()
    expect(hands.row("a.txt")).to_be_visible()
    assert "a.txt" in desk.stored()
    log_in(desk)
    hands.go("settings", "Settings")
    log_in(desk, stranger)
    page.locator("#profile-name").fill("Ana Lima")
    page.get_by_role("button", name="Save profile").click()
    expect(hands.toast(SOMEBODY_ELSE)).to_be_visible()
    assert page.evaluate("document.querySelector('#profile-name').value") == "Ana Lima"
