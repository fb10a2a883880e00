"""Somebody with a browser in the network of a server on an island, who trusts the tests' own authority."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from tests.browser.chromium import FLAGS, WITH_ALL
from tests.browser.eyes import Eyes
from tests.browser.hands import MINUTE, Hands
from tests.deploy.authority import NAME
from tests.deploy.serving import URL, Server


@contextmanager
def chromium_beside(server: Server, playwright: Playwright, home: Path) -> Iterator[Browser]:
    """No error of a certificate is passed over."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    for words in (["-N", "--empty-password"], ["-A", "-n", "ours", "-t", "C,,", "-i", server.tls / "authority.pem"]):
        subprocess.run(["certutil", "-d", f"sql:{store}", *words], check=True)
    program = home / "chromium"
    program.write_text(f'#!/bin/sh\nexec nsenter --net=/proc/{server.here.first}/ns/net {WITH_ALL} "$@"\n', "ascii")
    program.chmod(0o755)
    browser = playwright.chromium.launch(
        executable_path=program,
        args=[*FLAGS, f"--host-resolver-rules=MAP {NAME} 127.0.0.1"],
        env={**os.environ, "HOME": str(home)},
    )
    yield browser
    browser.close()


@dataclass
class Visitor:
    """Somebody in a profile of their own."""

    browser: Browser
    eyes: Eyes = field(default_factory=lambda: Eyes(frozenset({URL, f"http://{NAME}"})))

    def __post_init__(self) -> None:
        self.profile = self.browser.new_context(reduced_motion="reduce")
        self.profile.set_default_timeout(MINUTE)
        self.eyes.watch(self.profile)
        self.hands = Hands(self.profile.new_page(), URL)

    def came_by(self, address: str) -> tuple[int, str]:
        """The first answer on the way of an address, and what the browser says of it."""
        page = self.hands.page.goto(address)
        assert page
        assert page.request.redirected_from
        first = page.request.redirected_from.response()
        assert first
        return first.status, first.headers.get("non-authoritative-reason", "")

    def cookies_for_this_host_alone(self) -> set[str]:
        """All that it has but what scripts of the page keep: light or dark, and the time zone."""
        cookies = [each for each in self.profile.cookies() if each["name"] not in ("theme", "tz")]
        for each in cookies:
            assert each["name"].startswith("__Host-"), each["name"]
            assert each["secure"]
            assert each["httpOnly"]
            assert (each["domain"], each["path"]) == (NAME, "/")
        return {each["name"] for each in cookies}

    def link_to(self, name: str) -> str:
        """From the dialog of one's own file."""
        self.hands.choose(name, "share")
        dialog = self.hands.page.locator("#share")
        dialog.get_by_role("button", name=re.compile("Create (another )?link")).click()
        address = dialog.locator("input[readonly]").first.input_value()
        self.hands.page.keyboard.press("Escape")
        return address

    def log_out(self) -> None:
        self.hands.page.locator("[popovertarget=account]").click()
        self.hands.page.get_by_role("button", name="Log out").click()


def asked_by_http(server: Server, path: str) -> int:
    """How often port 80 was asked for that path."""
    log = (server.here.root / "var/log/smartdrive/nginx.log").read_text("utf-8")
    return sum(f'"path":"{path}"' in line and '"status":"308"' in line for line in log.splitlines())
