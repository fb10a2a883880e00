"""The fingerprint that tells a file picked again: the same with and without the browser's own cryptography."""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

SCRIPTS = Path(__file__).resolve().parents[2] / "frontend" / "js"
MIB = 1024 * 1024
ASK = """async (size) => {
  const { fingerprint } = await import("/uploader/fingerprint.js");
  const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 255);
  return [isSecureContext, await fingerprint(new File([bytes], "file"))];
}"""


def serve_scripts(route: Route) -> None:
    """The sources as they are; everything else is an empty page."""
    path = SCRIPTS / route.request.url.split("/", 3)[3]
    if path.suffix == ".js":
        route.fulfill(body=path.read_text(), content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>Scripts</title>", content_type="text/html")


def expected(size: int) -> str:
    content = bytes((i * 31 + (i >> 8)) & 255 for i in range(size))
    return hashlib.sha256(content[:MIB] + content[-min(size, MIB) :] if size else b"").hexdigest()


@pytest.mark.browser
@pytest.mark.parametrize("origin", ["http://drive.test", "https://drive.test"])
@pytest.mark.parametrize("size", [0, 1, 55, 56, 64, MIB, MIB + 1, 2 * MIB + 77])
def test_first_and_last_mebibyte(browser: Browser, origin: str, size: int) -> None:
    page = browser.new_context().new_page()
    page.route("**/*", serve_scripts)
    page.goto(f"{origin}/")
    assert page.evaluate(ASK, size) == [origin.startswith("https"), expected(size)]
