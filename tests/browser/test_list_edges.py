"""What lists do at their edges: more than is on show, much at once, no connection, keys off, and the way back."""

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.catching import catch
from tests.browser.hands import MINUTE
from tests.browser.held import HeldRequests
from tests.browser.loading import fill
from tests.browser.seats import Seat
from tests.browser.strain import restyled

pytestmark = pytest.mark.browser
MANY, THOUSAND = 206, 1000
A_LOT = 100
"""As many as go into one request."""
STEPS = 3
BULK = "**/api/bulk"
MOST_RESTYLED = 100
"""Elements, on an average, that a step of what is under way may have the browser look at anew."""
DONE = """(count) => {
  const said = document.querySelector("#toasts [data-kind=work] p")?.textContent ?? "";
  return Number(/\\d+/.exec(said)?.[0] ?? 0) >= count;
}"""
COUNT_CALLS = """() => {
  const [ask, calls] = [window.fetch, (window.calls = { now: 0, most: 0, all: 0 })];
  window.fetch = (address, ...rest) => {
    const isCall = String(address).startsWith("/api/");
    calls.all += isCall;
    calls.most = Math.max(calls.most, (calls.now += isCall));
    return ask(address, ...rest).finally(() => (calls.now -= isCall));
  };
}"""


@pytest.fixture
def many(seat: Seat) -> Seat:
    """Somebody at a folder of more rows than a page has."""
    folder = seat.folder("Many")
    for number in range(MANY):
        seat.owner.send("POST", f"/api/files?filename=Many/{number:04}.txt", data=b"x")
    seat.open(f"/files/{folder}")
    return seat


def rows(seat: Seat) -> Locator:
    return seat.page.locator("#main tr[data-id]")


