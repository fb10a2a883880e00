"""The way of a file with nothing but a keyboard: from the account to the restored file, the focus always in sight."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.eyes import Eyes
from tests.browser.hands import MINUTE, Hands
from tests.browser.keyboards import Keyboard
from tests.browser.photos import WIDE, profile
from tests.live import PASSWORD, Client, Live

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

    def opened(self, dialog: Locator) -> None:
        """The focus goes into it and does not leave it by Tab, either way."""
        expect(dialog).to_be_visible(timeout=MINUTE)
        self.hands.page.wait_for_function(INSIDE, arg=dialog.element_handle(), timeout=MINUTE)
        for key in ("Tab", "Tab", "Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab"):
            self.keys.press(key)
            focus = self.hands.page.evaluate("() => document.activeElement.outerHTML")
            assert self.hands.page.evaluate(INSIDE, dialog.element_handle()), f"{key} leads out: {focus[:200]}"

    def left(self, dialog: Locator, back: Locator) -> None:
        """Escape closes it, and the focus is where it was."""
        self.keys.press("Escape")
        expect(dialog).to_be_hidden()
        expect(back).to_be_focused(timeout=MINUTE)


INSIDE = """(dialog) => {
  const { activeElement } = document;
  return dialog.contains(activeElement) || activeElement === document.body;
}"""
"""Between the last and the first control of a dialog Tab passes the browser's own, and then nothing has the focus."""


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


@pytest.fixture
def owner(person: Person, lists: Live) -> Client:
    """Has two files, one of them in two versions, and a folder in which the name of the first is taken."""
    name = f"keys-{token_hex(4)}"
    owner = lists.client.register(name)
    annexes = owner.ok("POST", "/api/folders", {"parent": "root", "name": "Annexes"})["folder"]["id"]
    for text in (b"one", b"two"):
        owner.upload("a.txt", text, conflict="replace")
    owner.upload("b.txt", b"b")
    owner.upload("a.txt", b"older", parent=annexes)
    person.hands.log_in(f"{name}@example.com")
    person.hands.page.locator("#main").focus()
    person.keys.press("ArrowDown")
    return owner


def test_dialogs_take_the_focus_keep_it_and_give_it_back(person: Person, owner: Client) -> None:
    hands, keys, page = person.hands, person.keys, person.hands.page
    row, mover, question = hands.row("a.txt"), page.locator("#move"), page.locator("#conflict")
    person.row("a.txt")
    keys.press("?")
    person.opened(page.locator("#keys"))
    person.left(page.locator("#keys"), row)
    for act in ("move", "copy-to"):
        person.choose(act)
        person.opened(mover)
        person.left(mover, row)
    copy_into(person, "Annexes")
    person.opened(question)
    person.left(question, row)
    copy_into(person, "Annexes")
    expect(question).to_be_visible(timeout=MINUTE)
    keys.use(question.get_by_role("button", name="Keep both"))
    expect(hands.toast("is copied to “Annexes”")).to_be_visible(timeout=MINUTE)
    expect(row).to_be_focused()
    keys.press("Control+z")
    expect(hands.toast("The copies are in the trash.")).to_be_visible(timeout=MINUTE)
    expect(row).to_be_focused()
    keys.press("Home", "Space", "Shift+ArrowDown", "Shift+ArrowDown")
    zip_button = page.locator("[data-selection] [data-act=download]")
    keys.to(zip_button, "Shift+Tab")
    with page.expect_download(timeout=MINUTE) as started:
        keys.press("Enter")
    assert started.value.suggested_filename.endswith(".zip")
    expect(zip_button).to_be_focused()
    assert not keys.lost, "\n".join(keys.lost)


def copy_into(person: Person, folder: str) -> None:
    """By the dialog; the row that has the focus."""
    mover = person.hands.page.locator("#move")
    person.choose("copy-to")
    expect(mover.get_by_role("treeitem", name="My files")).to_be_focused(timeout=MINUTE)
    person.keys.press("ArrowRight")
    expect(mover.get_by_role("treeitem", name=folder)).to_be_focused()
    person.keys.use(mover.get_by_role("button", name="Copy here"))


def test_searching_old_versions_and_an_empty_trash(person: Person, owner: Client) -> None:
    hands, keys, page = person.hands, person.keys, person.hands.page
    person.row("b.txt")
    keys.press("Delete")
    expect(hands.row("b.txt")).to_have_count(0, timeout=MINUTE)
    keys.press("/")
    expect(page.get_by_role("searchbox", name="Search files")).to_be_focused()
    keys.look()
    keys.type("a tx")
    hands.here("“a tx”")
    expect(page.locator("#main tr[data-id]")).to_have_count(2)
    expect(page.locator("#main mark").first).to_be_visible()
    keys.press("ArrowDown")
    expect(page.locator("#main tr[data-id]:focus")).to_be_visible()
    keys.look()
    page.goto(f"{hands.url}/files/{owner.items()[1]['id']}/details")
    hands.here("a.txt")
    confirmed, oldest = page.locator("dialog[open]"), page.locator("#main .version").last
    delete = oldest.get_by_role("button", name="Delete")
    keys.use(delete)
    person.opened(confirmed)
    person.left(confirmed, delete)
    page.goto(f"{hands.url}/trash")
    hands.here("Trash")
    empty = person.button("Empty trash")
    keys.use(empty)
    person.opened(confirmed)
    person.left(confirmed, empty)
    keys.press("Enter")
    keys.use(confirmed.get_by_role("button", name="Empty"))
    expect(page.get_by_role("heading", name="The trash is empty")).to_be_visible(timeout=MINUTE)
    assert owner.ok("GET", "/api/trash")["items"] == []
    assert not keys.lost, "\n".join(keys.lost)
