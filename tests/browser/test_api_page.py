"""Swagger UI from our own files: it calls the drive as whoever is signed in, or by a token that was pasted."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.accessible import faults_of_access
from tests.browser.eyes import Eyes
from tests.browser.photos import NARROW, WIDE, profile
from tests.browser.seats import Seat
from tests.live import Live

SWAGGERS_OWN = {
    "button-name": "the cross that closes a dialog has no name; a button Close stands in it too",
    "heading-order": "its dialogs begin with a third-level heading",
    "label": "the text of a body has no label; its section is headed Request body",
    "landmark-main-is-top-level": "it brings a main of its own into ours, which stands alone without scripts",
    "landmark-no-duplicate-main": "the same",
    "landmark-unique": "the same",
    "nested-interactive": "a button around an address holds its name and its link",
    "scrollable-region-focusable": "long examples scroll by pointer alone; the document above has them too",
    "select-name": "the choice of a server has one server",
}
"""What axe says of Swagger UI's own elements, which are not ours to change. Its colours are: frontend/api-page.css."""

LOOKED_AT = [
    [".top"],
    [".info"],
    [".scheme-container"],
    ["#operations-folders-folders_create"],
    [".dialog-ux .modal-ux"],
]
"""The frame, one address that is open, and the dialog: all addresses alike would take axe many seconds."""


def operation(page: Page, name: str) -> Locator:
    """One address, opened and ready to be tried."""
    block = page.locator(f"#operations-{name}")
    block.locator(".opblock-summary-control").click()
    block.get_by_role("button", name="Try it out").click()
    return block


def status(block: Locator) -> Locator:
    """The status of the answer that came."""
    block.get_by_role("button", name="Execute").click()
    return block.locator(".live-responses-table .response-col_status").last


def test_the_session_of_the_browser_is_enough(seat: Seat) -> None:  # SECURITY 13, 33
    page = seat.page
    answer = page.goto(f"{seat.hands.url}/api/docs")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy
    block = operation(page, "folders-folders_create")
    block.locator("textarea").fill('{"parent": "root", "name": "By Swagger UI"}')
    expect(status(block)).to_contain_text("201")
    assert seat.stored() == ["By Swagger UI"]


def test_only_what_changes_something_carries_the_page_token(seat: Seat) -> None:  # SECURITY 13
    page, sent = seat.page, list[tuple[str, bool]]()
    page.on("request", lambda request: sent.append((request.method, "x-csrf-token" in request.headers)))
    page.goto(f"{seat.hands.url}/api/docs")
    expect(status(operation(page, "me-me_read"))).to_contain_text("200")
    assert not any(with_token for _, with_token in sent), "storage elsewhere, where downloads lead, takes none"
    block = operation(page, "folders-folders_create")
    block.locator("textarea").fill('{"parent": "root", "name": "With the token"}')
    expect(status(block)).to_contain_text("201")
    assert ("POST", True) in sent


def test_a_pasted_token_does_for_a_stranger(browser: Browser, lists: Live, seat: Seat) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark")
    eyes = Eyes(frozenset({lists.url}))
    eyes.watch(context)
    page = context.new_page()
    page.goto(f"{lists.url}/api/docs")
    expect(page.locator("html")).to_have_class("dark-mode")
    page.get_by_role("button", name="Authorize").first.click()
    form = page.locator(".auth-container", has_text="access (http, Bearer)")
    form.locator("input").fill(seat.owner.token)
    form.get_by_role("button", name="Apply credentials").click()
    page.get_by_role("button", name="Close", exact=True).last.click()
    expect(status(operation(page, "me-me_read"))).to_contain_text("200")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert eyes.wrong == []


def test_without_scripts_the_page_says_where_the_document_is(browser: Browser, lists: Live) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{lists.url}/api/docs")
    expect(page.get_by_text("This page needs JavaScript.")).to_be_visible()
    page.get_by_role("link", name="OpenAPI document").click()
    expect(page).to_have_url(f"{lists.url}/api/openapi.json")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_nothing_of_ours(browser: Browser, lists: Live, width: int, scheme: str) -> None:
    page = profile(browser, width=width, scheme=scheme).new_page()
    page.goto(f"{lists.url}/api/docs")
    operation(page, "folders-folders_create")
    page.get_by_role("button", name="Authorize").first.click()
    expect(page.get_by_role("heading", name="Available authorizations")).to_be_visible()
    rules = {name: {"enabled": False} for name in SWAGGERS_OWN}
    told = faults_of_access(page, {"rules": rules}, within=LOOKED_AT)
    assert not told, "\n".join(told)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
