"""Lists as people handle them: selecting, keys, names in place, and what stays while the list changes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import FileChooser, Route, expect

from tests.browser.hands import MINUTE
from tests.browser.seats import Seat

pytestmark = pytest.mark.browser


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
    assert offered() == ["share", "download", "move", "copy-to", "rename", "star", "details", "trash", "unselect"]
    desk.blank("Bills").click()
    assert "download" in offered(), "a folder comes as a zip"
    desk.blank("a.txt").click(modifiers=["Control"])
    assert offered() == ["download", "move", "copy-to", "star", "trash", "unselect"]


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
    desk.page.locator("[data-selection] [data-act=move]").focus()
    desk.page.keyboard.press("Delete")
    desk.page.keyboard.press("?")
    expect(desk.page.locator("#keys")).to_be_hidden()
    assert "a.txt" in desk.stored()


def test_the_menu_opens_by_key_and_by_the_right_button(desk: Seat) -> None:
    desk.hands.row("b.txt").focus()
    desk.page.keyboard.press("Shift+F10")
    expect(desk.page.locator("#row-menu [data-act]:focus")).to_be_visible()
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
    expect(desk.page.locator(".name-field input")).to_be_focused()
    desk.page.keyboard.press("Escape")
    expect(desk.page.locator(".new-row")).to_have_count(0)
    desk.hands.make_folder("Contracts")
    expect(desk.hands.row("Contracts")).to_be_focused()
    assert desk.stored()[:3] == ["Annexes", "Bills", "Contracts"]


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
    seat.hands.row("0228.txt").evaluate("(row) => { row.marked = true; }")
    seat.page.set_input_files("#pick-files", {"name": "0004a.txt", "mimeType": "text/plain", "buffer": b"new"})
    expect(seat.hands.row("0004a.txt")).to_have_count(1, timeout=MINUTE)
    expect(rows).to_have_count(231)
    assert seat.selected() == ["0003.txt"]
    assert seat.focused() == "0229.txt"
    assert seat.hands.row("0228.txt").evaluate("(row) => row.marked"), "what did not change stays as it is"


@contextmanager
def slow_scripts(seat: Seat, *, which: str = "drive") -> Iterator[None]:
    """The page of the files without its scripts, which come when this ends."""
    held: list[Route] = []
    scripts = re.compile(rf"/{which}-[^/]*\.js$")

    def hold(route: Route) -> None:
        held.append(route)

    seat.page.route(scripts, hold)
    with seat.page.expect_request(scripts):
        seat.page.goto(seat.hands.url + "/files", wait_until="commit")
    yield
    held.pop().continue_()


def test_files_chosen_before_the_scripts_have_come_are_not_lost(seat: Seat) -> None:
    with slow_scripts(seat):
        seat.page.set_input_files("#pick-files", {"name": "first.txt", "mimeType": "text/plain", "buffer": b"new"})
    expect(seat.hands.row("first.txt")).to_be_visible(timeout=30_000)


def test_a_button_pressed_before_the_scripts_have_come_works_once(seat: Seat) -> None:
    asked: list[FileChooser] = []

    def count(chooser: FileChooser) -> None:
        asked.append(chooser)

    seat.page.on("filechooser", count)
    with seat.page.expect_file_chooser(), slow_scripts(seat):
        seat.page.get_by_role("button", name="Choose files").click()
    seat.page.wait_for_timeout(300)
    assert len(asked) == 1


def test_a_menu_opened_before_the_scripts_have_come_stays_in_sight(seat: Seat) -> None:
    with slow_scripts(seat, which="main"):
        seat.page.locator("[popovertarget=account]").click()
        expect(seat.page.locator("#account")).to_be_visible()
    seat.hands.here("My files")
    expect(seat.page.locator("#account.menu-placed")).to_have_css("opacity", "1")
    expect(seat.page.locator("#account a:focus")).to_have_text("Settings")


def test_an_empty_folder_turns_into_a_list(seat: Seat) -> None:
    seat.open()
    expect(seat.page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    seat.page.set_input_files("#pick-files", {"name": "first.txt", "mimeType": "text/plain", "buffer": b"new"})
    expect(seat.hands.row("first.txt")).to_be_visible(timeout=30_000)
    expect(seat.page.get_by_role("heading", name="Nothing here yet")).to_be_hidden()
    seat.blank("first.txt").click()
    seat.page.keyboard.press("Delete")
    expect(seat.page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
