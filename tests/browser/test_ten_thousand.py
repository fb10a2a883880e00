"""A drive of ten thousand files, and all one does to put it in order, on one page that is never loaded anew."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, expect

from smartdrive.domain.samples import FILES_A_FOLDER, sample_files, sample_folders
from tests.browser.drives import ROOT, clean_environment
from tests.browser.eyes import Eyes
from tests.browser.hands import MINUTE, Hands
from tests.browser.photos import ARTEFACTS, NARROW, WIDE, Photos, profile
from tests.live import Client, Live, running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
FILES = 10_000
EMAIL = "ana@example.com"
FOLDERS = list(sample_folders(FILES, -(-FILES // FILES_A_FOLDER)))
LARGE, NEXT = FOLDERS[0].name, FOLDERS[1].name
BYTES = {each.name: each.data for each in sample_files(0, FOLDERS[0].files)}
"""What lies in the large folder, beside a few folders."""
MANY = 20
NEW = b"other bytes altogether"


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with running(tmp_path_factory.mktemp("ten-thousand") / "data") as live:
        live.client.register("ana")
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "seed", "--files", str(FILES)]
        environment = clean_environment({"SMARTDRIVE_DATA": str(live.data)})
        subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=True)
        yield live


@dataclass
class Tidying:
    """The stages are called in this order; all but the first begin and end in the large folder."""

    hands: Hands
    owner: Client
    photos: Photos

    def look(self, name: str) -> None:
        """Pictures of the page as it is, on a desk and on a phone."""
        page = self.hands.page
        for width, height in ((NARROW, 740), (WIDE, 800)):
            page.set_viewport_size({"width": width, "height": height})
            self.photos.take(page, f"{name} {width}")

    def find(self) -> None:
        """By the beginnings of a few words, typed; the file is opened, and from there the folder it lies in."""
        page, at = self.hands.page, len(FOLDERS) // 2
        name = next(each.name for each in sample_files(at, FOLDERS[at].files))
        first, number = name.split(" ")[0], name.split(" ")[-1].split(".")[0]
        page.locator("#main").focus()
        page.keyboard.press("/")
        page.keyboard.type(first[:3].lower())
        expect(page.locator("#main mark").first).to_be_visible(timeout=MINUTE)
        self.look("found by three letters")
        page.keyboard.type(f" {number}")
        expect(page.locator("#main tr[data-id]")).to_have_count(1, timeout=MINUTE)
        expect(self.hands.row(name).locator(".file-where")).to_contain_text(FOLDERS[at].name)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        self.hands.here(name)
        self.look("opened")
        page.locator("#main .facts").get_by_role("link", name=FOLDERS[at].name).click()
        self.hands.here(FOLDERS[at].name)
        expect(self.hands.row(name)).to_be_visible()
        self.hands.go("files", "My files")
        self.hands.enter(LARGE)

    def scroll(self) -> None:
        """All of a thousand come, in order."""
        self.hands.scroll_to_the_end(len(self.stored()))
        assert self.hands.names() == self.stored()
        self.look("the end of a large folder")
        self.hands.go("files", "My files")
        self.hands.enter(LARGE)

    def move_and_back(self) -> None:
        page, before = self.hands.page, self.stored()
        chosen = self.select(MANY)
        self.look("selected")
        self.bar("move").click()
        page.locator("#move").get_by_role("treeitem", name=NEXT, exact=True).locator(".tree-name").first.click()
        self.look("where to")
        page.locator("#move").get_by_role("button", name="Move here").click()
        expect(self.hands.toast(f"{MANY} items are in “{NEXT}” now")).to_be_visible(timeout=MINUTE)
        expect(self.hands.row(chosen[0])).to_have_count(0)
        self.look("moved")
        assert self.stored() == [each for each in before if each not in chosen]
        page.locator("#main").focus()
        page.keyboard.press("Control+z")
        expect(self.hands.toast("Back where it was.")).to_be_visible(timeout=MINUTE)
        expect(self.hands.row(chosen[0])).to_be_visible(timeout=MINUTE)
        assert self.stored() == before

    def bin_and_back(self) -> None:
        """At once by the message, then from the trash."""
        page, before = self.hands.page, self.stored()
        chosen = self.select(MANY)
        page.keyboard.press("Delete")
        note = self.hands.toast(f"{MANY} items are in the trash")
        expect(note).to_be_visible(timeout=MINUTE)
        note.get_by_role("button", name="Undo").focus()  # as long as the focus is in it, it stays
        self.look("deleted")
        note.get_by_role("button", name="Undo").click()
        expect(self.hands.row(chosen[0])).to_be_visible(timeout=MINUTE)
        assert self.stored() == before
        chosen = self.select(MANY)
        page.keyboard.press("Delete")
        expect(self.hands.row(chosen[0])).to_have_count(0, timeout=MINUTE)
        self.hands.go("trash", "Trash")
        page.locator("#main").focus()
        page.keyboard.press("Control+a")
        self.look("trash")
        self.bar("restore").click()
        expect(page.get_by_text("The trash is empty")).to_be_visible(timeout=MINUTE)
        self.hands.go("files", "My files")
        self.hands.enter(LARGE)
        assert self.stored() == before

    def replace_and_back(self) -> None:
        """Other bytes under a name, and the old ones back."""
        page, name = self.hands.page, self.names(1)[0]
        page.set_input_files("#pick-files", FilePayload(name=name, mimeType="text/plain", buffer=NEW))
        expect(page.locator("#conflict")).to_be_visible(timeout=MINUTE)
        self.look("taken name")
        page.get_by_role("button", name="Replace").click()
        expect(page.locator(".tray-state")).to_have_text("Replaced. Version kept.", timeout=MINUTE)
        assert self.fetched(name) == NEW
        self.hands.choose(name, "details")
        versions = page.locator("#details .version")
        expect(versions).to_have_count(2)
        versions.last.get_by_role("button", name="Restore").click()
        expect(versions).to_have_count(3, timeout=MINUTE)
        self.look("old version back")
        assert self.fetched(name) == BYTES[name]
        page.get_by_role("button", name="Close the details").click()

    def zip(self) -> None:
        """Names and bytes of a selection."""
        chosen = self.select(MANY)
        got = self.hands.download(self.bar("download"))
        with zipfile.ZipFile(got.path()) as packed:
            assert {each: packed.read(each) for each in packed.namelist()} == {each: BYTES[each] for each in chosen}
        self.look("downloaded")

    def names(self, count: int) -> list[str]:
        """The first files of the list."""
        return [each for each in self.hands.names() if each in BYTES][:count]

    def select(self, count: int) -> list[str]:
        """From the first file on, with shift."""
        chosen = self.names(count)
        for name, keys in ((chosen[0], ()), (chosen[-1], ("Shift",))):
            self.hands.row(name).locator(".file-when").click(modifiers=list(keys))
        expect(self.hands.page.locator("[data-count]")).to_have_text(f"{count} selected")
        return chosen

    def bar(self, act: str) -> Locator:
        return self.hands.page.locator(f"[data-selection] [data-act={act}]")

    def stored(self) -> list[str]:
        return [each["name"] for each in self.owner.items(self.large)]

    @property
    def large(self) -> str:
        return str(self.owner.items()[0]["id"])

    def fetched(self, name: str) -> bytes:
        file = next(each for each in self.owner.items(self.large) if each["name"] == name)
        return self.owner.download(file["id"])


def test_putting_a_large_drive_in_order(browser: Browser, drive: Live) -> None:
    context, eyes = profile(browser, width=WIDE), Eyes(frozenset({drive.url}))
    eyes.watch(context)
    hands = Hands(context.new_page(), drive.url)
    hands.log_in(EMAIL)
    hands.page.evaluate("() => { window.samePage = true; }")
    tidying = Tidying(hands, drive.client.login(EMAIL), Photos(ARTEFACTS / "ten thousand", "light"))
    tidying.find()
    tidying.scroll()
    tidying.move_and_back()
    tidying.bin_and_back()
    tidying.replace_and_back()
    tidying.zip()
    assert hands.page.evaluate("() => window.samePage === true"), "the page was loaded anew"
    assert eyes.wrong == []
