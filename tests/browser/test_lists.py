"""Lists as people handle them: selecting, keys, dragging, names in place, and what stays while the list changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_hex

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.eyes import Eyes
from tests.browser.hands import Hands
from tests.live import Client, Live, running

pytestmark = pytest.mark.browser
WIDE = {"width": 1280, "height": 800}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with running(tmp_path_factory.mktemp("lists") / "data", limit_register="1000/hour") as live:
        yield live


@dataclass
class Seat:
    """Somebody who looks at a list, what they own, and what goes wrong meanwhile."""

    hands: Hands
    owner: Client
    eyes: Eyes

    @property
    def page(self) -> Page:
        return self.hands.page

    def folder(self, name: str, parent: str = "root") -> str:
        return str(self.owner.ok("POST", "/api/folders", {"parent": parent, "name": name})["folder"]["id"])

    def open(self, path: str = "/files") -> None:
        self.page.goto(self.hands.url + path)
        expect(self.page.locator("[data-table]")).to_have_attribute("role", "grid")

    def selected(self) -> list[str]:
        rows = self.page.locator("#main tr[aria-selected=true]")
        found: list[str] = rows.evaluate_all("all => all.map((e) => e.dataset.name)")
        return found

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.dataset.name ?? document.activeElement.id"))

    def blank(self, name: str) -> Locator:
        """Where a click on a row hits neither link nor button."""
        return self.hands.row(name).locator(".file-when")

    def stored(self, folder: str = "root") -> list[str]:
        return [item["name"] for item in self.owner.items(folder)]


@pytest.fixture
def seat(browser: Browser, drive: Live) -> Iterator[Seat]:
    name = f"ana-{token_hex(5)}"
    owner = drive.client.register(name)
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce")
    eyes = Eyes(frozenset({drive.url}))
    eyes.watch(context)
    hands = Hands(context.new_page(), drive.url)
    hands.log_in(f"{name}@example.com")
    yield Seat(hands, owner, eyes)
    assert eyes.wrong == []


@pytest.fixture
def desk(seat: Seat) -> Seat:
    """Two folders and four files."""
    for name in ("Annexes", "Bills"):
        seat.folder(name)
    for name in ("a.txt", "b.txt", "c.txt", "d.tar.gz"):
        seat.owner.upload(name, name.encode())
    seat.open()
    return seat


def test_clicks_select_one_more_or_a_range(desk: Seat) -> None:
    desk.blank("a.txt").click()
    assert desk.selected() == ["a.txt"]
    desk.blank("c.txt").click(modifiers=["Shift"])
    assert desk.selected() == ["a.txt", "b.txt", "c.txt"]
    desk.blank("b.txt").click(modifiers=["Control"])
    assert desk.selected() == ["a.txt", "c.txt"]
    desk.hands.row("Bills").get_by_role("checkbox").click()
    assert desk.selected() == ["Bills", "a.txt", "c.txt"]
    expect(desk.page.locator("[data-count]")).to_have_text("3 selected")
    expect(desk.page.locator("[data-toolbar]")).to_be_hidden()
    desk.page.get_by_role("checkbox", name="Select all").click()
    assert len(desk.selected()) == 6
    desk.page.get_by_role("button", name="Select nothing").click()
    assert desk.selected() == []
    expect(desk.page.locator("[data-toolbar]")).to_be_visible()


def test_the_bar_offers_what_fits(desk: Seat) -> None:
    bar = desk.page.locator("[data-selection]")
    offered = lambda: bar.locator("[data-act]:visible").evaluate_all("all => all.map((e) => e.dataset.act)")  # noqa: E731
    desk.blank("a.txt").click()
    assert offered() == ["share", "download", "move", "rename", "details", "trash", "unselect"]
    desk.blank("Bills").click()
    assert "download" not in offered()
    desk.blank("a.txt").click(modifiers=["Control"])
    assert offered() == ["move", "trash", "unselect"]


def test_keys_walk_choose_and_open(desk: Seat) -> None:
    keys = desk.page.keyboard
    desk.page.get_by_role("checkbox", name="Select all").focus()
    keys.press("Tab")
    for _ in range(3):  # the heads of the columns
        keys.press("Tab")
    assert desk.focused() == "Annexes"
    for key, name in {"ArrowDown": "Bills", "End": "d.tar.gz", "ArrowUp": "c.txt", "Home": "Annexes"}.items():
        keys.press(key)
        assert desk.focused() == name
    keys.press("End")
    keys.press("Space")
    keys.press("Shift+ArrowUp")
    keys.press("Shift+ArrowUp")
    assert desk.selected() == ["b.txt", "c.txt", "d.tar.gz"]
    keys.press("Escape")
    assert desk.selected() == []
    keys.press("Control+a")
    assert len(desk.selected()) == 6
    keys.press("Escape")
    keys.press("Home")
    keys.press("Enter")
    desk.hands.here("Annexes")
    keys.press("Alt+ArrowUp")
    desk.hands.here("My files")
    keys.press("ArrowDown")
    assert desk.focused() == "Annexes"
    keys.press("?")
    expect(desk.page.locator("#keys")).to_be_visible()


def test_keys_do_nothing_away_from_the_list(desk: Seat) -> None:
    desk.blank("a.txt").click()
    desk.page.locator("[data-place=links]:visible").focus()
    desk.page.keyboard.press("Delete")
    desk.page.keyboard.press("?")
    expect(desk.page.locator("#keys")).to_be_hidden()
    assert "a.txt" in desk.stored()


def test_the_menu_opens_by_key_and_by_the_right_button(desk: Seat) -> None:
    desk.hands.row("b.txt").focus()
    desk.page.keyboard.press("Shift+F10")
    expect(desk.page.locator("#row-menu")).to_be_visible()
    desk.page.keyboard.press("Escape")
    assert desk.focused() == "b.txt"
    desk.blank("c.txt").click(button="right")
    expect(desk.page.locator("#row-menu [data-act=rename]")).to_be_visible()
    assert desk.selected() == ["c.txt"]
    desk.page.keyboard.press("Escape")
    desk.blank("a.txt").click(modifiers=["Control"])
    desk.blank("c.txt").click(button="right")
    expect(desk.page.locator("#row-menu [data-act=rename]")).to_be_hidden()


def test_a_name_is_changed_in_its_row(desk: Seat) -> None:
    desk.hands.row("d.tar.gz").focus()
    desk.page.keyboard.press("F2")
    desk.page.keyboard.type("e")
    field = desk.page.locator(".name-field input")
    expect(field).to_have_value("e.tar.gz")
    desk.page.keyboard.press("Escape")
    assert desk.stored()[-1] == "d.tar.gz"
    assert desk.focused() == "d.tar.gz"
    desk.page.keyboard.press("F2")
    desk.eyes.refused |= {f"{desk.hands.url}/api/files/{desk.hands.row('d.tar.gz').get_attribute('data-id')}"}
    field.fill("a.txt")
    field.press("Enter")
    expect(desk.page.locator(".name-field [role=alert]")).to_have_text("Something with this name is already there.")
    field.fill("e")
    field.press("Enter")
    expect(desk.hands.row("e")).to_be_focused()
    assert desk.stored()[-1] == "e"


def test_a_new_folder_is_named_in_the_list(desk: Seat) -> None:
    desk.page.locator("[data-new-folder] summary").click()
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator(".new-row")).to_have_count(0)
    desk.hands.make_folder("Contracts")
    expect(desk.hands.row("Contracts")).to_be_focused()
    assert desk.stored()[:3] == ["Annexes", "Bills", "Contracts"]


def test_deleting_is_undone_from_the_message(desk: Seat) -> None:
    desk.blank("a.txt").click()
    desk.blank("b.txt").click(modifiers=["Control"])
    desk.page.keyboard.press("Delete")
    expect(desk.hands.toast("2 items are in the trash")).to_be_visible()
    assert desk.hands.names() == ["Annexes", "Bills", "c.txt", "d.tar.gz"]
    assert desk.focused() == "c.txt"
    desk.page.get_by_role("button", name="Undo").click()
    expect(desk.hands.row("a.txt")).to_be_visible()
    assert desk.stored() == ["Annexes", "Bills", "a.txt", "b.txt", "c.txt", "d.tar.gz"]


def test_rows_are_dragged_onto_folders_the_way_above_and_the_trash(desk: Seat) -> None:
    bills = desk.owner.items()[1]["id"]
    desk.blank("a.txt").click()
    desk.blank("b.txt").click(modifiers=["Control"])
    desk.hands.row("b.txt").drag_to(desk.hands.row("Bills"))
    expect(desk.hands.toast("2 items are in “Bills” now")).to_be_visible()
    assert desk.stored(bills) == ["a.txt", "b.txt"]
    desk.hands.row("c.txt").drag_to(desk.page.locator("[data-place=trash]:visible"))
    expect(desk.hands.toast("“c.txt” is in the trash")).to_be_visible()
    desk.hands.enter("Bills")
    desk.hands.row("a.txt").drag_to(desk.page.locator(".trail a"))
    expect(desk.hands.row("a.txt")).to_have_count(0)
    assert desk.stored() == ["Annexes", "Bills", "a.txt", "d.tar.gz"]


def test_what_is_cut_is_put_into_another_folder(desk: Seat) -> None:
    desk.hands.row("a.txt").focus()
    desk.page.keyboard.press("Control+x")
    expect(desk.hands.row("a.txt")).to_have_class("cut")
    desk.hands.enter("Annexes")
    desk.page.keyboard.press("Control+v")
    expect(desk.hands.row("a.txt")).to_be_visible()
    assert "a.txt" not in desk.stored()
    desk.page.get_by_role("button", name="Undo").click()
    expect(desk.hands.row("a.txt")).to_have_count(0)
    assert "a.txt" in desk.stored()


def test_a_folder_goes_neither_into_itself_nor_below(desk: Seat) -> None:
    desk.hands.choose("Bills", "move")
    tree = desk.page.locator("#move [role=tree]")
    expect(tree.get_by_role("treeitem", name="Annexes", exact=True)).to_be_visible()
    expect(tree.get_by_role("treeitem", name="Bills", exact=True)).to_have_attribute("aria-disabled", "true")
    expect(desk.page.get_by_role("button", name="Move here")).to_be_disabled()
    desk.page.keyboard.press("ArrowDown")
    desk.page.locator("#move").get_by_role("button", name="New folder").click()
    desk.page.keyboard.type("Inner")
    desk.page.keyboard.press("Enter")
    expect(tree.get_by_role("treeitem", name="Inner")).to_be_focused()
    desk.page.get_by_role("button", name="Move here").click()
    expect(desk.hands.toast("“Bills” is in “Inner” now")).to_be_visible()
    assert desk.stored()[0] == "Annexes"
    assert "Bills" not in desk.stored()


def test_the_details_follow_the_selection(desk: Seat) -> None:
    desk.owner.upload("picture.png", PNG)
    desk.open()
    desk.hands.choose("picture.png", "details")
    panel = desk.page.locator("#details")
    expect(panel.get_by_role("img")).to_have_js_property("naturalWidth", 1)
    expect(panel).to_contain_text("image/png")
    desk.blank("a.txt").click()
    expect(panel.locator("#details-title")).to_have_text("a.txt")
    expect(panel.locator(".digest").first).to_have_text(sha256(b"a.txt").hexdigest(), timeout=30_000)
    panel.get_by_role("button", name="Close the details").click()
    expect(panel).to_be_hidden()


def test_a_link_is_made_only_when_asked_for(desk: Seat) -> None:
    desk.hands.choose("a.txt", "share")
    dialog = desk.page.locator("#share")
    expect(dialog).to_contain_text("its links work here and nowhere else")
    expect(dialog).to_contain_text("Stops working")
    assert desk.owner.ok("GET", "/api/shares")["items"] == []
    dialog.get_by_role("button", name="Create link").click()
    field = dialog.get_by_label("Address of the link")
    expect(field).to_be_focused()
    [link] = desk.owner.ok("GET", "/api/shares")["items"]
    expect(field).to_have_value(link["url"])
    dialog.get_by_role("button", name="Copy link").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    dialog.get_by_text("Change the end").click()
    dialog.get_by_label("Ends after", exact=True).select_option("1 hour")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("status")).to_have_text("Saved.")
    [changed] = desk.owner.ok("GET", "/api/shares")["items"]
    assert changed["expires_at"] < link["expires_at"]
    dialog.get_by_role("button", name="End link").click()
    desk.page.locator("dialog[open]").last.get_by_role("button", name="End link").click()
    expect(field).to_have_count(0)
    assert desk.owner.ok("GET", "/api/shares")["items"] == []
    desk.page.keyboard.press("Escape")
    expect(desk.hands.row("a.txt")).to_be_focused()


def test_a_long_list_grows_and_keeps_its_selection_while_files_arrive(seat: Seat) -> None:
    folder = seat.folder("Many")
    for number in range(230):
        seat.owner.send("POST", f"/api/files?filename=Many/{number:04}.txt", data=b"x")
    seat.open(f"/files/{folder}")
    rows = seat.page.locator("#main tr[data-id]")
    expect(rows).to_have_count(200)
    seat.blank("0003.txt").click()
    seat.page.keyboard.press("End")
    expect(rows).to_have_count(230)
    expect(seat.page.locator("[data-pager]")).to_have_text("230 items")
    seat.hands.row("0229.txt").focus()
    seat.page.set_input_files("#pick-files", {"name": "0004a.txt", "mimeType": "text/plain", "buffer": b"new"})
    expect(seat.hands.row("0004a.txt")).to_have_count(1, timeout=30_000)
    expect(rows).to_have_count(231)
    assert seat.selected() == ["0003.txt"]
    assert seat.focused() == "0229.txt"


def test_an_empty_folder_turns_into_a_list(seat: Seat) -> None:
    seat.open()
    expect(seat.page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    seat.page.set_input_files("#pick-files", {"name": "first.txt", "mimeType": "text/plain", "buffer": b"new"})
    expect(seat.hands.row("first.txt")).to_be_visible(timeout=30_000)
    expect(seat.page.get_by_role("heading", name="Nothing here yet")).to_be_hidden()
    seat.blank("first.txt").click()
    seat.page.keyboard.press("Delete")
    expect(seat.page.get_by_role("heading", name="Nothing here yet")).to_be_visible()


def test_the_trash_gives_back_or_forgets(desk: Seat) -> None:
    for item in desk.owner.items():
        desk.owner.ok("DELETE", f"/api/{item['kind']}s/{item['id']}")
    desk.open("/trash")
    desk.hands.choose("Bills", "restore")
    expect(desk.hands.toast("“Bills” is back")).to_be_visible()
    assert desk.stored() == ["Bills"]
    desk.blank("a.txt").first.click()
    desk.page.locator("[data-selection] [data-act=purge]").click()
    desk.page.get_by_role("dialog").get_by_role("button", name="Delete for ever").click()
    expect(desk.hands.row("a.txt")).to_have_count(0)
    desk.page.get_by_role("button", name="Empty trash").click()
    dialog = desk.page.get_by_role("dialog")
    expect(dialog).to_contain_text("4 items go for good")
    dialog.get_by_role("button", name="Empty trash").click()
    expect(desk.page.get_by_role("heading", name="The trash is empty")).to_be_visible()
    assert desk.owner.ok("GET", "/api/trash")["items"] == []


def test_a_link_ends_from_the_list_of_links(desk: Seat) -> None:
    desk.owner.ok("POST", "/api/shares", {"item": desk.owner.items()[2]["id"]})
    desk.hands.go("links", "My links")
    desk.page.get_by_role("button", name="End the link to a.txt").click()
    desk.page.get_by_role("dialog").get_by_role("button", name="End link").click()
    expect(desk.page.get_by_role("heading", name="No links yet")).to_be_visible()
    assert desk.owner.ok("GET", "/api/shares")["items"] == []


def test_a_file_is_renamed_moved_and_deleted_on_its_page(desk: Seat) -> None:
    desk.hands.row("a.txt").get_by_role("link", name="a.txt", exact=True).click()
    desk.hands.here("a.txt")
    desk.page.get_by_role("textbox", name="Name", exact=True).fill("z.txt")
    desk.page.get_by_role("button", name="Rename").click()
    desk.hands.here("z.txt")
    desk.page.get_by_role("link", name="Move").click()
    desk.page.locator("#move").get_by_role("treeitem", name="Bills", exact=True).locator(".tree-name").click()
    desk.page.get_by_role("button", name="Move here").click()
    expect(desk.page.locator(".facts")).to_contain_text("Bills")
    desk.page.get_by_role("button", name="Delete").click()
    desk.hands.here("Bills")
    expect(desk.hands.toast("“z.txt” is in the trash")).to_be_visible()
