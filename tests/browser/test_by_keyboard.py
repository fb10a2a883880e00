"""The way of a file with nothing but a keyboard: from the account to the restored file, the focus always in sight."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.eyes import Eyes
from tests.browser.hands import MINUTE, Hands
from tests.browser.keyboards import Keyboard
from tests.browser.photos import WIDE, profile
from tests.live import PASSWORD, Live

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


@dataclass
class Person:
    """Somebody without a mouse."""

    hands: Hands
    keys: Keyboard

    def button(self, name: str) -> Locator:
        return self.hands.page.get_by_role("button", name=name, exact=True)

    def arrive(self, url: str, email: str) -> None:
        page, keys = self.hands.page, self.keys
        page.goto(url)
        keys.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        keys.look()
        keys.press("Enter")
        keys.use(page.locator("main").get_by_role("link", name="Create account"))
        for name, words in (("name", "Ana Lima"), ("email", email), ("password", PASSWORD)):
            keys.to(page.locator(f"main [name={name}]"))
            keys.type(words)
        keys.press("Enter")
        self.hands.here("My files")

    def upload(self, path: Path) -> None:
        keys = self.keys
        keys.use(self.button("Upload"))
        expect(self.hands.page.locator("#upload").get_by_role("button", name="Files")).to_be_focused()
        keys.look()
        with self.hands.page.expect_file_chooser() as opened:
            keys.press("Enter")
        opened.value.set_files(path)
        expect(self.hands.row(path.name)).to_be_visible(timeout=MINUTE)
        keys.use(self.button("Clear the list"))

    def make_folder(self, name: str) -> None:
        self.keys.use(self.hands.page.locator("[data-new-folder] summary"), "Shift+Tab")
        self.name(name)

    def name(self, words: str) -> None:
        """Type into the field of a row; the row has the focus afterwards."""
        expect(self.hands.page.locator(".name-field input")).to_be_focused()
        self.keys.look()
        self.keys.press("Control+A")
        self.keys.type(words)
        self.keys.press("Enter")
        expect(self.hands.row(words)).to_be_focused(timeout=MINUTE)
        self.keys.look()

    def row(self, name: str) -> None:
        """With the arrows to a row of the list that has the focus."""
        self.keys.press("Home")
        if not self.hands.row(name).evaluate("row => row === document.activeElement"):
            self.keys.to(self.hands.row(name), "ArrowDown")

    def choose(self, act: str) -> None:
        """An entry of the menu of the row that has the focus."""
        self.keys.press("Shift+F10")
        expect(self.hands.page.locator("#row-menu [data-act]:focus")).to_be_visible()
        self.keys.look()
        entry = self.hands.page.locator(f"#row-menu [data-act={act}]")
        if not entry.evaluate("entry => entry === document.activeElement"):
            self.keys.to(entry, "ArrowDown")
        self.keys.press("Enter")

    def move(self, name: str, folder: str) -> None:
        dialog = self.hands.page.locator("#move")
        self.row(name)
        self.choose("move")
        expect(dialog.get_by_role("treeitem", name="My files")).to_be_focused()
        self.keys.press("ArrowRight")
        expect(dialog.get_by_role("treeitem", name=folder)).to_be_focused()
        self.keys.look()
        self.keys.use(dialog.get_by_role("button", name="Move here"))
        expect(self.hands.row(name)).to_have_count(0, timeout=MINUTE)

    def share(self) -> str:
        dialog = self.hands.page.locator("#share")
        self.choose("share")
        expect(dialog.locator("select").first).to_be_focused()
        self.keys.use(dialog.get_by_role("button", name="Create link"))
        expect(dialog.locator("input[readonly]")).to_be_focused()
        self.keys.look()
        address = dialog.locator("input[readonly]").input_value()
        self.keys.press("Escape")
        expect(dialog).to_be_hidden()
        return address


@pytest.fixture
def person(browser: Browser, lists: Live) -> Iterator[Person]:
    context, eyes = profile(browser, width=WIDE), Eyes(frozenset({lists.url}))
    eyes.watch(context)
    page = context.new_page()
    yield Person(Hands(page, lists.url), Keyboard(page))
    assert eyes.wrong == []


def test_the_whole_way_without_a_mouse(person: Person, lists: Live, tmp_path: Path) -> None:
    hands, keys, page = person.hands, person.keys, person.hands.page
    (tmp_path / "notes.txt").write_text("by keyboard")
    person.arrive(lists.url, "keyboard@example.com")
    person.upload(tmp_path / "notes.txt")
    person.make_folder("Papers")
    person.row("notes.txt")
    keys.press("F2")
    person.name("minutes.txt")
    person.move("minutes.txt", "Papers")
    expect(hands.row("Papers")).to_be_focused()
    keys.press("Enter")
    hands.here("Papers")
    keys.press("ArrowDown")
    expect(hands.row("minutes.txt")).to_be_focused()
    assert person.share().startswith(f"{lists.url}/s/")
    expect(hands.row("minutes.txt")).to_be_focused()
    keys.press("Delete")
    keys.use(hands.toast("trash").get_by_role("button", name="Undo"))
    expect(hands.row("minutes.txt")).to_be_visible(timeout=MINUTE)
    keys.to(hands.row("minutes.txt"), "Shift+Tab")
    keys.press("Delete")
    expect(hands.row("minutes.txt")).to_have_count(0)
    keys.use(page.locator("[data-place=trash]:visible"), "Shift+Tab")
    hands.here("Trash")
    keys.press("ArrowDown")
    expect(hands.row("minutes.txt")).to_be_focused()
    keys.press("Space")
    keys.use(person.button("Restore"), "Shift+Tab")
    expect(page.get_by_text("The trash is empty")).to_be_visible()
    keys.use(page.locator("[data-place=files]:visible"), "Shift+Tab")
    hands.here("My files")
    keys.press("ArrowDown", "Enter")
    hands.here("Papers")
    expect(hands.row("minutes.txt")).to_be_visible()
    assert not keys.lost, "\n".join(keys.lost)
