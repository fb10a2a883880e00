"""Somebody at a list of their own drive, what they own, and what goes wrong meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex

from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.eyes import Eyes
from tests.browser.hands import MINUTE, Hands, at_work
from tests.live import Client, Live

WINDOW = {"width": 1280, "height": 800}


@dataclass
class Seat:
    """One person at one page."""

    hands: Hands
    owner: Client
    eyes: Eyes

    @property
    def page(self) -> Page:
        return self.hands.page

    def folder(self, name: str, parent: str = "root") -> str:
        return str(self.owner.ok("POST", "/api/folders", {"parent": parent, "name": name})["folder"]["id"])

    def open(self, path: str = "/files") -> None:
        """A list, with its scripts at work."""
        self.page.goto(self.hands.url + path)
        at_work(self.page)
        expect(self.page.locator("[data-table]")).to_have_attribute("role", "grid")

    def selected(self) -> list[str]:
        rows = self.page.locator("#main tr[aria-selected=true]")
        found: list[str] = rows.evaluate_all("all => all.map((e) => e.dataset.name)")
        return found

    def focused(self) -> str:
        return str(self.page.evaluate("document.activeElement.dataset.name ?? document.activeElement.id"))

    def blank(self, name: str) -> Locator:
        """Where a click on a row hits neither link nor button."""
        return self.hands.row(name).locator(".file-when")

    def stored(self, folder: str = "root") -> list[str]:
        return [item["name"] for item in self.owner.items(folder)]

    def size(self, name: str, folder: str = "root") -> int:
        return next(int(item["size"]) for item in self.owner.items(folder) if item["name"] == name)


@contextmanager
def taken(browser: Browser, drive: Live) -> Iterator[Seat]:
    """A new account in a fresh profile, signed in; nothing may have gone wrong in it at the end."""
    name = f"ana-{token_hex(5)}"
    owner = drive.client.register(name)
    context = browser.new_context(viewport=WINDOW, reduced_motion="reduce")
    context.set_default_timeout(MINUTE)
    eyes = Eyes(frozenset({drive.url}))
    eyes.watch(context)
    hands = Hands(context.new_page(), drive.url)
    hands.log_in(f"{name}@example.com")
    yield Seat(hands, owner, eyes)
    assert eyes.wrong == [], eyes.wrong


def furnish(seat: Seat) -> Seat:
    """Two folders and four files, on show."""
    for name in ("Annexes", "Bills"):
        seat.folder(name)
    for name in ("a.txt", "b.txt", "c.txt", "d.tar.gz"):
        seat.owner.upload(name, name.encode())
    seat.open()
    return seat
