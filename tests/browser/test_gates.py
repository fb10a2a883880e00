"""What must hold of every page and open dialog, light and dark, wide and narrow: accessible, silent, never sideways."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.accessible import OF_COLOURS, faults_of_access
from tests.browser.eyes import Eyes
from tests.browser.hands import Hands
from tests.browser.photos import ARTEFACTS, NARROW, SCHEMES, WIDE, Scheme, profile, turn
from tests.browser.spill import SPILLED
from tests.browser.staging import Tour, furnish
from tests.live import Live, running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
SETTLED = """async () => {
  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const arrived = () => performance.getEntriesByType("resource").length;
  const isAtWork = !document.querySelector("script[type=module]") || performance.getEntriesByName("drive:bound").length;
  if (!isAtWork || document.querySelector("#main[aria-busy]")) return false;
  for (let before = -1; before < arrived(); await pause(100)) before = arrived();
  return [...document.querySelectorAll(":popover-open")].every((menu) => getComputedStyle(menu).opacity === "1");
}"""
"""Scripts are at work, nothing more has come for a while, and open menus have their place. Chromium's own word for that
takes half a second on each page."""
OUT_OF_REACH = """() => {
  const over = [...document.querySelectorAll("dialog[open], :popover-open, .tray, .details")];
  const isOut = (each) => {
    const { left, right, top, bottom } = each.getBoundingClientRect();
    return left < -1 || top < -1 || right > innerWidth + 1 || bottom > innerHeight + 1;
  };
  return over.filter((each) => each.checkVisibility() && isOut(each)).map((each) => each.id || each.className);
}"""
"""What lies over the page and is not wholly in the window: it cannot be scrolled to."""
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with running(tmp_path_factory.mktemp("gates") / "data") as live:
        yield live


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page(browser: Browser, drive: Live, width: int) -> None:
    stage = furnish(drive, f"{width}")
    context = profile(browser, width=width)
    eyes = watching(context, drive)
    page = context.new_page()
    wrong: list[str] = []
    for name, act in Tour(Hands(page, drive.url, width == NARROW), stage).scenes():
        act()
        settle(page)
        for scheme in reversed(SCHEMES):
            turn(page, scheme)
            page.screenshot(path=ARTEFACTS / "gates" / f"{width} {scheme}" / f"{name}.png")
            wrong += [f"{name}, {scheme}: {fault}" for fault in faults(page, scheme)]
    assert not wrong + eyes.wrong, "\n".join(wrong + eyes.wrong)


def test_every_page_twice_as_large(browser: Browser, drive: Live) -> None:
    """A window of 1280 by 800 at 200 %: every control of the tour is still to be had, and nothing goes sideways."""
    stage = furnish(drive, "large")
    context = browser.new_context(
        viewport={"width": 640, "height": 400}, device_scale_factor=2, reduced_motion="reduce", locale="en-GB"
    )
    eyes = watching(context, drive)
    page = context.new_page()
    wrong: list[str] = []
    for name, act in Tour(Hands(page, drive.url, narrow=True), stage).scenes():
        act()
        settle(page)
        page.screenshot(path=ARTEFACTS / "gates" / "200 %" / f"{name}.png")
        wrong += [f"{name}: wider than its window"] * page.evaluate(TOO_WIDE)
        wrong += [f"{name}: {each} is out of reach" for each in page.evaluate(OUT_OF_REACH)]
    assert not wrong + eyes.wrong, "\n".join(wrong + eyes.wrong)


def watching(context: BrowserContext, drive: Live) -> Eyes:
    eyes = Eyes(frozenset({drive.url}))
    eyes.watch(context)
    eyes.refused |= {f"{drive.url}/{each}" for each in ("register", "login", "s/" + "A" * 22, "files/none/details")}
    return eyes


def settle(page: Page) -> None:
    page.wait_for_load_state("load")
    page.wait_for_function(SETTLED)


def faults(page: Page, scheme: Scheme) -> list[str]:
    """What axe finds on the page as it is, whether it scrolls sideways, and names that turn what stands beside them."""
    told = faults_of_access(page, OF_COLOURS if scheme == "dark" else None)
    told += ["it is wider than its window"] * page.evaluate(TOO_WIDE)
    return told + [f"a name spills into {each}" for each in page.evaluate(SPILLED)]
