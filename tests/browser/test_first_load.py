"""What pages may cost whoever opens them for the first time: little to fetch, little to do, and nothing jumps."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.hands import MINUTE
from tests.browser.loading import Stage, cost_of, furnish, visitor
from tests.live import running
from tests.machine import slowness

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
MOST_BYTES, MOST_SCRIPT = 120_000, 40_000
MOST_WORK, MOST_SHIFT = 500, 0.02
"""What `make gates` says of times holds on a machine at rest; here it is processor time, whoever else is at work."""
ROWS = 1000
SCROLLED = """(count) => {
  scrollTo(0, document.body.scrollHeight);
  return document.querySelectorAll("#main tr[data-id]").length >= count;
}"""


@pytest.fixture(scope="module")
def full(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A thousand files in the top folder."""
    with running(tmp_path_factory.mktemp("full") / "data") as live:
        yield furnish(browser, live, ROWS)


@pytest.mark.parametrize("page", ["Front page", "Log in", "Files", "Link"])
def test_a_first_visit(browser: Browser, full: Stage, page: str) -> None:
    cost = cost_of(browser, full.pages[page], cookies=full.cookies_for(page))
    assert cost.bytes <= MOST_BYTES
    assert 0 < cost.script_bytes <= MOST_SCRIPT
    assert cost.worked <= MOST_WORK * slowness(time.process_time)
    assert cost.shift <= MOST_SHIFT


def test_all_rows_come_as_one_scrolls(browser: Browser, full: Stage) -> None:
    with visitor(browser, full.cookies) as (page, _):
        page.goto(full.pages["Files"])
        rows = page.locator("#main tr[data-id]")
        expect(rows).to_have_count(200)
        page.wait_for_function(SCROLLED, arg=ROWS, polling=200, timeout=5 * MINUTE)
        expect(page.locator("[data-more] a")).to_have_count(0)
