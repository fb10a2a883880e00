"""The whole way of a file through the drive, as a person goes it in a browser; on any engine, at any width."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, expect

from tests.browser.eyes import Eyes
from tests.browser.hands import MINUTE, Hands
from tests.browser.houses import House
from tests.browser.luggage import Luggage, sha256_of
from tests.browser.photos import NARROW, Photos, profile

FILM, FINAL = "film.mkv", "Film of the year.mkv"
SAMPLE = ("page 0000.bin", "page 0007.bin", "page 0019.bin")


@dataclass
class Walk:
    """One account's way. The stages are called in this order; each leaves the top folder on show."""

    browser: Browser
    house: House
    luggage: Luggage
    photos: Photos
    width: int

    def __post_init__(self) -> None:
        self.email = f"ana-{secrets.token_hex(4)}@drive.example"
        self.eyes = Eyes(self.house.origins)
        self.hands = self._somebody()
        self.page = self.hands.page

    def arrive(self) -> None:
        """Register from the front page."""
        self.page.goto(self.house.url)
        self.photos.take(self.page, "front page")
        self.hands.register(self.email, "Ana Lima")
        expect(self.page.get_by_text("Nothing here yet")).to_be_visible()
        self.photos.take(self.page, "empty drive")

    def upload(self) -> None:
        """The large file and the folder of small ones; meanwhile one looks around, without a page load."""
        self.page.evaluate("window.samePage = true")
        self.page.set_input_files("#pick-files", self.luggage.large)
        self.page.set_input_files("#pick-folder", self.luggage.folder)
        self._look_around()
        count = len(self.luggage.hashes)
        expect(self.page.locator("#tray-title")).to_have_text(f"{count:,} files uploaded", timeout=10 * MINUTE)
        assert self.page.evaluate("window.samePage") is True, "the page was loaded anew while files were under way"
        expect(self.hands.row(FILM)).to_be_visible()
        self.photos.take(self.page, "all uploaded")

    def _look_around(self) -> None:
        expect(self.hands.row("Scans")).to_be_visible(timeout=MINUTE)
        self.photos.take(self.page, "uploading")
        self.hands.enter("Scans")
        self.hands.go("trash", "Trash")
        self.hands.go("links", "My links")
        self.page.go_back()
        self.hands.here("Trash")
        self.hands.go("files", "My files")

    def restart(self) -> None:
        """The server ends and comes back; the page is loaded anew, and nobody has to log in."""
        self.house.restart()
        self.page.goto(f"{self.house.url}/files")
        self.hands.here("My files")
        assert self.hands.names() == ["Scans", FILM]

    def find(self) -> None:
        """All of the folder comes as one scrolls down; any order finds the same files."""
        self.hands.enter("Scans")
        self._sort("Size", "descending")
        names = [path.name for path in self.luggage.small]
        self.hands.scroll_to_the_end(len(names))
        assert self.hands.names() == names[::-1]
        self._sort("Size", "ascending")
        assert self.hands.names()[:3] == names[:3]
        self.photos.take(self.page, "small files by size")

    def _sort(self, label: str, direction: str) -> None:
        """By the head of the column, or by the menu where the window is too small for heads."""
        if self.width == NARROW:
            self.page.locator("[popovertarget=order]").click()
            self.page.locator("#order").get_by_role("link", name=label).click()
        else:
            self.page.get_by_role("columnheader", name=label).get_by_role("link").click()
        wanted = re.compile(rf"[?&]sort={'-' * (direction == 'descending')}{label.lower()}\b")
        expect(self.page).to_have_url(wanted, timeout=3 * MINUTE)
        self.hands.here("Scans")

    def fetch(self) -> None:
        """What comes back has the bytes that went up: by our hash, and by the one that the drive shows."""
        for name in SAMPLE:
            self._assert_downloads(name)
        self.hands.climb("My files")
        self._assert_downloads(FILM)
        self.hands.choose(FILM, "details")
        digest = self.page.locator("#details .digest").first
        expect(digest).to_have_text(self.luggage.hashes[FILM], timeout=MINUTE)
        self.photos.take(self.page, "details")
        self.page.get_by_role("button", name="Close the details").click()

    def _assert_downloads(self, name: str) -> None:
        self.hands.row(name).locator("[data-row-menu]").click()
        got = self.hands.download(self.page.locator("#row-menu [data-act=download]"))
        assert got.suggested_filename == name
        assert sha256_of(got.path()) == self.luggage.hashes[name]
        got.delete()

    def tidy(self) -> None:
        """A folder, the film moved into it and renamed there."""
        self.hands.make_folder("Contracts")
        self.hands.move(FILM, "Contracts")
        self.photos.take(self.page, "moved")
        self.hands.enter("Contracts")
        self.hands.rename(FILM, FINAL)
        assert self.hands.names() == [FINAL]
        self.photos.take(self.page, "renamed")

    def bin(self) -> None:
        """Into the trash and back: at once by the note that offers it, and later from the trash."""
        self.hands.choose(FINAL, "trash")
        expect(self.hands.row(FINAL)).to_have_count(0)
        self.hands.toast(FINAL).hover()  # as long as the pointer is on it, it stays
        self.photos.take(self.page, "deleted")
        self.hands.toast(FINAL).get_by_role("button", name="Undo").click()
        expect(self.hands.row(FINAL)).to_be_visible()
        self.hands.choose(FINAL, "trash")
        expect(self.hands.row(FINAL)).to_have_count(0)
        self.hands.go("trash", "Trash")
        self.photos.take(self.page, "trash")
        self.hands.choose(FINAL, "restore")
        expect(self.page.get_by_text("The trash is empty")).to_be_visible()
        self.hands.go("files", "My files")
        self.hands.enter("Contracts")
        expect(self.hands.row(FINAL)).to_be_visible()

    def share(self) -> str:
        """A link for an hour from the dialog; a stranger opens it in another profile and downloads."""
        address = self._make_link("1 hour")
        self.photos.take(self.page, "link made")
        self.page.locator("#share").get_by_role("button", name="Done").click()
        with self._visitor() as friend:
            friend.page.goto(address)
            expect(friend.page.get_by_role("heading", name=FINAL)).to_be_visible()
            expect(friend.page.get_by_text("from Ana Lima")).to_be_visible()
            self.photos.take(friend.page, "link opened")
            got = friend.download(friend.page.get_by_role("link", name="Download"))
            assert got.suggested_filename == FINAL
            assert sha256_of(got.path()) == self.luggage.hashes[FILM]
            got.delete()
        self.hands.go("links", "My links")
        expect(self.page.locator("#main .link-row")).to_contain_text("1 download")
        self.photos.take(self.page, "my links")
        return address

    def _make_link(self, ends_after: str) -> str:
        self.hands.choose(FINAL, "share")
        dialog = self.page.locator("#share")
        dialog.get_by_label(re.compile("^(A new|The) link ends after")).last.select_option(ends_after)
        before = dialog.locator("input[readonly]").count()
        dialog.get_by_role("button", name=re.compile("Create (another )?link")).click()
        expect(dialog.locator("input[readonly]")).to_have_count(before + 1)
        return dialog.locator("input[readonly]").first.input_value()

    def let_end(self, address: str) -> None:
        """The link's hour is over."""
        self.house.let_links_end(self.email)
        self._assert_gone(address, "link over")
        self.page.reload()
        self.hands.here("My links")
        expect(self.page.locator("#main .link-row")).to_contain_text("Stopped working on")

    def revoke(self) -> None:
        """Another link, ended by hand: to its visitors it is the same as one that never was."""
        self.hands.go("files", "My files")
        self.hands.enter("Contracts")
        address = self._make_link("7 days")
        self.page.keyboard.press("Escape")
        with self._visitor() as friend:
            friend.page.goto(address)
            expect(friend.page.get_by_role("heading", name=FINAL)).to_be_visible()
        self.hands.go("links", "My links")
        self.page.locator("#main .link-row").first.get_by_role("button", name="End the link").click()
        self.photos.take(self.page, "end this link")
        self.page.get_by_role("dialog").get_by_role("button", name="End link").click()
        expect(self.page.locator("#main .link-row")).to_have_count(1)
        self._assert_gone(address, "link ended")
        self._assert_gone(f"{self.house.url}/s/{'A' * 22}", "link that never was")

    def _assert_gone(self, address: str, picture: str) -> None:
        self.eyes.refused |= {address, f"{address}/download"}
        with self._visitor() as friend:
            for each in (f"{address}/download", address):
                answer = friend.page.goto(each)
                assert answer is not None
                assert answer.status == 404
                expect(friend.page.get_by_role("heading")).to_have_text("This link does not work")
            self.photos.take(friend.page, picture)

    def _somebody(self) -> Hands:
        context = profile(self.browser, width=self.width, scheme=self.photos.scheme)
        self.eyes.watch(context)
        return Hands(context.new_page(), self.house.url, self.width == NARROW)

    @contextmanager
    def _visitor(self) -> Iterator[Hands]:
        """Somebody signed out, in a profile of their own."""
        friend = self._somebody()
        yield friend
        friend.page.context.close()
