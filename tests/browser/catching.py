"""Requests of a page that is at work already are caught by the test."""

from collections.abc import Callable
from http import HTTPStatus
from re import Pattern

from playwright.sync_api import Page, Route

PROBE = "**/status?caught"
ASKED = "async () => (await fetch('/status?caught')).status"


def catch(
    page: Page, address: str | Pattern[str], handler: Callable[[Route], object], *, times: int | None = None
) -> None:
    """As page.route, and from now on: Chromium tells a page to let its requests be looked at by another way than it
    brings keys and clicks there, which may be faster than that."""
    page.route(address, handler, times=times)
    page.route(PROBE, lambda route: route.fulfill(status=HTTPStatus.NO_CONTENT))
    while page.evaluate(ASKED) != HTTPStatus.NO_CONTENT:
        pass
    page.unroute(PROBE)
