"""Somebody at a browser who uploads: what the tests do there, in words."""

import hashlib
import math
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.asides import log_in_aside
from tests.browser.faults import FaultProxy
from tests.browser.hands import MINUTE, arrived

PASSWORD = "a quiet desk by the window"
WATCH = """
window.cspReports = [];
document.addEventListener("securitypolicyviolation", (event) => cspReports.push(event.violatedDirective));
"""
STALL = """
new MutationObserver(() => {
  const tray = document.getElementById("tray");
  if (tray) tray.dataset.stall = "%d";
}).observe(document, { childList: true, subtree: true });
"""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def make_file(folder: Path, name: str, size: int) -> Path:
    """A file of random bytes: nothing in it repeats, so that parts that change places are found out."""
    path = folder / name
    path.write_bytes(secrets.token_bytes(size))
    return path


@dataclass
class Stand:
    """A drive behind a proxy that can hurt it; `stores` are proxies in front of a storage of its own."""

    app: FaultProxy
    stores: list[FaultProxy] = field(default_factory=list)

    @property
    def proxies(self) -> list[FaultProxy]:
        return [self.app, *self.stores]

    @property
    def doors(self) -> list[FaultProxy]:
        """Those that bytes of files go through."""
        return self.stores or [self.app]

    @property
    def bytes_up(self) -> int:
        return sum(proxy.bytes_up for proxy in self.proxies)

    def hold(self, after: float) -> None:
        """Let so many more bytes of files pass and then none, until let_go()."""
        for proxy in self.doors:
            proxy.most = proxy.bytes_up + after

    def let_go(self) -> None:
        for proxy in self.proxies:
            proxy.most = math.inf

    @contextmanager
    def cut_off(self) -> Iterator[None]:
        with ExitStack() as stack:
            for proxy in self.proxies:
                stack.enter_context(proxy.cut_off())
            yield

    def answer_503(self, times: int) -> None:
        for proxy in self.doors:
            proxy.answer_503(times)

    @contextmanager
    def silence(self) -> Iterator[None]:
        with ExitStack() as stack:
            for proxy in self.proxies:
                stack.enter_context(proxy.silence())
            yield

    @property
    def still_busy(self) -> int:
        return sum(proxy.still_busy for proxy in self.proxies)


@dataclass
class Desk:
    """One person's page of the drive."""

    page: Page
    stand: Stand
    email: str
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))

    def log_in(self) -> None:
        self.page.goto(f"{self.stand.app.url}/login")
        self.page.fill("main [name=email]", self.email)
        self.page.fill("main [name=password]", PASSWORD)
        self.page.click("main [type=submit]")
        arrived(self.page, "My files")

    def log_in_aside(self) -> None:
        """In the same browser, without a page of the drive."""
        log_in_aside(self.page, self.stand.app.url, email=self.email, password=PASSWORD)

    def begin(self, path: Path, percent: int) -> None:
        """Pick a file and wait until so much of it has passed; the rest waits for let_go()."""
        self.stand.hold(path.stat().st_size * percent / 100)
        self.pick(path)
        self.reach(percent)

    def pick(self, *paths: Path) -> None:
        self.page.set_input_files("#pick-files", [str(path) for path in paths])

    def reach(self, percent: int) -> None:
        """Wait until the first file's bar has come so far."""
        self.page.wait_for_function(
            "percent => (document.querySelector('#tray .tray-row progress')?.value ?? 0) >= percent",
            arg=percent,
            timeout=MINUTE,
        )

    def percent(self) -> float:
        """How far the first file's bar has come."""
        return float(self.page.evaluate("() => document.querySelector('#tray .tray-row progress')?.value ?? 0"))

    def row(self, name: str) -> str:
        """What the tray says of a file."""
        return self.page.locator("#tray .tray-row", has_text=name).first.inner_text()

    def says(self, text: str) -> None:
        """Wait until some file's line says so."""
        expect(self.page.locator("#tray .tray-state", has_text=text).first).to_be_visible(timeout=MINUTE)

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()

    def wait_done(self, count: int = 1) -> None:
        title = f"{count} file{'s' * (count != 1)} uploaded"
        expect(self.page.locator("#tray-title")).to_have_text(title, timeout=MINUTE)

    def items(self) -> dict[str, dict[str, str]]:
        """What stands in the folder on show, by name."""
        folder = self.page.get_attribute("#main", "data-folder")
        answer = self.page.request.get(f"{self.stand.app.url}/api/folders/{folder}?limit=200")
        return {item["name"]: item for item in answer.json()["items"]}

    def content(self, name: str) -> bytes:
        item = self.items()[name]
        answer = self.page.request.get(f"{self.stand.app.url}/api/files/{item['id']}/download")
        assert answer.ok, answer.text()
        return answer.body()

    def assert_has(self, *paths: Path) -> None:
        """Each file stands on the drive with its bytes; and nothing broke on the page meanwhile."""
        for path in paths:
            assert sha256(self.content(path.name)) == sha256(path.read_bytes())
        assert self.open_uploads() == [], self.open_uploads()
        assert self.broken == []
        assert self.page.evaluate("window.cspReports ?? []") == []

    def open_uploads(self) -> Sequence[dict[str, object]]:
        items: Sequence[dict[str, object]] = self.page.request.get(f"{self.stand.app.url}/api/uploads").json()["items"]
        return items


def new_page(browser: Browser, stall: int, *, before: str = "") -> Page:
    context = browser.new_context()
    context.set_default_timeout(MINUTE)
    context.add_init_script(WATCH + STALL % stall + before)
    return context.new_page()


def register(page: Page, stand: Stand) -> str:
    """A new account; its e-mail address."""
    email = f"ana-{secrets.token_hex(6)}@drive.example"
    body = {"email": email, "password": PASSWORD, "name": "Ana"}
    answer = page.request.post(f"{stand.app.url}/api/auth/register", data=body)
    assert answer.status == 201, answer.text()
    return email


def new_desk(browser: Browser, stand: Stand, *, stall: int = 30_000, before: str = "") -> Desk:
    """A fresh browser profile, a new account, signed in, the top folder on show; `before` is run in each page first."""
    page = new_page(browser, stall, before=before)
    desk = Desk(page, stand, register(page, stand))
    desk.log_in()
    return desk


def another_desk(browser: Browser, desk: Desk) -> Desk:
    """The same person at another browser."""
    other = Desk(new_page(browser, 30_000), desk.stand, desk.email)
    other.log_in()
    return other
