"""What must hold of every page and open dialog, light and dark, wide and narrow: accessible, silent, never sideways."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.eyes import Eyes
from tests.browser.hands import Hands
from tests.browser.photos import ARTEFACTS, NARROW, WIDE, Scheme, profile
from tests.browser.staging import Tour, furnish
from tests.live import Live, running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SETTLED = """async () => {
  const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const arrived = () => performance.getEntriesByType("resource").length;
  for (let before = -1; before < arrived(); await pause(100)) before = arrived();
  return [...document.querySelectorAll(":popover-open")].every((menu) => getComputedStyle(menu).opacity === "1");
}"""
"""Nothing more has come for a while, scripts included, and open menus have their place. Chromium's own word for that
takes half a second on each page."""
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with running(tmp_path_factory.mktemp("gates") / "data") as live:
        yield live


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_page(browser: Browser, drive: Live, width: int, scheme: Scheme) -> None:
    stage = furnish(drive, f"{scheme}-{width}")
    context, eyes = profile(browser, width=width, scheme=scheme), Eyes(frozenset({drive.url}))
    eyes.watch(context)
    eyes.refused |= {f"{drive.url}/{each}" for each in ("register", "login", "s/" + "A" * 22, "files/none/details")}
    page = context.new_page()
    wrong: list[str] = []
    for name, act in Tour(Hands(page, drive.url, width == NARROW), stage).scenes():
        act()
        wrong += [f"{name}: {fault}" for fault in faults(page, f"{width} {scheme}/{name}")]
    assert not wrong + eyes.wrong, "\n".join(wrong + eyes.wrong)


def faults(page: Page, picture: str) -> list[str]:
    """What axe finds on the page as it is, and whether it can be scrolled sideways."""
    page.wait_for_load_state("load")
    page.wait_for_function(SETTLED)
    page.screenshot(path=ARTEFACTS / "gates" / f"{picture}.png")
    found = Axe().run(page).response["violations"]
    told = [f"{each['id']}: {node['html'][:200]} {node['failureSummary']}" for each in found for node in each["nodes"]]
    return told + ["it is wider than its window"] * page.evaluate(TOO_WIDE)
