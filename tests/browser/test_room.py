"""A drive that fills up says so: in words, beside the bar, and once as a message when it comes to that."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.hands import MINUTE, at_work
from tests.browser.photos import ARTEFACTS, WIDE, Scheme, profile
from tests.browser.seats import taken
from tests.browser.test_gates import faults, settle
from tests.live import Live, running

pytestmark = pytest.mark.browser
NEARLY, FULL = "The drive is nearly full.", "The drive is full."


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with running(tmp_path_factory.mktemp("room") / "data", quota="1000") as live:
        yield live


def upload(page: Page, name: str, size: int) -> None:
    file: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": bytes(size)}
    page.set_input_files("#pick-files", file)
    expect(page.locator(f'#main [data-id][data-name="{name}"]')).to_be_visible(timeout=MINUTE)


def test_it_is_said_once_when_it_comes_to_that(browser: Browser, small: Live) -> None:
    with taken(browser, small) as seat:
        page, side, toasts = seat.page, seat.page.locator(".places .usage"), seat.page.locator("#toasts")
        upload(page, "most.bin", 890)
        expect(side).to_contain_text("890 bytes of 1 KB used", timeout=MINUTE)
        expect(side).not_to_contain_text(NEARLY)
        upload(page, "more.bin", 10)
        expect(toasts).to_contain_text(NEARLY, timeout=MINUTE)
        expect(side).to_contain_text(NEARLY)
        page.evaluate("() => document.getElementById('toasts').replaceChildren()")
        upload(page, "again.bin", 10)
        expect(side).to_contain_text("910 bytes of 1 KB used", timeout=MINUTE)
        expect(toasts).to_be_empty()
        upload(page, "rest.bin", 90)
        expect(toasts).to_contain_text(FULL, timeout=MINUTE)
        expect(side.get_by_role("link", name="empty the trash")).to_have_attribute("href", "/trash")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_told_so_that_everybody_can_read_it(browser: Browser, small: Live, scheme: Scheme) -> None:
    owner = small.client.register(f"full-{scheme}")
    context = profile(browser, width=WIDE, scheme=scheme)
    page = context.new_page()
    page.goto(f"{small.url}/login")
    page.get_by_label("E-mail").fill(f"full-{scheme}@example.com")
    page.get_by_label("Password", exact=True).fill("correct horse battery 9")
    page.get_by_role("button", name="Log in", exact=True).click()
    at_work(page)
    for size, said in ((900, NEARLY), (100, FULL)):
        assert owner.send("POST", f"/api/files?filename={size}.bin", data=bytes(size)).status == 201
        page.goto(f"{small.url}/files")
        expect(page.locator(".places .usage")).to_contain_text(said)
        settle(page)
        page.screenshot(path=ARTEFACTS / "gates" / "room" / f"{scheme} {size}.png")
        assert faults(page, scheme) == []
    context.close()
