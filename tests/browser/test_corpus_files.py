"""Files made to attack whoever looks at them: in no view do they run script, open a dialog or reach another origin."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright

from tests.browser.chromium import FLAGS, WITH_ALL
from tests.browser.eyes import Eyes
from tests.browser.hands import Hands
from tests.browser.photos import WIDE, profile
from tests.conftest import PATIENCE
from tests.in_thread import in_thread
from tests.live import Client, Live, running

pytestmark = pytest.mark.browser
CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "files"
FILES = sorted(CORPUS.iterdir())
LOADING_A_VIEWER = 1500
"""Milliseconds: a PDF is shown by a program of the browser's own, and its scripts run there, somewhat later."""
ACTS = ("dialog:", "stranger:", "script:")
MARK = "XSS"
"""What the scripts of the corpus make the title of the page they run in, before they open a dialog."""


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One that does with files all that people's own may do."""
    chromium = playwright.chromium.launch(executable_path=WITH_ALL, args=FLAGS)
    yield chromium
    chromium.close()


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with running(tmp_path_factory.mktemp("corpus") / "data") as live:
        yield live


@pytest.fixture(scope="module")
def owner(drive: Live) -> Client:
    return drive.client.register("ana")


@pytest.fixture
def naive() -> Iterator[str]:
    """A server that believes file names, as drives should not."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(CORPUS))
    with in_thread(ThreadingHTTPServer(("127.0.0.1", 0), handler)) as server:
        yield f"http://127.0.0.1:{server.server_port}"


def watched(browser: Browser, origin: str) -> tuple[Page, Eyes]:
    context, eyes = profile(browser, width=WIDE), Eyes(frozenset({origin}))
    eyes.watch(context)
    return context.new_page(), eyes


def look(page: Page, eyes: Eyes, address: str) -> None:
    """Go there and give a script that might run the time to do so; bytes that are saved instead are no view."""
    try:
        answer = page.goto(address)
    except Error as refusal:
        if "Download is starting" not in refusal.message:
            raise
        return
    is_pdf = answer is not None and "pdf" in answer.headers.get("content-type", "")
    page.wait_for_timeout(LOADING_A_VIEWER if is_pdf else 50)
    if page.title() == MARK or page.context.pages != [page]:
        eyes.wrong.append(f"script: it ran at {address}")


def what_counts(eyes: Eyes, view: str) -> list[str]:
    """All that went wrong since the last call. Around bare bytes Chromium builds a page of its own, whose inline style
    the policy of those bytes forbids it: there only what the file itself did counts.
    """
    seen, eyes.wrong[:] = list(eyes.wrong), []
    return [each for each in seen if "/download" not in view or each.startswith(ACTS)]


def upload(owner: Client, path: Path) -> dict[str, str]:
    answer = owner.send("POST", f"/api/files?filename={path.name}", data=path.read_bytes())
    assert answer.status in (200, 201), answer.body
    found: dict[str, str] = answer.json["file"]
    return found


def own_views(file: dict[str, str]) -> list[str]:
    item = file["id"]
    return [f"/files/{item}/details", f"/api/files/{item}/download?inline=1", f"/api/files/{item}/download"]


def link_views(owner: Client, file: dict[str, str]) -> list[str]:
    link = owner.ok("POST", "/api/shares", {"item": file["id"]})["share"]["url"].removeprefix(owner.base)
    return [link, f"{link}/download?inline=1", f"{link}/download"]


def test_no_file_does_anything_when_its_owner_looks_at_it(browser: Browser, drive: Live, owner: Client) -> None:
    _look_at_all(browser, drive, own_views, [upload(owner, path) for path in FILES])  # SECURITY 32


def test_no_file_does_anything_behind_a_link(browser: Browser, drive: Live, owner: Client) -> None:
    _look_at_all(browser, drive, partial(link_views, owner), [upload(owner, path) for path in FILES])  # SECURITY 32


def _look_at_all(
    browser: Browser, drive: Live, views: Callable[[dict[str, str]], list[str]], files: list[dict[str, str]]
) -> None:
    page, eyes = watched(browser, drive.url)
    Hands(page, drive.url).log_in("ana@example.com")
    for file in files:
        for view in views(file):
            look(page, eyes, f"{drive.url}{view}")
            assert what_counts(eyes, view) == [], f"{file['name']} at {view}"


def wait_for(page: Page, eyes: Eyes, what: str) -> None:
    """It happens, however late."""
    until = time.monotonic() + PATIENCE / 1000
    while not any(each.startswith(what) for each in eyes.wrong):
        assert time.monotonic() < until, f"only {eyes.wrong}"
        page.wait_for_timeout(50)


@pytest.mark.parametrize("name", ["page.html", "script.svg", "page.xhtml", "page.xml", "js.pdf"])
def test_the_scripts_would_be_seen(browser: Browser, naive: str, name: str) -> None:
    page, eyes = watched(browser, naive)
    look(page, eyes, f"{naive}/{name}")
    wait_for(page, eyes, "dialog: alert")


def test_other_origins_would_be_seen(browser: Browser, naive: str) -> None:
    page, eyes = watched(browser, naive)
    look(page, eyes, f"{naive}/ssrf.svg")
    wait_for(page, eyes, "stranger: http://127.0.0.1:18099/ssrf")
