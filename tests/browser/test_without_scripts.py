"""Everything one does with a drive, in Chromium without scripts: links and plain forms, on a desk and on a phone."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.browser.plain import Plain, plain
from tests.live import Client, Live

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
NOTE = "Notiz – 計画.txt"


@pytest.mark.parametrize("width", [1280, 360], ids=["desk", "phone"])
def test_the_whole_way(browser: Browser, lists: Live, tmp_path: Path, width: int) -> None:
    lists.client.register(f"first-{token_hex(4)}")  # the operator's account would not end here
    with plain(browser, lists.url, width) as ana:
        arrive(ana)
        forge(ana)
        files_and_folders(ana, tmp_path)
        bin_and_back(ana)
        if width > 360:
            a_long_list(ana, tmp_path)
        found(ana)
        links(ana, browser)
        a_direct_link(ana)
        settings(ana)


def arrive(ana: Plain) -> None:
    """Register from the front page, at the second try."""
    ana.open("/")
    ana.follow("Create account", within="main")
    ana.eyes.refused.add(f"{ana.url}/register")
    ana.press("Create account")
    expect(ana.page.locator("main").get_by_role("alert")).to_contain_text("Enter an e-mail address.")
    ana.fill(name="Ana", email=ana.email, password=ana.password)
    ana.press("Create account")
    ana.here("My files")


def forge(ana: Plain) -> None:
    """A form of another site has the cookies and not the token."""
    answer = ana.page.request.post(f"{ana.url}/files/root/new-folder", form={"name": "forged"})  # SECURITY 13
    assert answer.status == 403
    ana.open("/files")
    assert ana.names() == []


def files_and_folders(ana: Plain, tmp_path: Path) -> None:
    """Upload twice under one name, make, rename, move, delete."""
    note = tmp_path / NOTE
    note.write_bytes(b"a note")
    for _ in range(2):
        ana.page.set_input_files("#plain-files", [note])
        ana.press("Upload")
    assert ana.names() == ["Notiz – 計画 (1).txt", NOTE]
    ana.unfold("New folder")
    ana.fill(new_folder_name="Papers")
    ana.press("Make folder")
    ana.about(NOTE)
    assert ana.fetched("Download") == b"a note"
    ana.fill(rename="note.txt")
    ana.press("Rename")
    ana.about("note.txt")
    ana.follow("Move")
    ana.follow("Papers")
    ana.press("Move here")
    ana.here("Papers")
    assert ana.names() == ["note.txt"]
    ana.follow("note.txt")
    ana.press("Delete")
    expect(ana.page.locator(".empty noscript")).to_be_visible()
    ana.follow("My files")
    ana.tick("Papers", "Notiz – 計画 (1).txt")
    ana.press("Delete what is ticked")
    assert ana.names() == []


def bin_and_back(ana: Plain) -> None:
    """Restore one, delete one for ever, empty the rest."""
    ana.go("trash", "Trash")
    assert sorted(ana.names()) == ["Notiz – 計画 (1).txt", "Papers", "note.txt"]
    ana.tick("Papers")
    ana.press("Restore what is ticked")
    ana.tick("note.txt")
    ana.unfold("Delete for ever what is ticked")
    ana.press("Delete for ever")
    assert ana.names() == ["Notiz – 計画 (1).txt"]
    ana.unfold("Empty trash")
    ana.press("Empty trash")
    expect(ana.page.get_by_text("The trash is empty")).to_be_visible()
    ana.go("files", "My files")
    assert ana.names() == ["Papers"]


def a_long_list(ana: Plain, tmp_path: Path) -> None:
    """Many files in one form; pages of a list, its order and its looks."""
    many = [tmp_path / f"{number:03}.txt" for number in range(202)]
    for path in many:
        path.write_bytes(b"")
    ana.follow("Papers")
    ana.page.set_input_files("#plain-files", many)
    ana.press("Upload")
    expect(ana.page.locator("#main tr[data-id]")).to_have_count(200)
    ana.follow("Load more")
    assert ana.names() == ["200.txt", "201.txt"]
    ana.follow("Back to the start of the list")
    ana.page.get_by_role("button", name="Sort").click()
    ana.leave_by(ana.page.locator("#order").get_by_role("link", name="Name"))
    assert ana.names()[:2] == ["201.txt", "200.txt"]
    ana.follow("Grid")
    ana.follow("My files")
    expect(ana.page.locator(".files-grid")).to_be_visible()
    ana.follow("Papers")
    assert ana.names()[:2] == ["201.txt", "200.txt"], "order and view are remembered"


def found(ana: Plain) -> None:
    """By a word of a name that lies elsewhere, and kept to a kind by the button beside the lists."""
    words = ana.page.get_by_role("searchbox", name="Search files")
    ana.open("/files")
    if not words.is_visible():
        ana.leave_by(ana.page.get_by_role("link", name="Search"))
    words.fill("pap")
    with ana.page.expect_navigation(wait_until="domcontentloaded"):
        words.press("Enter")
    ana.look()
    ana.here("“pap”")
    assert (ana.names(), ana.page.locator("#main mark").all_inner_texts()) == (["Papers"], ["Pap"])
    ana.page.get_by_role("combobox", name="Kind").select_option(label="Images")
    ana.press("Search")
    expect(ana.page.get_by_role("heading", name="Nothing found")).to_be_visible()


def links(ana: Plain, browser: Browser) -> None:
    """Make one that ends with a day, give it to a friend, let it end sooner, end it."""
    Client(ana.url).login(ana.email, ana.password).upload("plan.txt", b"the plan")
    ana.go("files", "My files")
    ana.about("plan.txt")
    ana.follow("Share")
    day = datetime.now(UTC).date() + timedelta(days=3)
    ana.fill(new_link_date=day.isoformat())
    ana.press("Create link")
    expect(ana.page.locator(".link-facts")).to_contain_text(f"{day.day} {day:%B %Y}, 23:59")
    url = ana.page.get_by_label("Address of the link").input_value()
    with plain(browser, ana.url, 360) as friend:
        friend.open(url.removeprefix(ana.url))
        assert friend.fetched("Download") == b"the plan"
    ana.unfold("Change the end")
    ana.page.get_by_label("Ends after").first.select_option("1 hour")
    ana.press("Save")
    ana.go("links", "My links")
    expect(ana.page.locator(".link-row")).to_contain_text("1 download")
    ana.press("End the link to plan.txt")
    assert requests.get(url, timeout=60).status_code == 404


def a_direct_link(ana: Plain) -> None:
    """Its end is known before there is one."""
    ana.go("files", "My files")
    ana.about("plan.txt")
    ana.follow("Share")
    ana.unfold("Direct link")
    choice = ana.page.get_by_label("The direct link ends after")
    words = choice.locator("option", has_text="1 hour").inner_text().removeprefix("1 hour, on ")
    end = datetime.strptime(words, "%d %b %Y, %H:%M").replace(tzinfo=UTC)
    hours = "|".join(f"{end + timedelta(minutes=late):%H}" for late in (0, 2))  # it is made somewhat later than shown
    choice.select_option("3600")
    ana.press("Make direct link")
    expect(ana.page.locator(".direct .link-facts")).to_contain_text(re.compile(f", ({hours}):"))
    answer = requests.get(ana.page.get_by_label("Address of the direct link").input_value(), timeout=60)
    assert (answer.status_code, answer.content) == (200, b"the plan")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def settings(ana: Plain) -> None:
    """Everything about the account, to its end."""
    ana.go("settings", "Settings")
    ana.fill(profile_name="Ana Lima")
    ana.page.locator("#profile-timezone").select_option("Asia/Tokyo")
    ana.press("Save profile")
    expect(ana.page.get_by_text("Your profile is saved.")).to_be_visible()
    ana.page.get_by_label("Dark").check()
    ana.press("Save theme")
    expect(ana.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    ends = ana.page.locator("#sessions").get_by_role("button", name="End the session")
    ana.leave_by(ends)
    expect(ends).to_have_count(0)
    ana.fill(password_current=ana.password, password_new="five tall green trees")
    ana.press("Change password")
    expect(ana.page.get_by_text("Your password is changed.")).to_be_visible()
    leave_and_come_back(ana, "five tall green trees")
    ana.fill(delete_password="five tall green trees")
    ana.press("Delete account")
    expect(ana.page.get_by_text("Your account is deleted.")).to_be_visible()


def leave_and_come_back(ana: Plain, password: str) -> None:
    ana.page.get_by_role("button", name="Account", exact=True).click()
    ana.press("Log out", within="#account")
    expect(ana.page.get_by_text("You have logged out.")).to_be_visible()
    ana.fill(email=ana.email, password=password)
    ana.press("Log in")
    ana.here("My files")
    ana.page.get_by_role("button", name="Account", exact=True).click()
    ana.follow("Settings", within="#account")
    ana.here("Settings")
