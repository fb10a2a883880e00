"""An answer that comes late."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import APIResponse, Page, Route


@dataclass
class Held:
    """One answer as the drive gave it, kept back until let_go()."""

    page: Page
    answers: list[tuple[Route, APIResponse]] = field(default_factory=list)

    def next(self, address: str) -> None:
        self.page.route(address, lambda route: self.answers.append((route, route.fetch())), times=1)

    def wait(self) -> None:
        while not self.answers:
            self.page.wait_for_timeout(20)

    def let_go(self) -> None:
        route, answer = self.answers.pop()
        route.fulfill(response=answer)

    def refuse(self, answer: Callable[[Route], None]) -> None:
        """As let_go, with another answer than the drive's."""
        answer(self.answers.pop()[0])
