"""A list on paper, a line so slow that one looks at the progress, and people who want nothing to move."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desks import make_file
from tests.browser.hands import MINUTE
from tests.browser.held import HeldRequests
from tests.browser.photos import ARTEFACTS
from tests.browser.seats import Seat

pytestmark = pytest.mark.browser
LINE, SIZE = 400_000, 2_000_000
"""Bytes a second, and bytes."""
LONG = "the long report on the state of all the bridges of the valley " * 3 + "2026.txt"
MOVES = """() => [...document.querySelectorAll("*")].filter((each) => {
  const { transitionDuration, animationDuration } = getComputedStyle(each);
  return `${transitionDuration},${animationDuration}`.split(",").some((time) => parseFloat(time) > 0.001);
}).length"""
READ = r"""() => {
  window.read = [];
  const began = performance.now();
  const units = { K: 1000, M: 1_000_000 };
  const look = () => {
    const found = /(\d+) %(?: · ([\d.]+) ([KM])B\/s)?/.exec(document.getElementById("tray").innerText);
    if (!found || read.at(-1)?.[0] === Number(found[1])) return;
    const rate = found[2] ? Number(found[2]) * units[found[3]] : null;
    read.push([Number(found[1]), rate, (performance.now() - began) / 1000]);
  };
  const everything = { subtree: true, childList: true, characterData: true, attributes: true };
  new MutationObserver(look).observe(document.getElementById("tray"), everything);
}"""
"""Notes each figure that the tray shows, the rate beside it and the seconds until then."""


def slow(page: Page, *, latency: int = 20) -> None:
    session = page.context.new_cdp_session(page)
    line = {"offline": False, "latency": latency, "downloadThroughput": LINE, "uploadThroughput": LINE}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", line)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_printed_folder_is_a_plain_list(desk: Seat, scheme: str) -> None:
    page = desk.page
    desk.owner.upload(LONG, b"bridges")
    desk.open()
    page.emulate_media(media="print", color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": 700, "height": 1000})
    page.screenshot(path=ARTEFACTS / "paper" / f"{scheme}.png")
    rows = page.locator("#main tr[data-id]")
    expect(rows).to_have_count(7)
    for part in (".file-name a", ".file-when", ".file-size"):
        expect(rows.last.locator(part)).to_be_visible()
    for part in (".top", ".places", ".bar", ".toolbar-end", ".file-pick >> nth=0", ".file-do >> nth=0", "#tray"):
        expect(page.locator(part)).to_be_hidden()
    name = desk.hands.row(LONG).locator(".file-name a")
    assert name.evaluate("each => each.scrollWidth <= each.clientWidth"), "the end of the name is cut off"
    ink = name.evaluate("each => getComputedStyle(each).color")
    assert max(map(int, re.findall(r"\d+", ink)[:3])) < 100, f"{ink} on white paper"
    assert len(page.pdf()) > 1000


def test_progress_on_a_slow_line_is_what_has_left(desk: Seat, tmp_path: Path) -> None:
    page = desk.page
    desk.eyes.refused.add("")
    file = make_file(tmp_path, "film.mp4", SIZE)
    slow(page)
    page.evaluate(READ)
    page.set_input_files("#pick-files", str(file))
    expect(page.locator("#tray-title")).to_have_text("1 file uploaded", timeout=2 * MINUTE)
    read: list[tuple[int, float | None, float]] = page.evaluate("read")
    percents = [percent for percent, _, _ in read]
    assert percents == sorted(percents)
    assert len(percents) >= 4
    for percent, _, seconds in read:
        assert percent / 100 * SIZE - seconds * LINE < 0.15 * SIZE, f"says {percent} % after {seconds:.1f} s"
    percent, rate, seconds = [each for each in read if each[1]][-1]
    assert rate is not None
    assert percent / 100 * SIZE / seconds / 2 < rate < LINE * 2, "a busy machine may be slower than the line"


def test_a_page_that_takes_its_time_says_so(desk: Seat) -> None:
    page = desk.page
    held = HeldRequests(page, "**/trash")
    page.locator("[data-place=trash]:visible").click()
    busy = page.locator("#main[aria-busy=true]")
    expect(busy).to_be_attached()
    page.wait_for_function("() => getComputedStyle(document.getElementById('main'), '::before').opacity === '1'")
    held.let_go()
    desk.hands.here("Trash")
    expect(busy).to_have_count(0)


def test_nothing_moves_for_those_who_want_it_so(desk: Seat) -> None:
    page = desk.page
    desk.hands.choose("a.txt", "share")
    expect(page.locator("#share")).to_be_visible()
    assert page.evaluate(MOVES) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOVES) > 0
