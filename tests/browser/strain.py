"""How much of a page its browser looks at anew: counts, which other programs on the machine do not change."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

PASS = "UpdateLayoutTree"


@contextmanager
def restyled(page: Page) -> Iterator[list[int]]:
    """Filled at the end: how many elements each pass over the styles had to look at."""
    browser, found = page.context.browser, list[int]()
    assert browser is not None
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    try:
        yield found
    finally:
        events = json.loads(browser.stop_tracing())["traceEvents"]
        ended = [each for each in events if each["name"] == PASS and "elementCount" in each.get("args", {})]
        found += [each["args"]["elementCount"] for each in ended]
