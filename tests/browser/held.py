"""Requests and answers that come late."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import APIResponse, Page, Route

from tests.browser.catching import catch

RETRIES = 3
"""A connection that was kept may be closed at the very moment at which it is used again."""
MINUTE_OF_LOOKS = 3000
STATE = """() => ({
  focus: document.activeElement.outerHTML.slice(0, 200),
  rows: document.querySelectorAll("#main tr[data-id]").length,
  selected: document.querySelectorAll("#main tr[aria-selected=true]").length,
  next: document.querySelector("#main a[rel=next]")?.href,
  said: document.getElementById("toasts")?.innerText,
  read: performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => !name.includes("/static/")),
})"""
"""What a page was at when it did not ask."""


@dataclass
class Held:
    """One answer as the drive gave it, kept back until let_go()."""

    page: Page
    answers: list[tuple[Route, APIResponse]] = field(default_factory=list)

    def next(self, address: str) -> None:
        catch(self.page, address, self._hold, times=1)

    def wait(self) -> None:
        for _ in range(MINUTE_OF_LOOKS):
            if self.answers:
                return
            self.page.wait_for_timeout(20)
        raise TimeoutError(f"nothing was asked for: {self.page.evaluate(STATE)}")

    def _hold(self, route: Route) -> None:
        self.answers.append((route, route.fetch(max_retries=RETRIES)))

    def let_go(self) -> None:
        route, answer = self.answers.pop()
        route.fulfill(response=answer)

    def refuse(self, answer: Callable[[Route], None]) -> None:
        """As let_go, with another answer than the drive's."""
        answer(self.answers.pop()[0])


class HeldRequests:
    """What is asked for at an address waits until it is let go, one by one."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.waiting: list[Route] = []
        catch(page, address, self._hold)

    def _hold(self, route: Route) -> None:
        self.waiting.append(route)

    def wait(self) -> None:
        """Until there is one."""
        while not self.waiting:
            self.page.wait_for_timeout(20)

    def let_go(self) -> None:
        self.wait()
        self.waiting.pop(0).continue_()

    def end(self) -> None:
        """The next ones are not held."""
        self.page.unroute(self.address, self._hold)