def test_much_at_once_counts_along_stops_and_comes_back_with_one_message(many: Seat) -> None:
    held = HeldRequests(many.page, BULK)
    many.page.get_by_role("checkbox", name="Select all").check()
    expect(many.page.locator("[data-count]")).to_have_text(f"{MANY} selected")
    many.page.keyboard.press("Delete")
    note = many.hands.toast("Deleting:")
    expect(note).to_contain_text(f"of {MANY}")
    expect(many.page.locator("tr[data-working]")).to_have_count(MANY)
    note.get_by_role("button", name="Stop").click()
    expect(note).to_have_count(0)
    held.let_go()
    held.end()
    expect(many.hands.toast(f"{A_LOT} items are in the trash")).to_be_visible()
    left = MANY - A_LOT
    expect(rows(many)).to_have_count(left)
    assert len(many.selected()) == left
    many.page.evaluate(COUNT_CALLS)
    many.page.locator("[data-selection] [data-act=trash]").click()
    expect(many.hands.toast(f"{left} items are in the trash")).to_be_visible(timeout=60_000)
    assert many.page.evaluate("calls") == {"now": 0, "most": 1, "all": 2}
    expect(many.page.locator("#toasts > *")).to_have_count(1)
    expect(many.page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    many.page.locator("#main").focus()
    many.page.keyboard.press("Control+z")
    expect(many.hands.toast(f"{left} items are back")).to_be_visible(timeout=60_000)
    expect(rows(many)).to_have_count(min(left, 200))


def test_a_thousand_are_selected_and_deleted_until_somebody_says_stop(seat: Seat) -> None:
    """Waits without expect(), which has the browser write out the whole list at each look."""
    fill(seat.owner, THOUSAND)
    seat.open()
    seat.page.get_by_role("checkbox", name="Select all").check()
    expect(seat.page.locator("[data-count]")).to_have_text("1,000 selected", timeout=MINUTE)
    expect(rows(seat)).to_have_count(THOUSAND)
    assert len(seat.selected()) == THOUSAND
    held = HeldRequests(seat.page, BULK)
    seat.page.keyboard.press("Delete")
    stop = seat.hands.toast("Deleting:").get_by_role("button", name="Stop")
    stop.wait_for(timeout=MINUTE)
    where = stop.bounding_box()
    with restyled(seat.page) as passes:
        for count in range(1, STEPS + 1):
            held.let_go()
            seat.page.wait_for_function(DONE, arg=count * A_LOT, timeout=MINUTE)
        assert stop.bounding_box() == where, "the button moves along with the count"
        stop.click()
        stop.wait_for(state="detached", timeout=MINUTE)
    held.let_go()
    held.end()
    assert passes
    assert sum(passes) / len(passes) < MOST_RESTYLED, "each deletion has all rows looked at anew"
    seat.hands.toast("items are in the trash").hover(timeout=MINUTE)  # as long as the pointer is on it, it stays
    left = THOUSAND - (STEPS + 1) * A_LOT
    assert rows(seat).count() == left
    assert len(seat.stored()) == left
    expect(seat.page.locator("[data-count]")).to_have_text(f"{left} selected")
    expect(seat.page.locator("tr[data-working]")).to_have_count(0)
    seat.hands.toast("items are in the trash").get_by_role("button", name="Undo").click()
    seat.hands.toast(f"{THOUSAND - left} items are back").wait_for(timeout=MINUTE)
    assert len(seat.stored()) == THOUSAND


def test_what_stands_in_front_of_a_list_has_room_while_it_is_there(desk: Seat) -> None:
    beside = "getComputedStyle(document.querySelector('.sheet')).paddingInlineEnd"
    above = "getComputedStyle(document.documentElement).scrollPaddingBlockStart"
    none = desk.page.evaluate(f"[{beside}, {above}]")
    desk.hands.choose("a.txt", "details")
    desk.blank("b.txt").click()
    for now, was in zip(desk.page.evaluate(f"[{beside}, {above}]"), none, strict=True):
        assert float(now.removesuffix("px")) > float(was.removesuffix("px"))
    desk.hands.go("trash", "Trash")
    assert desk.page.evaluate(f"[{beside}, {above}]") == none


def test_coming_back_finds_the_list_as_it_was(many: Seat) -> None:
    rows(many).last.scroll_into_view_if_needed()
    expect(rows(many)).to_have_count(MANY)
    last = many.hands.row(f"{MANY - 1:04}.txt")
    last.get_by_role("link").first.click()
    many.hands.here(f"{MANY - 1:04}.txt")
    many.page.go_back()
    many.hands.here("Many")
    expect(rows(many)).to_have_count(MANY)
    expect(last).to_be_focused()
    expect(last).to_be_in_viewport()
    many.page.reload()
    expect(rows(many)).to_have_count(MANY)
    expect(last).to_be_in_viewport()


def test_the_count_is_right_before_the_list_is_read_anew(desk: Seat) -> None:
    def never(route: Route) -> None:
        """The list is asked for and does not come."""

    expect(desk.page.locator("[data-pager]")).to_have_text("6 items")
    catch(desk.page, "**/files", never)
    desk.hands.move("a.txt", "Bills")
    expect(desk.page.locator("[data-pager]")).to_have_text("5 items")


def test_the_focus_goes_on_to_the_next_row(desk: Seat) -> None:
    desk.blank("a.txt").click()
    desk.page.locator("[data-selection] [data-act=trash]").click()
    expect(desk.hands.row("b.txt")).to_be_focused()
    desk.hands.choose("b.txt", "trash")
    expect(desk.hands.row("c.txt")).to_be_focused()
    expect(desk.page.locator("#toasts > *")).to_have_count(1)
    expect(desk.hands.toast("“b.txt” is in the trash")).to_be_visible()
    desk.hands.toast("b.txt").get_by_role("button", name="Undo").click()
    expect(desk.hands.row("b.txt")).to_be_visible()
    desk.blank("c.txt").click()
    desk.page.get_by_role("button", name="Select nothing").click()
    expect(desk.hands.row("c.txt")).to_be_focused()


def test_without_connection_nothing_is_lost_and_one_message_offers_to_try_again(desk: Seat) -> None:
    desk.eyes.refused |= {f"{desk.hands.url}/files", f"{desk.hands.url}/api/bulk"}
    desk.hands.row("a.txt").focus()
    desk.page.keyboard.press("Control+a")
    desk.page.context.set_offline(True)
    desk.page.keyboard.press("Delete")
    note = desk.hands.toast("No connection to the drive.")
    expect(note).to_contain_text("and 3 more")
    assert rows(desk).count() == 6
    desk.page.context.set_offline(False)
    note.get_by_role("button", name="Try again").click()
    expect(desk.hands.toast("6 items are in the trash")).to_be_visible()
    assert desk.stored() == []


def test_a_dialog_is_read_from_its_title_and_says_what_happens_in_itself(desk: Seat) -> None:
    desk.hands.row("a.txt").focus()
    desk.page.keyboard.press("?")
    expect(desk.page.locator("#keys-title")).to_be_focused()
    desk.page.keyboard.press("Escape")
    expect(desk.hands.row("a.txt")).to_be_focused()
    desk.hands.choose("a.txt", "share")
    dialog = desk.page.locator("#share")
    dialog.get_by_role("button", name="Create link").click()
    dialog.get_by_role("button", name="Copy link").click()
    expect(dialog.get_by_role("status")).to_have_text("Copied")
    dialog.get_by_role("button", name="End link").click()
    expect(desk.page.get_by_role("dialog").last.get_by_role("button", name="Cancel")).to_be_focused()
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("Escape")
    desk.page.set_input_files("#pick-files", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"another"})
    expect(desk.page.locator("#conflict-title")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#conflict")).to_be_visible()
    desk.page.get_by_role("button", name="Skip").click()


def test_keys_can_be_switched_off(desk: Seat) -> None:
    desk.hands.go("settings", "Settings")
    desk.page.get_by_label("Keyboard shortcuts in lists").uncheck()
    desk.open()
    desk.hands.row("Bills").focus()
    for key in ("F2", "Delete", "?", "Control+a", "Control+x"):
        desk.page.keyboard.press(key)
    expect(desk.page.locator(".name-field, dialog[open], .cut, [aria-selected=true]")).to_have_count(0)
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("Space")
    assert desk.selected() == ["a.txt"]
    assert "Bills" in desk.stored()
    desk.hands.go("settings", "Settings")
    desk.page.get_by_label("Keyboard shortcuts in lists").check()
    desk.open()
    desk.hands.row("Bills").focus()
    desk.page.keyboard.press("F2")
    expect(desk.page.locator(".name-field input")).to_be_focused()


def test_a_finger_that_stays_selects_and_then_taps_choose(desk: Seat) -> None:
    desk.page.set_viewport_size({"width": 360, "height": 740})
    touch = desk.page.context.new_cdp_session(desk.page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def finger(name: str) -> dict[str, float]:
        box = desk.hands.row(name).locator(".file-name a").bounding_box()
        assert box is not None
        return {"x": box["x"] + 10, "y": box["y"] + 10}

    def tap(name: str) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger(name)]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger("b.txt")]})
    expect(desk.hands.row("b.txt")).to_have_attribute("aria-selected", "true")
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert desk.selected() == ["b.txt"]
    tap("c.txt")
    expect(desk.hands.row("c.txt")).to_have_attribute("aria-selected", "true")
    assert desk.selected() == ["b.txt", "c.txt"]
    desk.page.keyboard.press("Escape")
    tap("Bills")
    desk.hands.here("Bills")
