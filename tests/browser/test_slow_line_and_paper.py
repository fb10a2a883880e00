"""A list on paper, a line so slow that one looks at the progress, and people who want nothing to move."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desks import make_file
from tests.browser.photos import ARTEFACTS
from tests.browser.seats import Seat

pytestmark = pytest.mark.browser
LINE = 400_000
"""Bytes a second."""
LONG = "the long report on the state of all the bridges of the valley " * 3 + "2026.txt"
MOVES = """() => [...document.querySelectorAll("*")].filter((each) => {
  const { transitionDuration, animationDuration } = getComputedStyle(each);
  return `${transitionDuration},${animationDuration}`.split(",").some((time) => parseFloat(time) > 0.001);
}).length"""
READING = re.compile(r"(\d+) %(?: · ([\d.]+) ([KM])B/s)?")


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
    file = make_file(tmp_path, "film.mp4", 2_000_000)
    slow(page)
    began = time.monotonic()
    page.set_input_files("#pick-files", str(file))
    read: list[tuple[int, float | None]] = []
    while not page.locator("#tray-title", has_text="1 file uploaded").count():
        found = READING.search(page.locator("#tray").inner_text())
        if found and (not read or read[-1][0] != int(found[1])):
            unit = {"K": 1000, "M": 1_000_000}.get(found[3], 0)
            read.append((int(found[1]), float(found[2]) * unit if found[2] else None))
            ahead = int(found[1]) / 100 * 2_000_000 - (time.monotonic() - began) * LINE
            assert ahead < 0.15 * 2_000_000, f"says {found[1]} % after {time.monotonic() - began:.1f} s"
        page.wait_for_timeout(100)
    percents = [percent for percent, _ in read]
    assert percents == sorted(percents)
    assert len(percents) >= 4
    rates = [rate for _, rate in read if rate]
    assert rates
    assert LINE / 2 < rates[-1] < LINE * 2


def test_a_page_that_takes_its_time_says_so(desk: Seat) -> None:
    page = desk.page
    page.route("**/trash", lambda route: (page.wait_for_timeout(1500), route.continue_()))
    page.locator("[data-place=trash]:visible").click()
    busy = page.locator("#main[aria-busy=true]")
    expect(busy).to_be_attached()
    page.wait_for_timeout(600)
    assert busy.evaluate("main => getComputedStyle(main, '::before').opacity") == "1"
    desk.hands.here("Trash")
    expect(busy).to_have_count(0)


def test_nothing_moves_for_those_who_want_it_so(desk: Seat) -> None:
    page = desk.page
    desk.hands.choose("a.txt", "share")
    expect(page.locator("#share")).to_be_visible()
    assert page.evaluate(MOVES) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOVES) > 0
