"""26 hours of an upload by the real uploader, as the clocks of server and page jump on; and a server that is killed."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Response, expect
from werkzeug.serving import make_server

from benchmarks.usage import family
from tests.browser.desks import Desk, Stand, another_desk, make_file, new_desk
from tests.browser.faults import FaultProxy
from tests.in_thread import in_thread
from tests.live import Live, start
from tests.web.site import Site, make_site

pytestmark = pytest.mark.browser
SIZE, PART, STEP = 100_000_000, 16 * 1024 * 1024, 1024 * 1024
NEVER = 600_000
"""Milliseconds of silence that no upload gives itself."""
JUMPING = """
const now = performance.now.bind(performance);
window.jumped = 0;
performance.now = () => now() + window.jumped;
"""


@dataclass
class Jumping:
    """A drive whose clock, and that of its people's pages, jumps on when a test says so."""

    stand: Stand
    site: Site

    def let_pass(self, desk: Desk, percent: int) -> None:
        """Until the file's bar has come so far: how much that takes depends on what was sent in vain before."""
        while desk.percent() < percent:
            self.stand.hold(STEP)
            desk.page.wait_for_timeout(50)
        self.stand.hold(0)

    def forward(self, desk: Desk, *, hours: int) -> None:
        """A browser drops the cookie of an access token by itself when its quarter of an hour is over."""
        self.site.clock.forward(hours=hours)
        desk.page.evaluate("hours => { window.jumped += hours * 3_600_000 }", hours)
        desk.page.context.clear_cookies(name="access")
        self.site.services.upkeep.sweep_round()


@pytest.fixture
def jumping(tmp_path: Path) -> Iterator[Jumping]:
    with FaultProxy().running() as proxy:
        site = make_site(tmp_path / "data", public_url=proxy.url)
        server = make_server("127.0.0.1", 0, site.app, threaded=True)
        proxy.upstream = server.port
        with in_thread(server):
            yield Jumping(Stand(proxy), site)


def is_refused_part(answer: Response) -> bool:
    return answer.request.method == "PUT" and answer.status == 403


# The small server of the test leaves a file open when a browser hangs up.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_upload_of_26_hours(browser: Browser, jumping: Jumping, tmp_path: Path) -> None:
    desk = new_desk(browser, jumping.stand, stall=NEVER, before=JUMPING)
    file = make_file(tmp_path, "film.mp4", SIZE)
    before, signed = jumping.stand.bytes_up, []
    desk.page.on("request", lambda request: signed.append(request.url) if request.url.endswith("/sign") else None)
    in_vain: list[str] = []  # begun with an address that ended as the clock jumped on
    desk.page.on("response", lambda answer: in_vain.append(answer.url) if is_refused_part(answer) else None)
    desk.page.on("requestfailed", lambda request: in_vain.append(request.url) if request.method == "PUT" else None)
    jumping.stand.hold(0)
    desk.pick(file)
    for percent in (5, 20, 35, 50, 65, 75, 85):
        jumping.let_pass(desk, percent)
        jumping.forward(desk, hours=4)
    jumping.stand.let_go()
    desk.wait_done()
    desk.assert_has(file)
    assert len(signed) > 1, "addresses of yesterday were used"
    assert jumping.stand.bytes_up - before <= SIZE + PART * len(in_vain), "something was sent twice"


@dataclass
class Mortal:
    """A drive that is killed with all its processes at once, and started again on what it kept."""

    live: Live
    url: str

    def kill(self) -> None:
        for pid in family([self.live.process.pid]):
            os.kill(pid, signal.SIGKILL)
        self.live.process.wait(60)

    def start(self) -> None:
        self.live = start(self.live.data, port=self.live.port, public_url=self.url)


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[tuple[Mortal, Stand]]:
    with FaultProxy().running() as proxy:
        drive = Mortal(start(tmp_path / "data", public_url=proxy.url), proxy.url)
        proxy.upstream = drive.live.port
        yield drive, Stand(proxy)
        drive.live.stop()


@pytest.mark.parametrize("percent", [10, 50, 99])
def test_server_killed_and_gone_on_in_another_browser(
    browser: Browser, mortal: tuple[Mortal, Stand], tmp_path: Path, percent: int
) -> None:
    drive, stand = mortal
    desk, size = new_desk(browser, stand), SIZE if percent == 99 else SIZE // 2
    file = make_file(tmp_path, "film.mp4", size)
    before = stand.bytes_up
    desk.begin(file, percent)
    drive.kill()
    desk.page.context.close()
    stand.let_go()
    drive.start()
    again = another_desk(browser, desk)
    expect(again.page.locator("[data-offer-text]")).to_contain_text("film.mp4")
    again.pick(file)
    again.wait_done()
    again.assert_has(file)
    if percent == 99:  # of little there may be no whole part yet
        assert stand.bytes_up - before < 1.6 * size, "what had arrived was sent again"
