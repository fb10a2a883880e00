"""What was done is taken back by Ctrl+Z, one thing after another, and on the page of activity."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.seats import Seat

pytestmark = pytest.mark.browser


def take_back(desk: Seat) -> None:
    desk.page.locator("#main").focus()
    desk.page.keyboard.press("Control+z")


def test_ctrl_z_takes_one_thing_back_after_another(desk: Seat) -> None:
    """Also when the messages that offered it are gone, and from another folder."""
    desk.hands.choose("a.txt", "rename")
    desk.page.keyboard.press("Control+a")
    desk.page.keyboard.type("new.txt")
    desk.page.keyboard.press("Enter")
    expect(desk.hands.row("new.txt")).to_be_visible()
    desk.hands.row("b.txt").drag_to(desk.hands.row("Annexes"))
    expect(desk.hands.toast("“b.txt” is in “Annexes” now")).to_be_visible()
    desk.blank("c.txt").click()
    desk.page.keyboard.press("Delete")
    note = desk.hands.toast("“c.txt” is in the trash")
    expect(note).to_be_visible()
    note.get_by_role("button", name="Close").click()
    take_back(desk)
    expect(desk.hands.toast("“c.txt” is back")).to_be_visible()
    expect(desk.hands.row("c.txt")).to_be_visible()
    desk.hands.enter("Annexes")
    take_back(desk)
    expect(desk.hands.toast("Back where it was.")).to_be_visible()
    assert desk.stored() == ["Annexes", "Bills", "b.txt", "c.txt", "d.tar.gz", "new.txt"]
    take_back(desk)
    expect(desk.hands.toast("It has its old name again.")).to_be_visible()
    assert desk.stored() == ["Annexes", "Bills", "a.txt", "b.txt", "c.txt", "d.tar.gz"]


def test_ctrl_z_brings_back_the_bytes_that_uploads_replaced(desk: Seat, tmp_path: Path) -> None:
    """Those of one request at once; these are of one, or of two when one of them took long.

    The message of what was done before is still on show: that stays as it is.
    """
    desk.blank("c.txt").click()
    desk.page.keyboard.press("Delete")
    expect(desk.hands.row("c.txt")).to_have_count(0)
    files = [tmp_path / name for name in ("a.txt", "b.txt")]
    for file in files:
        file.write_bytes(b"these are other bytes")
    desk.page.set_input_files("#pick-files", files)
    desk.page.locator("#conflict [data-rest]").check()
    desk.page.get_by_role("button", name="Replace").click()
    expect(desk.page.locator("#tray-title")).to_have_text("2 files uploaded")
    assert {desk.size(file.name) for file in files} == {21}
    for _ in files:
        if {desk.size(file.name) for file in files} != {5}:
            with desk.page.expect_response("**/api/undo"):
                take_back(desk)
    expect(desk.hands.toast("It is again what it was before.").first).to_be_visible()
    assert {desk.size(file.name) for file in files} == {5}
    assert "c.txt" not in desk.stored()


def test_a_new_name_is_taken_back_by_its_message_and_by_ctrl_z_before_older_acts(desk: Seat) -> None:
    desk.blank("a.txt").click()
    desk.page.keyboard.press("Delete")
    expect(desk.hands.row("a.txt")).to_have_count(0)
    for take in (take_back, lambda seat: seat.hands.toast("Renamed").get_by_role("button", name="Undo").click()):
        desk.hands.rename("b.txt", "new.txt")
        expect(desk.hands.toast("Renamed to “new.txt”")).to_be_visible()
        take(desk)
        expect(desk.hands.toast("It has its old name again.")).to_be_visible()
        assert desk.stored() == ["Annexes", "Bills", "b.txt", "c.txt", "d.tar.gz"]
        expect(desk.hands.row("b.txt")).to_be_visible()
    take_back(desk)
    expect(desk.hands.row("a.txt")).to_be_visible()


def test_what_stands_in_the_way_is_said(desk: Seat) -> None:
    desk.eyes.refused |= {f"{desk.hands.url}/api/undo"}
    desk.blank("a.txt").click()
    desk.page.keyboard.press("Delete")
    note = desk.hands.toast("“a.txt” is in the trash")
    expect(note).to_be_visible()
    desk.owner.ok("DELETE", "/api/trash")
    note.get_by_role("button", name="Undo").click()
    expect(desk.hands.toast("a.txt")).to_contain_text("This cannot be undone")
    assert "a.txt" not in desk.stored()


def test_the_page_of_activity_takes_changes_back(desk: Seat) -> None:
    desk.blank("a.txt").click()
    desk.page.keyboard.press("Delete")
    expect(desk.hands.toast("“a.txt” is in the trash")).to_be_visible()
    desk.page.evaluate("window.samePage = true")
    desk.page.get_by_role("navigation", name="Places", exact=True).get_by_role("link", name="Activity").click()
    desk.hands.here("Activity")
    desk.page.get_by_label("Show", exact=True).select_option("trash")
    desk.page.get_by_role("button", name="Apply").click()
    expect(desk.page).to_have_url(f"{desk.hands.url}/activity?action=trash")
    expect(desk.page.get_by_text("Uploaded a.txt to My files")).to_have_count(0)
    desk.page.get_by_role("button", name="Undo: Moved a.txt to the trash").click()
    expect(desk.page.locator("#main").get_by_text("It is undone.")).to_be_visible()
    desk.page.get_by_label("Show", exact=True).select_option("")
    desk.page.get_by_role("button", name="Apply").click()
    expect(desk.page).to_have_url(f"{desk.hands.url}/activity")
    expect(desk.page.get_by_text("Restored a.txt from the trash to My files")).to_be_visible()
    assert "a.txt" in desk.stored()
    assert desk.page.evaluate("window.samePage === true"), "uploads and what Ctrl+Z knows would be gone"
