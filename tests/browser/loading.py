"""What a first visit of a page costs: bytes over the wire, time until it is at work, how long it blocks, what jumps."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.hands import Hands
from tests.browser.photos import WIDE, profile
from tests.live import Client, Live

WATCH = """
window.cost = { ready: null, long: [], shift: 0 };
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) cost.long.push([startTime, duration]);
}).observe({ type: "longtask", buffered: true });
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) cost.shift += value;
}).observe({ type: "layout-shift", buffered: true });
new MutationObserver((_, observer) => {
  if (!document.querySelector("#main [role=grid]")) return;
  cost.ready ??= performance.now();
  observer.disconnect();
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["role"] });
"""
"""Numbers in milliseconds since the address was asked for; a list is at work once its script has made it a grid."""
LONG = 50
CALLERS = 8
BATCH = 100


@dataclass(frozen=True)
class Cost:
    """One visit; times in milliseconds. `worked` is processor time of the page: other programs do not add to it."""

    bytes: int
    script_bytes: int
    worked: float
    ready: float
    blocked: float
    shift: float


@dataclass
class Wire:
    """What a page fetches: bytes as they came, headers included."""

    kinds: dict[str, str] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)

    def watch(self, page: Page) -> None:
        """Call before the page goes anywhere."""
        session = page.context.new_cdp_session(page)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._loaded)
        session.send("Network.enable")

    def _answered(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]

    def _loaded(self, event: dict[str, Any]) -> None:
        self.bytes[event["requestId"]] = int(event["encodedDataLength"])

    def of(self, kind: str) -> int:
        """Bytes of one kind, such as Script."""
        return sum(size for key, size in self.bytes.items() if self.kinds.get(key) == kind)


@contextmanager
def visitor(browser: Browser, cookies: list[Any]) -> Iterator[tuple[Page, Wire]]:
    """Somebody who has never been here, or only just logged in: nothing is cached."""
    context = profile(browser, width=WIDE)
    context.add_cookies(cookies)
    context.add_init_script(WATCH)
    page, wire = context.new_page(), Wire()
    wire.watch(page)
    yield page, wire
    context.close()


def cost_of(browser: Browser, url: str, *, cookies: list[Any]) -> Cost:
    """A first visit, from a cold cache to the moment nothing more comes."""
    with visitor(browser, cookies) as (page, wire):
        clock = page.context.new_cdp_session(page)
        clock.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(url, wait_until="networkidle")
        found = page.evaluate("cost")
        metrics = {each["name"]: each["value"] for each in clock.send("Performance.getMetrics")["metrics"]}
        ready = found["ready"] or page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        blocked = sum(max(0, duration - LONG) for _, duration in found["long"])
        worked = metrics["TaskDuration"] * 1000
        return Cost(sum(wire.bytes.values()), wire.of("Script"), worked, ready, blocked, found["shift"])


def fill(owner: Client, count: int) -> None:
    """Small files with ordinary names in the top folder, stored in batches."""
    kinds = ("pdf", "jpg", "docx", "mp4", "txt")
    names = [f"Document {number:04} of the year.{kinds[number % len(kinds)]}" for number in range(count)]
    with ThreadPoolExecutor(CALLERS) as pool:
        list(pool.map(lambda start: _store(owner, names[start : start + BATCH]), range(0, count, BATCH)))


def _store(owner: Client, names: list[str]) -> None:
    wanted = [{"name": name, "size": len(name), "parent": "root"} for name in names]
    begun = owner.ok("POST", "/api/uploads/batch", {"items": wanted})["results"]
    for name, each in zip(names, begun, strict=True):
        assert owner.send("PUT", each["url"], data=name.encode(), headers=each["headers"]).status == 200
    owner.ok("POST", "/api/uploads/complete", {"ids": [each["id"] for each in begun]})


@dataclass(frozen=True)
class Stage:
    """The pages that are measured, by name, and the cookies of somebody logged in for those that need one."""

    pages: dict[str, str]
    cookies: list[Any]

    def cookies_for(self, name: str) -> list[Any]:
        return self.cookies if name == "Files" else []


def furnish(browser: Browser, live: Live, rows: int) -> Stage:
    """A drive with that many files in its top folder, and a link to one of them."""
    owner = live.client.register("ana")
    fill(owner, rows)
    item = owner.ok("GET", "/api/folders/root?limit=1")["items"][0]["id"]
    link = str(owner.ok("POST", "/api/shares", {"item": item, "expires_in": 7 * 86_400})["share"]["url"])
    context = profile(browser, width=WIDE)
    Hands(context.new_page(), live.url).log_in("ana@example.com")
    cookies = [{"name": each["name"], "value": each["value"], "url": live.url} for each in context.cookies()]
    context.close()
    pages = {"Front page": live.url, "Log in": f"{live.url}/login", "Files": f"{live.url}/files", "Link": link}
    return Stage(pages, cookies)
