"""Small things that somebody notices all the same: who types Japanese, reads slowly, hears the page, or has a Mac."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.catching import catch
from tests.browser.hands import at_work
from tests.browser.held import RETRIES
from tests.browser.seats import Seat

pytestmark = pytest.mark.browser
PART = '<code class="digest">'
BOXES = """() => [...document.querySelectorAll("body *")]
  .filter((each) => each.checkVisibility() && !each.closest("svg, option, code, .code"))
  .filter((each) => getComputedStyle(each).display !== "inline")
  .map((each) => {
    const { left, right, width } = each.getBoundingClientRect();
    return { what: `${each.tagName}#${each.id}.${each.className}`, left, right, width };
  })"""
"""Where everything stands but what is part of a sentence."""
LOOKS_AWAY = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def stop_the_clock(page: Page) -> None:
    """From now on only run_for() moves it: seconds that a busy machine takes do not count."""
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=10))


@pytest.mark.parametrize("sign", [{"isComposing": True}, {"keyCode": 229}])
def test_keys_of_a_composition_are_not_keys_of_the_field(desk: Seat, sign: dict[str, object]) -> None:
    desk.hands.row("a.txt").focus()
    desk.page.keyboard.press("F2")
    field = desk.page.locator(".name-field input")
    field.fill("日本")
    for key in ("Escape", "Enter"):
        field.dispatch_event("keydown", {"key": key, "bubbles": True, **sign})
    expect(field).to_have_value("日本")
    assert "a.txt" in desk.stored()
    field.press("Enter")
    expect(desk.hands.row("日本")).to_be_visible()


def test_a_message_waits_while_it_has_the_focus_wherever_the_mouse_goes(desk: Seat) -> None:
    page = desk.page
    stop_the_clock(page)
    desk.hands.row("a.txt").focus()
    page.keyboard.press("Control+x")
    note = desk.hands.toast("“a.txt” is cut")
    expect(note).to_contain_text("Press Ctrl+V in another folder")
    note.get_by_role("button", name="Close").focus()
    note.hover()
    page.mouse.move(5, 5)
    page.clock.run_for(60_000)
    expect(note).to_be_visible()
    desk.hands.row("a.txt").focus()
    page.clock.run_for(6_000)
    expect(note).to_have_count(0)


def test_two_sentences_at_once_are_both_said(desk: Seat) -> None:
    desk.blank("a.txt").click()
    desk.page.keyboard.press("Delete")
    expect(desk.page.locator("#live")).to_have_text("0 selected “a.txt” is in the trash", use_inner_text=False)


def pending(page: Page) -> list[int]:
    """The checksums are never there; how often somebody looked stands in each answer."""
    looks: list[int] = []

    def answer(route: Route) -> None:
        looks.append(len(looks) + 1)
        found = route.fetch(max_retries=RETRIES)
        mark = f'<span data-pending data-look="{looks[-1]}"></span>'
        route.fulfill(response=found, body=found.text().replace(PART, mark + PART))

    catch(page, "**/details", answer)
    return looks


def test_checksums_are_looked_for_less_and_less_and_not_for_ever(desk: Seat) -> None:
    page = desk.page
    details = page.request.get(f"{desk.hands.url}/files/{desk.owner.items()[2]['id']}/details").text()
    assert PART in details, "a small file has its checksums at once"
    looks = pending(page)
    stop_the_clock(page)

    def seen(look: int) -> None:
        expect(page.locator(f"#details [data-look='{look}']").first).to_be_attached()

    desk.hands.choose("a.txt", "details")
    seen(1)
    for look, seconds in enumerate((3, 6, 12, 24, 30, 30), start=2):
        page.clock.run_for((seconds - 1) * 1000)
        assert len(looks) == look - 1
        page.clock.run_for(1000)
        seen(look)
    page.evaluate(LOOKS_AWAY, True)
    page.clock.run_for(120_000)
    assert len(looks) == 7
    page.evaluate(LOOKS_AWAY, False)
    seen(8)
    for look in range(9, 22):
        page.clock.run_for(30_000)
        seen(look)
    page.clock.run_for(600_000)
    page.wait_for_timeout(100)
    assert len(looks) == 21
    desk.blank("b.txt").click()
    seen(22)
    page.get_by_role("button", name="Close the details").click()
    page.clock.run_for(60_000)
    page.wait_for_timeout(100)
    assert len(looks) == 22


def focused_act(page: Page) -> str:
    return str(page.evaluate("document.activeElement.dataset.act"))


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_selection_bar_is_one_stop_and_arrows_lead_through_it(desk: Seat, direction: str) -> None:
    page = desk.page
    page.evaluate("(direction) => { document.documentElement.dir = direction; }", direction)
    desk.blank("a.txt").click()
    acts = ["share", "download", "move", "copy-to", "rename", "star", "details", "trash", "unselect"]
    onward, back = ("ArrowRight", "ArrowLeft") if direction == "ltr" else ("ArrowLeft", "ArrowRight")
    page.locator("[data-act=share]:visible").focus()
    for act, following in pairwise(acts):
        assert focused_act(page) == act
        page.keyboard.press(onward)
        assert focused_act(page) == following
    for key, act in ((onward, "share"), (back, "unselect"), ("Home", "share"), ("End", "unselect"), (back, "trash")):
        page.keyboard.press(key)
        assert focused_act(page) == act
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('[data-selection]') !== null")
    page.keyboard.press("Shift+Tab")
    assert focused_act(page) == "trash"
    page.keyboard.press("ArrowLeft" if direction == "rtl" else "ArrowRight")
    page.keyboard.press("Home")
    desk.blank("b.txt").click(modifiers=["Control"])
    stops = page.locator("[data-selection] button:visible").evaluate_all("all => all.map((each) => each.tabIndex)")
    assert sorted(stops) == [-1, -1, -1, -1, -1, 0], "the first one that is left is the stop"


def are_taken(page: Page, keys: list[dict[str, object]]) -> list[bool]:
    """Whether each key, pressed where the focus is, is kept from the browser."""
    taken: list[bool] = page.evaluate(
        """(keys) => {
          const [where, options] = [document.activeElement, { bubbles: true, cancelable: true }];
          return keys.map((key) => !where.dispatchEvent(new KeyboardEvent("keydown", { ...options, ...key })));
        }""",
        keys,
    )
    return taken


@pytest.mark.parametrize("held", ["altKey", "ctrlKey", "metaKey"])
def test_keys_of_the_browser_are_left_to_it_wherever_arrows_lead(desk: Seat, held: str) -> None:
    page = desk.page
    plain: list[dict[str, object]] = [{"key": key} for key in ("Home", "End", "ArrowUp", "ArrowDown")]
    across: list[dict[str, object]] = [{"key": key} for key in ("Home", "End", "ArrowLeft", "ArrowRight")]

    def with_held(keys: list[dict[str, object]]) -> list[dict[str, object]]:
        return [{**key, held: True} for key in keys]

    desk.blank("a.txt").click()
    page.locator("[data-act=share]:visible").focus()
    assert are_taken(page, with_held(across)) == [False] * 4
    assert are_taken(page, across) == [True] * 4
    desk.hands.choose("a.txt", "move")
    expect(page.locator("#move [role=treeitem]").first).to_be_focused()
    assert are_taken(page, with_held(plain + across)) == [False] * 8
    assert are_taken(page, plain + across) == [True] * 8
    page.keyboard.press("Escape")
    desk.hands.row("a.txt").locator("[data-row-menu]").click()
    expect(page.locator("#row-menu [data-act]:visible").first).to_be_focused()
    assert are_taken(page, with_held(plain)) == [False] * 4
    assert are_taken(page, plain) == [True] * 4


def test_the_row_whose_details_are_on_show_is_marked(desk: Seat) -> None:
    desk.hands.choose("a.txt", "details")
    expect(desk.hands.row("a.txt")).to_have_attribute("aria-current", "true")
    assert desk.selected() == []
    desk.owner.upload("e.txt", b"e")
    desk.page.evaluate("document.dispatchEvent(new CustomEvent('drive:uploaded'))")
    expect(desk.hands.row("e.txt")).to_be_visible()
    expect(desk.page.locator("#main [data-id][aria-current]")).to_have_count(1)
    desk.blank("b.txt").click()
    expect(desk.hands.row("b.txt")).to_have_attribute("aria-current", "true")
    expect(desk.page.locator("#main [data-id][aria-current]")).to_have_count(1)
    desk.page.get_by_role("button", name="Close the details").click()
    expect(desk.page.locator("#main [data-id][aria-current]")).to_have_count(0)


@pytest.mark.parametrize(("platform", "shown", "hidden"), [("MacIntel", "⌘ A", "Ctrl A"), ("Win32", "Ctrl A", "⌘ A")])
def test_the_help_sheet_names_the_keys_of_the_machine(desk: Seat, platform: str, shown: str, hidden: str) -> None:
    page = desk.page
    page.add_init_script(f"Object.defineProperty(navigator, 'platform', {{ value: '{platform}' }})")
    desk.open()
    desk.hands.row("a.txt").focus()
    page.keyboard.press("?")
    expect(page.locator("#keys kbd", has_text=shown)).to_be_visible()
    expect(page.locator("#keys kbd", has_text=hidden)).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+x")
    expect(desk.hands.toast("⌘V" if platform == "MacIntel" else "Ctrl+V")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 500])
@pytest.mark.parametrize("path", ["/files", "/files?view=grid", "/settings", "/trash"])
def test_a_page_from_right_to_left_is_the_mirror_of_itself(desk: Seat, path: str, width: int) -> None:
    page = desk.page
    page.set_viewport_size({"width": width, "height": 900})
    desk.owner.ok("DELETE", f"/api/files/{desk.owner.items()[5]['id']}")
    page.goto(desk.hands.url + path)
    at_work(page)
    page.evaluate("async () => { await document.fonts.ready; }")
    before = page.evaluate(BOXES)
    page.evaluate("document.documentElement.dir = 'rtl'")
    after = page.evaluate(BOXES)
    assert len(before) == len(after) > 30
    wrong = [
        (one["what"], one, other)
        for one, other in zip(before, after, strict=True)
        if one["width"] and abs(width - one["right"] - other["left"]) > 1
    ]
    assert wrong == []
