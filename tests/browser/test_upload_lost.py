"""An upload that the drive does not know any more, because a power cut took what stood for it on the disk."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.catching import catch
from tests.browser.desks import make_file
from tests.browser.hands import MINUTE
from tests.browser.seats import Seat
from tests.live import Live

pytestmark = pytest.mark.browser
KEPT = "Object.values(localStorage).filter((kept) => kept.includes('film.mp4')).map((kept) => JSON.parse(kept).key)"


def under_way(drive: Live) -> set[Path]:
    return set((drive.data / "staging").iterdir())


def take_away(paths: set[Path]) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


@contextmanager
def no_bytes_arrive(page: Page) -> Iterator[None]:
    """What is done meanwhile leads to bytes of the film being sent, of which none arrive; it is paused then."""

    def never(route: Route) -> None:
        """It stays on its way."""

    catch(page, "**/objects/**", never)
    with page.expect_request("**/objects/**"):
        yield
    page.get_by_role("button", name="Pause film.mp4").click()
    expect(page.locator("#tray .tray-state", has_text="Paused")).to_be_visible(timeout=MINUTE)
    page.unroute("**/objects/**")


@pytest.mark.parametrize("size", [3_000_000, 20_000_000])
def test_what_a_power_cut_took_begins_anew_and_takes_its_room_once(
    seat: Seat, lists: Live, tmp_path: Path, size: int
) -> None:
    """SECURITY 45."""
    page, file, before = seat.page, make_file(tmp_path, "film.mp4", size), under_way(lists)
    resume = page.get_by_role("button", name="Resume film.mp4")
    with no_bytes_arrive(page):
        page.set_input_files("#pick-files", str(file))
    [begun] = seat.owner.ok("GET", "/api/uploads")["items"]
    kept = page.evaluate(KEPT)
    take_away(under_way(lists) - before)
    seat.eyes.refused.add(f"{seat.hands.url}/api/uploads/{begun['id']}")
    with no_bytes_arrive(page):
        resume.click()
    assert [each["id"] for each in seat.owner.ok("GET", "/api/uploads")["items"]] == [begun["id"]]
    assert (len(kept), page.evaluate(KEPT)) == (1, kept), "a page loaded later offers it once"
    resume.click()
    expect(page.locator("#tray-title")).to_have_text("1 file uploaded", timeout=MINUTE)
    assert seat.owner.used() == size
    [item] = seat.owner.items()
    assert seat.owner.download(item["id"]) == file.read_bytes()
    assert page.evaluate(KEPT) == []
