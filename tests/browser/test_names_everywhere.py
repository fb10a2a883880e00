"""Names that try to be something else, on every page that shows names: whole, in their place, and nothing but names."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.eyes import Eyes
from tests.browser.hands import Hands
from tests.browser.photos import NARROW, WIDE, profile
from tests.browser.spill import SPILLED
from tests.live import Client, Live, running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "names" / "filenames.json"
SHOWN = "all => all.map((each) => each.textContent)"
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
TURNED = "photo \u202egnp.exe"


def kept() -> list[str]:
    entries = json.loads(CORPUS.read_text(encoding="utf-8"))
    names = [unicodedata.normalize("NFC", each["name"]) for each in entries if each["expect"] == "keep"]
    return [*names, TURNED]


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with running(tmp_path_factory.mktemp("names") / "data") as live:
        yield live


def named(owner: Client, kind: str, parent: str) -> dict[str, str]:
    """Things of all names in a folder: their ids by name."""
    found = {}
    for name in kept():
        if kind == "folder":
            made = owner.ok("POST", "/api/folders", {"parent": parent, "name": name})["folder"]
        else:
            answer = owner.send("POST", f"/api/files?filename={quote(name)}", data=b"one byte")
            assert answer.status == 201, answer.body
            made = answer.json["file"]
        assert made["name"] == name
        found[name] = str(made["id"])
    return found


def assert_shows(page: Page, selector: str, names: list[str]) -> None:
    """Each name stands there once, letter by letter; nothing spills out of its place, nothing is pushed aside."""
    expect(page.locator(selector)).to_have_count(len(names))
    assert sorted(page.locator(selector).evaluate_all(SHOWN)) == sorted(names)
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 740})
        assert not page.evaluate(TOO_WIDE), (width, selector)
        assert page.evaluate(SPILLED) == []


def test_lists_and_pages(browser: Browser, drive: Live) -> None:
    owner = drive.client.register("names")
    files = named(owner, "file", "root")
    shelf = owner.ok("POST", "/api/folders", {"parent": "root", "name": "Shelf"})["folder"]["id"]
    folders = named(owner, "folder", shelf)
    links = [_link(owner, item) for item in [shelf, *list(files.values())[:40]]]
    context, eyes = profile(browser, width=WIDE), Eyes(frozenset({drive.url}))
    eyes.watch(context)
    hands = Hands(context.new_page(), drive.url)
    hands.log_in("names@example.com")
    page = hands.page
    for view in ("list", "grid"):
        page.goto(f"{drive.url}/files?view={view}")
        assert_shows(page, "#main tr .file-text > a", [*files, "Shelf"])
    page.goto(f"{drive.url}/links")
    assert_shows(page, "#main .link-what > a", ["Shelf", *list(files)[:40]])
    page.goto(links[0])
    assert_shows(page, "main tr .file-text > a", list(folders))
    for link, name in zip(links[1:], files, strict=False):
        page.goto(link)
        assert_shows(page, "main h1", [name])
    page.goto(f"{drive.url}/files/{next(iter(files.values()))}/move?into={shelf}")
    assert_shows(page, "#main .folders bdi", list(folders))
    for name in [name for name in files if not name.isascii() or "<" in name]:
        _pages_of(page, drive.url, {"file": files[name], "folder": folders[name]}, name)
    for item in files.values():
        owner.ok("DELETE", f"/api/files/{item}")
    page.goto(f"{drive.url}/trash")
    assert_shows(page, "#main .file-title", list(files))
    assert eyes.wrong == []


def _link(owner: Client, item: str) -> str:
    return str(owner.ok("POST", "/api/shares", {"item": item, "expires_in": 86_400})["share"]["url"])


def _pages_of(page: Page, url: str, ids: dict[str, str], name: str) -> None:
    """Its own pages; in the title of the window the name may stand between marks that keep it to itself."""
    for path in (f"{ids['file']}/details", f"{ids['file']}/share", ids["folder"]):
        page.goto(f"{url}/files/{path}")
        expect(page.locator("#main h1")).to_contain_text(name)
        assert name in page.title()
        assert page.evaluate(SPILLED) == []
        assert not page.evaluate(TOO_WIDE), path


def test_a_file_comes_down_under_its_name(browser: Browser, drive: Live) -> None:
    owner = drive.client.register("downloads")
    files = named(owner, "file", "root")
    page = profile(browser, width=WIDE).new_page()
    for name in ("plain.txt", 'dou"ble.txt', "per%cent%20.txt", "ملف.txt", "קובץ abc.txt", "日本語ファイル.pdf"):
        page.goto(_link(owner, files[name]))
        with page.expect_download() as started:
            page.get_by_role("link", name="Download", exact=True).click()
        expected = name.replace('"', "_").replace("%", "_") if name.isascii() else name
        assert started.value.suggested_filename in {name, expected}
