"""A session that ends in the middle of an upload: the tray asks to log in, and nothing has to be chosen again."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.desks import Desk, Stand, another_desk, make_file, new_desk

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(browser: Browser, stand: Stand) -> Desk:
    return new_desk(browser, stand)


def end_session(browser: Browser, desk: Desk) -> None:
    """From another browser, as one does for a machine that was left somewhere; the tray then asks to log in."""
    other = another_desk(browser, desk)
    page, url = other.page, desk.stand.app.url
    token = page.get_attribute("meta[name=csrf-token]", "content") or ""
    for session in page.request.get(f"{url}/api/sessions").json()["items"]:
        if not session["current"]:
            ended = page.request.delete(f"{url}/api/sessions/{session['id']}", headers={"X-CSRF-Token": token})
            assert ended.ok, ended.text()
    page.context.close()
    desk.stand.let_go()
    desk.says("Log in again, then resume")


@pytest.fixture
def film(desk: Desk, tmp_path: Path) -> Path:
    """A file under way that is not done before it is let go."""
    file = make_file(tmp_path, "film.mp4", 50_000_000)
    desk.begin(file, 10)
    return file


def test_an_upload_goes_on_when_one_has_logged_in_in_another_tab(browser: Browser, desk: Desk, film: Path) -> None:
    before = desk.stand.bytes_up
    end_session(browser, desk)
    with desk.page.context.expect_page() as opened:
        desk.page.get_by_role("link", name="Log in again").click()
    tab = Desk(opened.value, desk.stand, desk.email)
    tab.log_in()
    desk.wait_done()
    desk.assert_has(film)
    assert desk.stand.bytes_up - before <= 50_000_000, "what had arrived was sent again"
    expect(tab.page.locator("[data-tray-offer]")).to_be_hidden()


def test_nothing_goes_on_for_somebody_else(browser: Browser, desk: Desk, film: Path) -> None:
    end_session(browser, desk)
    assert not desk.page.evaluate("dispatchEvent(new Event('beforeunload', { cancelable: true }))"), "may be lost"
    stranger = new_desk(browser, desk.stand)
    cookies = stranger.page.context.cookies()
    stranger.page.context.close()
    desk.page.context.add_cookies(cookies)
    with desk.page.expect_response("**/settings"):
        desk.page.evaluate("dispatchEvent(new Event('focus'))")
    desk.page.wait_for_timeout(500)
    desk.says("Log in again, then resume")
    desk.log_in_aside()
    desk.page.evaluate("dispatchEvent(new Event('focus'))")
    desk.wait_done()
    desk.assert_has(film)


def test_what_is_under_way_is_not_sent_for_somebody_else(browser: Browser, desk: Desk, film: Path) -> None:
    stranger = new_desk(browser, desk.stand)
    cookies = stranger.page.context.cookies()
    stranger.page.context.close()
    desk.page.context.add_cookies(cookies)
    desk.stand.let_go()
    desk.says("Log in again, then resume")
    desk.log_in_aside()
    desk.page.evaluate("dispatchEvent(new Event('focus'))")
    desk.wait_done()
    desk.assert_has(film)


def test_what_was_paused_is_not_lost_when_somebody_else_says_resume(browser: Browser, desk: Desk, film: Path) -> None:
    begun: list[str] = []
    desk.press("Pause film.mp4")
    desk.says("Paused")
    stranger = new_desk(browser, desk.stand)
    cookies = stranger.page.context.cookies()
    stranger.page.context.close()
    mine = desk.page.context.cookies()
    desk.page.context.add_cookies(cookies)
    desk.page.on("request", lambda request: begun.append(request.url) if request.url.endswith("/api/uploads") else None)
    desk.press("Resume film.mp4")
    desk.says(f"Somebody else is logged in. Log in as {desk.email}, then resume")
    desk.page.context.add_cookies(mine)
    desk.stand.let_go()
    desk.press("Resume film.mp4")
    desk.wait_done()
    assert begun == [], "it began anew, without what had arrived"
    desk.assert_has(film)


def test_what_another_browser_sends_is_not_given_up_with_the_rest(desk: Desk) -> None:
    url, headers = (
        desk.stand.app.url,
        {"X-CSRF-Token": desk.page.get_attribute("meta[name=csrf-token]", "content") or ""},
    )
    wanted = {"name": "film.mp4", "size": 40_000_000, "parent": "root", "fingerprint": "a" * 64}
    begun = desk.page.request.post(f"{url}/api/uploads", data=wanted, headers=headers)
    assert begun.ok, begun.text()
    desk.page.reload()
    with desk.page.expect_response("**/api/uploads?*"):
        desk.page.get_by_role("button", name="Give them up").click()
    expect(desk.page.locator("[data-tray-offer]")).to_be_hidden()
    assert [item["name"] for item in desk.page.request.get(f"{url}/api/uploads").json()["items"]] == ["film.mp4"]
