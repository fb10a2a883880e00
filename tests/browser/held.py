"""An answer that comes late."""

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
