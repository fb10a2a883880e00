"""U1 to U14: what may happen to an upload, each time with the hash of what arrived. One suite for every engine."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect
from playwright.sync_api import TimeoutError as TooLong

from tests.browser.chromium import FLAGS, PROGRAM
from tests.browser.desks import Desk, Stand, another_desk, make_file, new_desk, register

SIZE = 50_000_000
PART = 16 * 1024 * 1024
PATIENCE = 30_000
"""Milliseconds for a Chromium that starts."""
STILL = 180
"""Seconds."""


@contextmanager
def doomed_browser(playwright: Playwright, profile: Path) -> Iterator[tuple[Page, subprocess.Popen[bytes]]]:
    """A Chromium of our own, so that it can be killed with everything it holds in memory."""
    browser, process = started_browser(playwright, profile)
    try:
        yield browser.contexts[0].new_page(), process
    finally:
        kill(process)


def started_browser(playwright: Playwright, profile: Path) -> tuple[Browser, subprocess.Popen[bytes]]:
    """Chromium now and then takes a connection while it starts and never answers it: then another one is started."""
    for attempt in range(3):
        home = profile / str(attempt)
        command = [PROGRAM, *FLAGS, "--headless", "--remote-debugging-port=0", f"--user-data-dir={home}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0)
        try:
            chosen = home / "DevToolsActivePort"
            while not (chosen.exists() and chosen.read_text().count("\n")):
                time.sleep(0.05)
            address = f"http://127.0.0.1:{chosen.read_text().split()[0]}"
            return playwright.chromium.connect_over_cdp(address, timeout=PATIENCE), process
        except TooLong:
            kill(process)
        except BaseException:
            kill(process)
            raise
    raise AssertionError("no Chromium that answers")


def kill(process: subprocess.Popen[bytes]) -> None:
    """Everything of that browser at once: it was started as a group of its own.

    By the system call: the kill command of procps 4.0.2 takes `-12345` for `-1`, which is everybody.
    """
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=60)


def wait_still(stand: Stand) -> int:
    """The bytes that passed, once no more come: what had left the browser lies in socket buffers for a while."""
    deadline = time.monotonic() + STILL
    before = -1
    while stand.bytes_up != before:
        assert time.monotonic() < deadline, "bytes go on passing"
        before = stand.bytes_up
        time.sleep(1)
    return before


def pick_by_protocol(page: Page, path: Path) -> None:
    """As a person picks a file; playwright itself refuses large ones in a browser it did not start."""
    session = page.context.new_cdp_session(page)
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "#pick-files"})["nodeId"]
    session.send("DOM.setFileInputFiles", {"nodeId": node, "files": [str(path)]})


class UploadFaults:
    """The tests; a subclass says on which engine, by its `stand`."""

    @pytest.fixture
    def desk(self, browser: Browser, stand: Stand) -> Desk:
        return new_desk(browser, stand)

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        return make_file(tmp_path, "film.mp4", SIZE)

    def test_u1_pause_and_resume(self, desk: Desk, file: Path) -> None:
        before = desk.stand.bytes_up
        desk.begin(file, 10)
        desk.press("Pause film.mp4")
        desk.says("Paused")
        desk.stand.let_go()
        assert wait_still(desk.stand) - before < SIZE
        desk.press("Resume film.mp4")
        desk.wait_done()
        desk.assert_has(file)

    def test_u2_busy_three_times(self, desk: Desk, file: Path) -> None:
        desk.stand.answer_503(3)
        desk.pick(file)
        desk.wait_done()
        assert desk.stand.still_busy == 0
        desk.assert_has(file)

    @pytest.mark.parametrize("seconds", [0.5, 5, 20], ids=["u3", "u4", "u5"])
    def test_resets(self, desk: Desk, file: Path, seconds: float) -> None:
        desk.begin(file, 30)
        with desk.stand.cut_off():
            desk.stand.let_go()
            desk.says("Waiting for the network")
            desk.page.wait_for_timeout(seconds * 1000)
        desk.wait_done()
        desk.assert_has(file)

    def test_u6_offline_for_four_seconds(self, desk: Desk, file: Path) -> None:
        desk.begin(file, 20)
        desk.page.context.set_offline(True)
        with desk.stand.cut_off():
            desk.says("Waiting for the network")
        desk.stand.let_go()
        desk.page.wait_for_timeout(4000)
        desk.page.context.set_offline(False)
        desk.wait_done()
        desk.assert_has(file)

    def test_u7_a_silent_link(self, browser: Browser, stand: Stand, file: Path) -> None:
        desk = new_desk(browser, stand, stall=2000)
        desk.begin(file, 20)
        with stand.silence():
            stand.let_go()
            desk.says("Waiting for the network")
        desk.wait_done()
        desk.assert_has(file)

    def test_u8_reload_and_pick_again(self, desk: Desk, file: Path, tmp_path: Path) -> None:
        other = make_file(tmp_path, "other.mp4", 1000)
        desk.page.on("dialog", lambda dialog: dialog.accept())
        desk.begin(file, 60)
        desk.page.reload()
        desk.stand.let_go()
        expect(desk.page.locator("[data-offer-text]")).to_contain_text("film.mp4")
        desk.page.set_input_files("[data-tray-offer] input", [str(file), str(other)])
        expect(desk.page.locator("#toasts")).to_contain_text("“other.mp4” is none of the interrupted files")
        desk.wait_done()
        desk.assert_has(file)

    @pytest.mark.parametrize("percent", [10, 50, 99], ids=["u9", "u10", "u11"])
    def test_killed_and_gone_on_elsewhere(
        self, playwright: Playwright, browser: Browser, stand: Stand, file: Path, *, tmp_path: Path, percent: int
    ) -> None:
        with doomed_browser(playwright, tmp_path / "profile") as (page, process):
            desk = Desk(page, stand, register(page, stand))
            desk.log_in()
            before = stand.bytes_up
            stand.hold(SIZE * percent / 100)
            pick_by_protocol(page, file)
            desk.reach(percent if percent < 99 else 100)  # what has left the browser arrives even if it is killed
            kill(process)
        stand.let_go()
        wait_still(stand)
        again = another_desk(browser, desk)
        expect(again.page.locator("[data-offer-text]")).to_contain_text("film.mp4")
        again.pick(file)
        again.wait_done()
        again.assert_has(file)
        if percent == 99:
            assert stand.bytes_up - before < 1.7 * SIZE, "what had arrived was sent again"

    @pytest.mark.parametrize("size", [0, 1, PART], ids=["u12", "u13", "u14"])
    def test_sizes_at_the_edges(self, desk: Desk, tmp_path: Path, size: int) -> None:
        file = make_file(tmp_path, "edge.bin", size)
        desk.pick(file)
        desk.wait_done()
        desk.assert_has(file)
