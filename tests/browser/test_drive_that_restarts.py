"""A page whose token is too old while the drive restarts: the page with the fresh one is not to be had just then."""

from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browser.catching import catch
from tests.browser.desks import make_file
from tests.browser.hands import MINUTE
from tests.browser.seats import Seat

pytestmark = pytest.mark.browser
BUSY = "Smart Drive is busy or starting: try again in a moment."
AGE = "document.querySelector('meta[name=csrf-token]').content = '0'.repeat(64)"


def refuse(route: Route) -> None:
    """As the web server in front does meanwhile."""
    body = {"status": 503, "code": "unavailable", "title": BUSY}
    route.fulfill(status=503, headers={"Retry-After": "1"}, json=body)


def test_nobody_is_told_to_log_in_while_the_drive_restarts(desk: Seat) -> None:
    page, hands = desk.page, desk.hands
    desk.eyes.refused |= {f"{hands.url}/settings", f"{hands.url}/api/bulk"}
    page.evaluate(AGE)
    catch(page, "**/settings", refuse)
    hands.choose("a.txt", "trash")
    expect(hands.toast(BUSY)).to_be_visible()
    expect(hands.row("a.txt")).to_be_visible()
    page.unroute("**/settings")
    hands.choose("a.txt", "trash")
    expect(hands.toast("“a.txt” is in the trash")).to_be_visible()


def test_a_form_says_that_the_drive_restarts_and_is_sent_again(desk: Seat) -> None:
    page, hands = desk.page, desk.hands
    hands.go("settings", "Settings")
    desk.eyes.refused |= {f"{hands.url}/settings", f"{hands.url}/settings/profile"}
    page.locator("#main [name=csrf_token]").evaluate_all("all => all.forEach((each) => (each.value = 'old'))")
    catch(page, "**/settings", refuse)
    page.locator("#profile-name").fill("Ana Lima")
    page.get_by_role("button", name="Save profile").click()
    expect(hands.toast(BUSY)).to_be_visible()
    expect(page.locator("#profile-name")).to_have_value("Ana Lima")
    page.unroute("**/settings")
    page.get_by_role("button", name="Save profile").click()
    expect(page.locator("#main .notice")).to_have_text("Your profile is saved.")


def test_an_upload_waits_until_the_drive_is_back_and_goes_on(desk: Seat, tmp_path: Path) -> None:
    page, hands = desk.page, desk.hands
    desk.eyes.refused |= {f"{hands.url}/settings", f"{hands.url}/api/uploads"}
    page.evaluate(AGE)
    catch(page, "**/settings", refuse)
    page.set_input_files("#pick-files", str(make_file(tmp_path, "film.mp4", 20_000_000)))
    expect(page.locator("#tray .tray-state", has_text="The drive is busy; trying again")).to_be_visible(timeout=MINUTE)
    page.unroute("**/settings")
    expect(page.locator("#tray-title")).to_have_text("1 file uploaded", timeout=MINUTE)
