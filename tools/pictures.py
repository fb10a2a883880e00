"""Make the README's pictures: `make pictures` starts a drive, fills it and photographs its pages.

The same files, names and times of day are not promised; that the pictures show the program as it is, is.
"""

import json
import struct
import tempfile
import urllib.parse
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.browser.chromium import FLAGS, WITH_ALL
from tests.browser.drives import running_drive

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
EMAIL, PASSWORD = "ana@example.org", "seven green kites over the harbour"
WIDE: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 780}
FOLDERS = ("Holidays", "House", "Recipes")
FILES = {
    "Budget 2026.xlsx": (b"PK\x03\x04", 48_200),
    "Concert recording.flac": (b"fLaC", 8_400_000),
    "Family tree.pdf": (b"%PDF-1.7\n", 1_240_000),
    "Letter to the council.docx": (b"PK\x03\x04", 31_700),
    "Notes.txt": (b"Remember the milk.\n", 2_150),
    "Walk along the coast.mp4": (b"\0\0\0\x18ftypisom", 6_300_000),
}
"""Names, with how such a file begins and its size in bytes."""


@dataclass(frozen=True)
class Program:
    """Somebody's own program that talks to the drive's API."""

    url: str
    token: str = ""

    def call(self, path: str, body: bytes | dict[str, object]) -> dict[str, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data=data, method="POST")
        request.add_header("Content-Type", "application/octet-stream" if data is body else "application/json")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def signed_in(self) -> "Program":
        self.call("/api/auth/register", {"email": EMAIL, "password": PASSWORD, "name": "Ana"})
        answer = self.call("/api/auth/login", {"email": EMAIL, "password": PASSWORD})
        return Program(self.url, str(answer["access_token"]))

    def upload(self, name: str, content: bytes) -> dict[str, object]:
        answer = self.call(f"/api/files?filename={urllib.parse.quote(name)}", content)
        return dict(answer["file"])


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def evening_sky(width: int, height: int) -> bytes:
    """A PNG that needs no library and nobody's permission: paper above, evergreen below."""
    rows = b"".join(
        b"\0" + bytes((240 - 200 * y // height, 225 - 120 * y // height, 200 - 110 * y // height)) * width
        for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def fill(program: Program) -> str:
    """Folders and files as a person has them; the answer is the address of a link to one of them."""
    for name in FOLDERS:
        program.call("/api/folders", {"parent": "root", "name": name})
    for name, (head, size) in FILES.items():
        program.upload(name, head.ljust(size, b"."))
    picture = program.upload("Evening at the lake.png", evening_sky(960, 540))
    shared = program.call("/api/shares", {"item": picture["id"], "expires_in": 7 * 86_400})
    return str(shared["share"]["url"])


@contextmanager
def window(browser: Browser, size: ViewportSize, *, scheme: Literal["light", "dark"] = "light") -> Iterator[Page]:
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="en-GB", timezone_id="Europe/Lisbon")
    try:
        yield context.new_page()
    finally:
        context.close()


def log_in(page: Page, url: str) -> None:
    page.goto(f"{url}/login")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{url}/files")


def take(page: Page, address: str, name: str) -> None:
    answer = page.goto(address, wait_until="networkidle")
    if answer is None or not answer.ok:
        raise SystemExit(f"{address} does not show what a picture is to be made of")
    page.screenshot(path=PICTURES / f"{name}.png")
    print(f"docs/pictures/{name}.png")


def photograph(browser: Browser, url: str, link: str) -> None:
    with window(browser, WIDE) as page:
        take(page, link, "link")
        log_in(page, url)
        take(page, f"{url}/files", "files")
    with window(browser, WIDE, scheme="dark") as page:
        log_in(page, url)
        take(page, f"{url}/files", "files-dark")
    with window(browser, PHONE) as page:
        log_in(page, url)
        take(page, f"{url}/files", "files-phone")


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_drive(Path(folder), {}) as url:
        link = fill(Program(url).signed_in())
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=WITH_ALL, args=FLAGS)
            photograph(browser, url, link)
            browser.close()


if __name__ == "__main__":
    main()
