"""Screenshots for people to look at; they go to artefacts/, which git ignores."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page

ARTEFACTS = Path(__file__).resolve().parents[2] / "artefacts"
WIDE, NARROW = 1280, 360
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PAINTED = """async (scheme) => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return document.documentElement.dataset.bsTheme === scheme;
}"""


def profile(browser: Browser, *, width: int, scheme: Scheme = "light") -> BrowserContext:
    """A fresh profile with a window of that width; nothing moves, so that nothing is looked at half way."""
    narrow = width < 768
    context = browser.new_context(
        viewport={"width": width, "height": 740 if narrow else 800},
        color_scheme=scheme,
        reduced_motion="reduce",
        has_touch=narrow,
        locale="en-GB",
        timezone_id="Europe/Lisbon",
    )
    context.set_default_timeout(60_000)
    return context


def turn(page: Page, scheme: Scheme) -> None:
    """As if the device went over to light or dark; returns when the page has followed."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(PAINTED, arg=scheme)


@dataclass
class Photos:
    """The pictures of one walk, numbered in the order they were taken."""

    folder: Path
    scheme: Scheme
    count: int = 0

    def take(self, page: Page, name: str) -> None:
        """The window as it is now, light and dark."""
        self.count += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        for scheme in SCHEMES:
            turn(page, scheme)
            page.screenshot(path=self.folder / f"{self.count:02} {name} {scheme}.png", animations="disabled")
        turn(page, self.scheme)
