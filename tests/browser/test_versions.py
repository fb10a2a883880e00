"""Versions beside the list and on the page of a file: by mouse, by keyboard, and what an upload says that made one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.eyes import Eyes
from tests.browser.hands import MINUTE, Hands
from tests.browser.keyboards import Keyboard
from tests.browser.photos import WIDE, profile
from tests.browser.plain import Plain, plain
from tests.browser.seats import Seat
from tests.live import Client, Live

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
TEXTS = (b"one", b"second", b"the third")


@pytest.fixture
def owner(seat: Seat) -> Client:
    """Has a file of three versions, and looks at the list."""
    write(seat.owner)
    seat.open()
    return seat.owner


def write(owner: Client) -> str:
    made = [owner.upload("plan.txt", text, conflict="replace") for text in TEXTS]
    return str(made[-1]["id"])


def sizes(owner: Client) -> list[int]:
    file = owner.items()[0]["id"]
    return [each["size"] for each in owner.ok("GET", f"/api/files/{file}/versions")["items"]]


def shown(panel: Locator) -> Locator:
    return panel.locator(".version")


def test_versions_in_the_panel(seat: Seat, owner: Client) -> None:
    """Brought back, named and deleted beside the list, which follows."""
    hands, panel = seat.hands, seat.page.locator("#details")
    hands.choose("plan.txt", "details")
    expect(shown(panel)).to_have_count(3)
    expect(shown(panel).first).to_contain_text("Current")
    expect(shown(panel).first).to_contain_text("9 bytes · by you")
    assert hands.download(shown(panel).nth(1).get_by_role("link", name="Download")).suggested_filename == "plan.txt"
    shown(panel).last.get_by_role("button", name="Restore").click()
    expect(shown(panel)).to_have_count(4)
    expect(panel.get_by_role("status")).to_contain_text("The file is as it was then.")
    expect(panel.locator("#versions-title")).to_be_focused()
    expect(hands.row("plan.txt").locator(".file-size")).to_have_text("3 bytes")
    shown(panel).last.locator("summary").click()
    shown(panel).last.get_by_label("Name of this version").fill("first draft")
    shown(panel).last.get_by_role("button", name="Save name").click()
    expect(shown(panel).last).to_contain_text("first draft")
    shown(panel).nth(1).get_by_role("button", name="Delete").click()
    dialog = seat.page.get_by_role("dialog", name="Delete this version?")
    dialog.get_by_role("button", name="Cancel").click()
    expect(shown(panel)).to_have_count(4)
    shown(panel).nth(1).get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete version").click()
    expect(shown(panel)).to_have_count(3)
    assert sizes(owner) == [3, 6, 3]


def test_what_went_elsewhere_is_said(seat: Seat, owner: Client) -> None:
    """Another tab has deleted it meanwhile: a sentence, and the panel stays."""
    panel = seat.page.locator("#details")
    seat.hands.choose("plan.txt", "details")
    expect(shown(panel)).to_have_count(3)
    file = owner.items()[0]["id"]
    path = f"/api/files/{file}/versions"
    seat.eyes.refused.add(f"{seat.hands.url}/files/{file}/versions/{owner.ok('GET', path)['items'][2]['id']}/restore")
    owner.ok("DELETE", f"{path}/{owner.ok('GET', path)['items'][2]['id']}")
    shown(panel).last.get_by_role("button", name="Restore").click()
    expect(seat.hands.toast("There is nothing here")).to_be_visible()
    expect(shown(panel)).to_have_count(3)
    assert sizes(owner) == [9, 6]


def test_versions_on_the_page_of_the_file(seat: Seat, owner: Client) -> None:
    """One is looked at and brought back without a page load."""
    hands, page = seat.hands, seat.page
    hands.row("plan.txt").get_by_role("link", name="plan.txt", exact=True).click()
    hands.here("plan.txt")
    page.evaluate("() => { window.same = true; }")
    shown(page.locator("#main")).last.get_by_role("link").first.click()
    expect(page.get_by_text("As it was on")).to_be_visible(timeout=MINUTE)
    expect(page.locator("#main .facts")).to_contain_text("3 bytes")
    page.locator("#main").get_by_role("button", name="Restore").click()
    hands.here("plan.txt")
    expect(page.get_by_text("The file is as it was then.")).to_be_visible(timeout=MINUTE)
    expect(shown(page.locator("#main"))).to_have_count(4)
    assert page.evaluate("() => window.same === true"), "uploads would have ended"
    assert sizes(owner) == [3, 9, 6, 3]


def test_an_upload_that_replaces_says_that_the_version_is_kept(seat: Seat, owner: Client, tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_bytes(b"the fourth one")
    seat.page.set_input_files("#pick-files", tmp_path / "plan.txt")
    seat.page.get_by_role("button", name="Replace").click()
    expect(seat.page.locator("#tray-title")).to_have_text("1 file uploaded", timeout=MINUTE)
    expect(seat.page.locator(".tray-state")).to_have_text("Replaced. Version kept.")
    (tmp_path / "new.txt").write_bytes(b"new")
    seat.page.set_input_files("#pick-files", tmp_path / "new.txt")
    expect(seat.page.locator("#tray-title")).to_have_text("2 files uploaded", timeout=MINUTE)
    expect(seat.page.locator(".tray-state").first).to_have_text("Done")


@pytest.fixture
def keyboard(browser: Browser, lists: Live, seat: Seat, owner: Client) -> Iterator[Keyboard]:
    """The same person at a window in which one must always see where one is."""
    context, eyes = profile(browser, width=WIDE), Eyes(frozenset({lists.url}))
    context.add_cookies(seat.page.context.cookies())
    eyes.watch(context)
    yield Keyboard(context.new_page())
    assert eyes.wrong == []


def test_versions_without_a_mouse(keyboard: Keyboard, seat: Seat, owner: Client) -> None:
    page, hands = keyboard.page, Hands(keyboard.page, seat.hands.url)
    page.goto(f"{hands.url}/files/{owner.items()[0]['id']}/details")
    hands.here("plan.txt")
    main = page.locator("#main")
    keyboard.use(shown(main).last.locator("summary"))
    keyboard.to(shown(main).last.get_by_label("Name of this version"))
    keyboard.type("by keyboard")
    keyboard.press("Enter")
    expect(shown(main).last).to_contain_text("by keyboard", timeout=MINUTE)
    keyboard.use(shown(main).last.get_by_role("button", name="Restore"))
    expect(shown(main)).to_have_count(4, timeout=MINUTE)
    keyboard.use(shown(main).nth(1).get_by_role("button", name="Delete"))
    keyboard.use(page.get_by_role("dialog").get_by_role("button", name="Delete version"))
    expect(shown(main)).to_have_count(3, timeout=MINUTE)
    assert not keyboard.lost, "\n".join(keyboard.lost)
    assert sizes(owner) == [3, 6, 3]


@pytest.mark.parametrize("width", [1280, 360], ids=["desk", "phone"])
def test_versions_without_scripts(browser: Browser, lists: Live, seat: Seat, owner: Client, width: int) -> None:
    with plain(browser, lists.url, width) as ana:
        ana.page.context.add_cookies(seat.page.context.cookies())  # type: ignore[arg-type]
        ana.open("/files")
        ana.about("plan.txt")
        oldest = shown(ana.page.locator("#main")).last
        leave(ana, oldest.get_by_role("button", name="Restore"))
        expect(ana.page.get_by_text("The file is as it was then.")).to_be_visible()
        assert ana.fetched("Download") == b"one"
        oldest.locator("summary").click()
        oldest.get_by_label("Name of this version").fill("kept")
        leave(ana, oldest.get_by_role("button", name="Save name"))
        expect(oldest).to_contain_text("kept")
        leave(ana, shown(ana.page.locator("#main")).nth(1).get_by_role("button", name="Delete"))
        expect(ana.page.get_by_text("The version is deleted.")).to_be_visible()
        leave(ana, oldest.get_by_role("link").first)
        ana.follow("Back to the file")
    assert sizes(owner) == [3, 6, 3]


def leave(ana: Plain, way: Locator) -> None:
    """The next page is looked at once all of it is there."""
    with ana.page.expect_navigation(wait_until="domcontentloaded"):
        way.click()
    ana.look()
