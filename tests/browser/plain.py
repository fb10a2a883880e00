"""A person whose browser runs no scripts; every page they get is looked at."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.eyes import Eyes
from tests.browser.hands import MINUTE
from tests.live import PASSWORD

NEEDS_SCRIPTS = ", ".join((
    "button[type=button]:not([popovertarget])", "[data-act]:not(a)", "[data-opens]", "[data-closes]", "[data-pick]",
    "[data-module~=copy]", "[data-pick-all]", "dialog", ".tray",
))  # fmt: skip
"""What does nothing by itself."""


@dataclass
class Plain:
    """One person at one page."""

    page: Page
    url: str
    eyes: Eyes
    email: str = field(default_factory=lambda: f"ana-{secrets.token_hex(4)}@drive.example")
    password: str = PASSWORD

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)
        self.look()

    def follow(self, name: str, *, within: str = "#main") -> None:
        """A link, by its words."""
        self.leave_by(self.page.locator(within).get_by_role("link", name=name, exact=True))

    def press(self, name: str, *, within: str = "#main") -> None:
        """A button that sends its form."""
        self.leave_by(self.page.locator(within).get_by_role("button", name=name, exact=True))

    def leave_by(self, way: Locator) -> None:
        """The next page is looked at once all of it is there."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            way.click()
        self.look()

    def unfold(self, words: str) -> None:
        """What stands behind words that open it."""
        self.page.locator("#main summary", has_text=words).click()

    def fill(self, **fields: str) -> None:
        """Fields by their ids, "_" for "-"."""
        for name, value in fields.items():
            self.page.locator(f"#{name.replace('_', '-')}").fill(value)

    def go(self, place: str, title: str) -> None:
        """To one of the places: files, links, trash or settings."""
        self.leave_by(self.page.locator(f"[data-place={place}]:visible"))
        self.here(title)

    def here(self, title: str) -> None:
        expect(self.page).to_have_title(f"{title} · Smart Drive")

    def row(self, name: str) -> Locator:
        return self.page.locator(f'#main tr[data-name="{name}"]')

    def names(self) -> list[str]:
        """The list from top to bottom."""
        found: list[str] = self.page.locator("#main tr[data-id]").evaluate_all("all => all.map((e) => e.dataset.name)")
        return found

    def about(self, name: str) -> None:
        """The page of a thing, behind the dots of its row."""
        self.leave_by(self.row(name).get_by_role("link", name=f"Actions for {name}"))
        self.here(name)

    def tick(self, *names: str) -> None:
        for name in names:
            self.row(name).get_by_role("checkbox").check()

    def fetched(self, link: str) -> bytes:
        """The bytes behind a link of this page."""
        with self.page.expect_download() as started:
            self.page.locator("#main").get_by_role("link", name=link, exact=True).click()
        return Path(started.value.path()).read_bytes()

    def look(self) -> None:
        """Nothing idle is on show, nothing is wider than the window, each form has its token (SECURITY 13)."""
        idle = self.page.locator(NEEDS_SCRIPTS).filter(visible=True)
        assert idle.count() == 0, (self.page.url, idle.first.evaluate("e => e.outerHTML"))
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url
        assert self.page.locator("form[method=post]:not(:has([name=csrf_token]))").count() == 0, self.page.url


@contextmanager
def plain(browser: Browser, url: str, width: int) -> Iterator[Plain]:
    """A fresh profile that runs no scripts; nothing may have gone wrong in it at the end."""
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
    context.set_default_timeout(MINUTE)
    eyes = Eyes(frozenset({url}))
    eyes.listen(context)
    person = Plain(context.new_page(), url, eyes)
    yield person
    context.close()
    assert eyes.wrong == []
