"""Uploads that are stopped, given up or have nowhere to go: nothing more is sent, no more is forgotten than meant."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.catching import catch
from tests.browser.desks import Desk, Stand, make_file, new_desk
from tests.browser.hands import MINUTE, arrived
from tests.browser.held import HeldRequests

pytestmark = pytest.mark.browser
BOTH_BEGUN = "() => Object.values(localStorage).filter((kept) => JSON.parse(kept).id).length === 2"


@pytest.fixture
def desk(browser: Browser, stand: Stand) -> Desk:
    return new_desk(browser, stand)


def remembered(page: Page) -> list[str]:
    names: list[str] = page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('drive.upload.'))")
    return names


def test_who_does_not_log_out_after_all_is_offered_to_go_on(desk: Desk, tmp_path: Path) -> None:
    asked: list[str] = []
    desk.page.on(
        "dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss() if len(asked) == 1 else dialog.accept())
    )
    desk.begin(make_file(tmp_path, "film.mp4", 40_000_000), 2)
    desk.page.locator("[popovertarget=account]").click()
    desk.page.get_by_role("button", name="Log out").click()
    while not asked:
        desk.page.wait_for_timeout(50)
    desk.page.locator("#tray-title").click()
    assert len(remembered(desk.page)) == 1
    desk.page.reload()
    expect(desk.page.locator("[data-offer-text]")).to_contain_text("film.mp4", timeout=MINUTE)
    assert asked == ["beforeunload"] * 2


def test_whatever_is_pressed_while_one_is_logged_out_names_are_forgotten(desk: Desk, tmp_path: Path) -> None:
    page = desk.page
    page.on("dialog", lambda dialog: dialog.accept())
    desk.begin(make_file(tmp_path, "film.mp4", 40_000_000), 2)
    page.reload()
    expect(page.locator("[data-offer-text]")).to_contain_text("film.mp4", timeout=MINUTE)
    asked = HeldRequests(page, "**/logout")
    page.evaluate("document.querySelector('form[data-logout]').requestSubmit()")
    asked.wait()
    page.mouse.click(5, 5)
    page.keyboard.press("Shift")
    asked.let_go()
    page.wait_for_url("**/login?*")
    assert remembered(page) == []


def test_one_of_the_interrupted_is_given_up(desk: Desk, tmp_path: Path) -> None:
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.stand.hold(1_000_000)
    film, song = make_file(tmp_path, "film.mp4", 40_000_000), make_file(tmp_path, "song.wav", 30_000_000)
    desk.pick(film, song)
    desk.page.wait_for_function(BOTH_BEGUN)
    desk.page.reload()
    desk.press("Give up film.mp4")
    expect(desk.page.locator("[data-offer-text]")).not_to_contain_text("film.mp4")
    expect(desk.page.get_by_role("button", name="Give up song.wav")).to_be_focused()
    desk.page.wait_for_function("async () => (await (await fetch('/api/uploads')).json()).items.length === 1")
    assert len(remembered(desk.page)) == 1
    desk.stand.let_go()
    desk.page.set_input_files("[data-tray-offer] input", str(song))
    desk.wait_done()
    desk.assert_has(song)
    assert sorted(desk.items()) == ["song.wav"]


@pytest.mark.parametrize("act", ["Pause", "Cancel"])
def test_an_address_that_comes_too_late_is_not_used(desk: Desk, tmp_path: Path, act: str) -> None:
    held: list[Route] = []
    sent: list[str] = []

    def hold(route: Route) -> None:
        """Addresses are asked for and do not come yet."""
        held.append(route)

    catch(desk.page, "**/sign", hold)
    desk.page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    file = make_file(tmp_path, "film.mp4", 40_000_000)
    desk.pick(file)
    while not held:
        desk.page.wait_for_timeout(20)
    desk.press(f"{act} film.mp4")
    desk.says({"Pause": "Paused", "Cancel": "Cancelled"}[act])
    with desk.page.expect_response("**/sign"):
        for route in held:
            route.continue_()
    desk.page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 500))")
    desk.page.unroute("**/sign")
    assert sent == []
    if act == "Pause":
        desk.press("Resume film.mp4")
        desk.wait_done()
        desk.assert_has(file)
    assert desk.broken == []


def test_a_folder_that_is_gone_takes_nothing_and_nothing_is_remembered(desk: Desk, tmp_path: Path) -> None:
    begun: list[str] = []
    url = f"{desk.stand.app.url}/api/folders"
    token = {"X-CSRF-Token": desk.page.get_attribute("meta[name=csrf-token]", "content") or ""}
    made = desk.page.request.post(url, data={"parent": "root", "name": "Plans"}, headers=token).json()["folder"]["id"]
    desk.page.goto(f"{desk.stand.app.url}/files/{made}")
    arrived(desk.page, "Plans")
    assert desk.page.request.delete(f"{url}/{made}", headers=token).ok
    desk.page.on("request", lambda request: begun.append(request.url) if request.url.endswith("/api/uploads") else None)
    desk.pick(make_file(tmp_path, "film.mp4", 20_000_000))
    expect(desk.page.locator("#tray .tray-failed")).to_be_visible(timeout=MINUTE)
    assert len(begun) == 1
    assert remembered(desk.page) == []
