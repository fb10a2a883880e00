"""What one does with things in lists: delete, drag, cut, move, look at, share, bring back."""

import zipfile
from hashlib import sha256

import pytest
from playwright.sync_api import Download, expect

from tests.browser.catching import catch
from tests.browser.held import HeldRequests
from tests.browser.seats import Seat

pytestmark = pytest.mark.browser
TOO_LARGE = {"status": 413, "code": "too_large", "title": "These are more files than fit into one zip."}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)

NEXT_WORDS = """(button) => {
  const words = new Promise((said) => {
    const options = { subtree: true, childList: true, characterData: true };
    new MutationObserver(() => said(button.textContent.trim())).observe(button, options);
  });
  return { words };
}"""
"""What a button says next, however short."""


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


def test_what_is_cut_stays_so_until_it_is_put_somewhere(desk: Seat) -> None:
    desk.owner.upload("a.txt", b"another", path="Annexes")
    desk.hands.row("a.txt").focus()
    desk.page.keyboard.press("Control+x")
    desk.hands.enter("Annexes")
    desk.page.keyboard.press("Control+v")
    question = desk.page.locator("#conflict")
    expect(question).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    desk.hands.climb("My files")
    expect(desk.hands.row("a.txt")).to_have_class("cut")
    desk.hands.enter("Bills")
    desk.page.keyboard.press("Control+v")
    expect(desk.hands.row("a.txt")).to_be_visible()
    assert "a.txt" not in desk.stored()
    desk.hands.climb("My files")
    expect(desk.page.locator("#main tr.cut")).to_have_count(0)


def test_what_is_selected_comes_as_a_zip_and_the_page_stays(desk: Seat) -> None:
    desk.owner.upload("in.txt", b"in a folder", path="Bills")
    desk.blank("a.txt").click()
    desk.blank("Bills").click(modifiers=["Control"])
    several = desk.hands.download(desk.page.locator("[data-selection] [data-act=download]"))
    assert unpacked(several) == {"a.txt": b"a.txt", "Bills/": b"", "Bills/in.txt": b"in a folder"}
    assert several.suggested_filename == "My files.zip"
    assert desk.selected() == ["Bills", "a.txt"]
    desk.blank("Bills").click()
    desk.hands.row("Bills").locator("[data-row-menu]").click()
    folder = desk.hands.download(desk.page.locator("#row-menu [data-act=download]"))
    assert unpacked(folder) == {"Bills/": b"", "Bills/in.txt": b"in a folder"}
    assert folder.suggested_filename == "Bills.zip"
    desk.hands.enter("Bills")
    desk.page.get_by_role("button", name="Sort").click()
    here = desk.hands.download(desk.page.get_by_role("link", name="Download this folder"))
    assert here.suggested_filename == "Bills.zip"
    expect(desk.page).to_have_title("Bills · Smart Drive")


def test_a_selection_that_is_too_large_is_refused_with_a_sentence(desk: Seat) -> None:
    desk.eyes.refused.add(f"{desk.hands.url}/api/zips")
    catch(desk.page, "**/api/zips", lambda route: route.fulfill(status=413, json=TOO_LARGE))
    desk.blank("a.txt").click()
    desk.blank("Bills").click(modifiers=["Control"])
    desk.page.locator("[data-selection] [data-act=download]").click()
    expect(desk.hands.toast("more files than fit")).to_be_visible()


def unpacked(download: Download) -> dict[str, bytes]:
    with zipfile.ZipFile(download.path()) as found:
        return {name: found.read(name) for name in found.namelist()}


def test_a_folder_goes_neither_into_itself_nor_below(desk: Seat) -> None:
    desk.hands.choose("Bills", "move")
    tree = desk.page.locator("#move [role=tree]")
    expect(tree.get_by_role("treeitem", name="Annexes", exact=True)).to_be_visible()
    expect(tree.get_by_role("treeitem", name="Bills", exact=True)).to_have_attribute("aria-disabled", "true")
    expect(desk.page.get_by_role("button", name="Move here")).to_be_disabled()
    expect(tree.get_by_role("treeitem", name="My files", exact=True)).to_be_focused()
    desk.page.keyboard.press("ArrowDown")
    desk.page.locator("#move").get_by_role("button", name="New folder").click()
    expect(desk.page.locator("#move [name=name]")).to_be_focused()
    desk.page.keyboard.type("Inner")
    desk.page.keyboard.press("Enter")
    expect(tree.get_by_role("treeitem", name="Inner")).to_be_focused()
    desk.page.get_by_role("button", name="Move here").click()
    expect(desk.hands.toast("“Bills” is in “Inner” now")).to_be_visible()
    assert desk.stored()[0] == "Annexes"
    assert "Bills" not in desk.stored()


def test_a_folder_chosen_before_all_of_the_tree_has_come_stays_chosen(desk: Seat) -> None:
    bills = desk.owner.items()[1]["id"]
    desk.folder("Paid", bills)
    desk.open(f"/files/{bills}")
    held = HeldRequests(desk.page, f"**/api/folders/{bills}?limit=200")
    desk.hands.choose("Paid", "move")
    tree = desk.page.locator("#move [role=tree]")
    tree.get_by_role("treeitem", name="Annexes").locator(".tree-name").click()
    held.let_go()
    expect(tree.get_by_role("treeitem", name="Paid")).to_be_attached()
    expect(tree.get_by_role("treeitem", name="Annexes")).to_have_attribute("aria-selected", "true")
    desk.page.get_by_role("button", name="Move here").click()
    expect(desk.hands.toast("“Paid” is in “Annexes” now")).to_be_visible()


def test_the_details_follow_the_selection(desk: Seat) -> None:
    desk.owner.upload("picture.png", PNG)
    desk.open()
    desk.hands.choose("picture.png", "details")
    panel = desk.page.locator("#details")
    expect(panel.get_by_role("img")).to_have_js_property("naturalWidth", 1)
    expect(panel).to_contain_text("PNG image")
    desk.blank("a.txt").click()
    expect(panel.locator("#details-title")).to_have_text("a.txt")
    expect(panel.locator(".digest").first).to_have_text(sha256(b"a.txt").hexdigest())
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
    copy = dialog.get_by_role("button", name="Copy link").element_handle()
    said = copy.evaluate_handle(NEXT_WORDS)
    copy.click()
    assert said.evaluate("({ words }) => words") == "Copied"
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


def test_the_trash_gives_back_or_forgets(desk: Seat) -> None:
    for item in desk.owner.items():
        desk.owner.ok("DELETE", f"/api/{item['kind']}s/{item['id']}")
    desk.open("/trash")
    desk.hands.choose("Bills", "restore")
    expect(desk.hands.toast("“Bills” is back in “My files”")).to_be_visible()
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
    desk.hands.here("z.txt")
    desk.page.get_by_role("button", name="Delete").click()
    desk.hands.here("Bills")
    expect(desk.hands.toast("“z.txt” is in the trash")).to_be_visible()
