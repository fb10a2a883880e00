"""A drive with something on every page, and the pages and open dialogs that the gates look at."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser.catching import catch
from tests.browser.hands import Hands, at_work
from tests.browser.together import Scene, Together, grow
from tests.live import Client, Live

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "files"
NAMES = (
    "Budget 2026.xlsx",
    "写真と動画のバックアップ.zip",
    "تقرير المشروع النهائي.txt",
    "Notes",
    "an extraordinarily long name that nobody would ever choose and that still must not push anything aside " * 2,
    "supercalifragilisticexpialidocious" * 5 + ".tar.gz",
    "<b>&amp;\"'.md",
)
LARGE = "All that has ever been scanned"
PHOTO = CORPUS / "exif_o1.jpg"
PICTURE = "תמונה 1 (סוף).jpg"
"""What is done to a single thing is done to this one: its name turns what stands beside it unless it is kept apart."""


@dataclass(frozen=True)
class Stage:
    """The addresses that need an id or a token to be named."""

    url: str
    email: str
    paths: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return f"{self.url}{self.paths[name]}"


def furnish(live: Live, name: str) -> Stage:
    """An account with files of awkward names, folders, links and a trash."""
    owner = live.client.register(name)
    stored = {each: _store(owner, each, b"bytes of " + each.encode()) for each in NAMES}
    picture, version = _rewritten(owner, PICTURE)
    folder = owner.ok("POST", "/api/folders", {"parent": "root", "name": "Plans"})["folder"]["id"]
    empty = owner.ok("POST", "/api/folders", {"parent": folder, "name": "Empty"})["folder"]["id"]
    inside = _store(owner, "Plans/roof.txt", b"a roof")
    for each in NAMES[:2]:
        _store(owner, f"Plans/{each}", b"older")
    grow(owner, LARGE)
    for number in range(3):
        gone = _store(owner, f"draft {number} of {NAMES[4]}"[:200], b"draft")
        owner.ok("DELETE", f"/api/files/{gone}")
    links = {each: _link(owner, item) for each, item in (("file", stored[NAMES[0]]), ("picture", picture))}
    shared = _link(owner, folder)
    paths = {
        "folder": f"/files/{folder}",
        "empty folder": f"/files/{empty}",
        "file": f"/files/{stored[NAMES[5]]}/details",
        "picture": f"/files/{picture}/details",
        "versions": f"/files/{picture}/versions",
        "version": f"/files/{picture}/versions/{version}",
        "move": f"/files/{picture}/move",
        "share": f"/files/{picture}/share",
        "link to a file": links["file"],
        "link to a picture": links["picture"],
        "link to a folder": shared,
        "file below a link": f"{shared}/f/{inside}",
    }
    return Stage(live.url, f"{name}@example.com", paths)


def _store(owner: Client, name: str, content: bytes) -> str:
    answer = owner.send("POST", f"/api/files?filename={quote(name)}", data=content)
    assert answer.status == 201, answer.body
    return str(answer.json["file"]["id"])


def _rewritten(owner: Client, name: str) -> tuple[str, str]:
    """A picture of seven versions, one of them with a name; its id and that of the one with the name."""
    file = _store(owner, name, PHOTO.read_bytes())
    [version] = owner.ok("GET", f"/api/files/{file}/versions")["items"]
    for number in range(6):
        content = PHOTO.with_name(f"exif_o{number + 2}.jpg").read_bytes()
        assert owner.send("POST", f"/api/files?filename={quote(name)}", data=content).status == 200
        if number == 3:
            version = owner.ok("GET", f"/api/files/{file}/versions")["items"][0]
    owner.ok("PATCH", f"/api/files/{file}/versions/{version['id']}", {"name": NAMES[2] + " " + NAMES[4][:60]})
    return file, str(version["id"])


def _link(owner: Client, item: str) -> str:
    url = owner.ok("POST", "/api/shares", {"item": item, "expires_in": 7 * 86_400})["share"]["url"]
    return str(url).removeprefix(owner.base)


@dataclass
class Tour:
    """Every page in turn, with everything on it that opens. A scene starts where the one before left off."""

    hands: Hands
    stage: Stage
    held: list[Route] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.hands.page

    def scenes(self) -> Iterator[Scene]:
        """What to look at, and the way there."""
        yield from self._strangers()
        yield "logged in", lambda: self.hands.log_in(self.stage.email)
        yield from self._pages()
        yield from self._lists()
        yield from self._dialogs()
        yield from Together(self.hands, self.stage.url, NAMES[:2], LARGE, "Plans").scenes()
        yield from self._trash()

    def _to(self, name: str, path: str) -> Scene:
        def go() -> None:
            self.page.goto(f"{self.stage.url}{path}")
            at_work(self.page)

        return name, go

    def _strangers(self) -> Iterator[Scene]:
        yield self._to("front page", "/")
        yield self._to("register", "/register")
        yield "register refused", lambda: self._refused("Create account")
        yield self._to("log in", "/login")
        yield "log in refused", lambda: self._refused("Log in")
        yield self._to("gone", "/s/AAAAAAAAAAAAAAAAAAAAAA")
        for name in ("link to a file", "link to a picture", "link to a folder", "file below a link"):
            yield self._to(name, self.stage.paths[name])

    def _refused(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).click()
        expect(self.page.locator("main [aria-invalid=true]").first).to_be_visible()

    def _pages(self) -> Iterator[Scene]:
        for name in ("folder", "empty folder", "file", "picture", "versions", "version", "move", "share"):
            yield self._to(name, self.stage.paths[name])
        yield self._to("nothing starred", "/starred")
        yield self._to("recent", "/recent")
        yield "starred", self._star
        yield self._to("help", "/help")
        yield self._to("activity", "/activity")
        yield self._to("settings", "/settings")
        yield "access token made", self._make_token
        yield self._to("links", "/links")
        yield "end a link", lambda: self.page.locator(".link-row").first.get_by_role("button", name="End the").click()
        yield self._to("found", f"/search?q={quote('e')}")
        yield "found selection", self._select_found
        yield self._to("found below a folder", f"/search?q=ro&folder={self.stage.paths['folder'].rpartition('/')[2]}")
        yield self._to("found nothing", "/search?q=nowhere&kind=image")
        yield self._to("nothing here", "/files/none/details")

    def _star(self) -> None:
        """The first of the recent files, by its menu."""
        self.page.locator("#main [data-id] [data-row-menu]").first.click()
        self.page.locator("#row-menu [data-act=star]").click()
        expect(self.page.locator("#main [data-starred]")).to_be_visible()
        self.page.goto(f"{self.stage.url}/starred")
        at_work(self.page)
        expect(self.page.locator("#main [data-starred]")).to_be_visible()

    def _select_found(self) -> None:
        self.page.locator("#main [name=ids]").first.check()

    def _make_token(self) -> None:
        self.page.get_by_label("What is it for?").fill("nightly backup")
        self.page.get_by_role("button", name="Make access token").click()
        expect(self.page.get_by_label("New access token")).to_have_value(re.compile(r"^sd_\w{58}$"))

    def _lists(self) -> Iterator[Scene]:
        yield self._to("tiles", "/files?view=grid")
        yield self._to("list", "/files?view=list")
        yield "account menu", lambda: self.page.locator("[popovertarget=account]").click()
        yield "order menu", lambda: self._instead(lambda: self.page.locator("[popovertarget=order]").click())
        add = ".bar-main" if self.hands.narrow else "[popovertarget=upload]"
        yield "add menu", lambda: self._instead(lambda: self.page.locator(add).click())
        yield "row menu", lambda: self._instead(lambda: self._menu_of("Plans"))
        yield "selection", lambda: self._instead(self._select)
        yield "cut", self._cut
        yield "at work", self._work

    def _instead(self, act: Callable[[], object]) -> None:
        """Close what is open, then act."""
        self.page.keyboard.press("Escape")
        act()

    def _menu_of(self, name: str) -> None:
        self.hands.row(name).locator("[data-row-menu]").click()

    def _select(self) -> None:
        for name in ("Plans", NAMES[0]):
            self.hands.row(name).locator("[name=ids]").check()

    def _cut(self) -> None:
        self.page.keyboard.press("Control+x")
        expect(self.page.locator("#main tr.cut")).to_have_count(2)

    def _work(self) -> None:
        """As long as nobody answers, what is done with these stands on their rows."""
        catch(self.page, "**/api/bulk", self._hold)
        self.page.locator("#main tr.cut [data-row-menu]").first.click()
        self.page.locator("#row-menu [data-act=star]").click()
        expect(self.page.locator("#main tr[data-working]")).to_have_count(2)
        expect(self.page.locator("#row-menu")).to_be_hidden()

    def _hold(self, route: Route) -> None:
        self.held.append(route)

    def _answer(self) -> None:
        while self.held:
            self.held.pop().continue_()
        self.page.unroute("**/api/bulk")
        expect(self.page.locator("#main tr[data-working]")).to_have_count(0)

    def _dialogs(self) -> Iterator[Scene]:
        yield "rename", lambda: (self._answer(), self._open("rename", ".name-field input"))
        yield "move dialog", lambda: self._open("move", "#move [role=treeitem] [role=treeitem] >> nth=0")
        yield "share dialog", lambda: self._open("share", "#share input[readonly]")
        yield "direct link made", self._make_direct_link
        yield "details", lambda: self._open("details", "#details .digest >> nth=0")
        yield "name a version", self._name_version
        yield "delete a version", self._delete_version
        yield "keys", self._keys
        yield "taken name", self._taken
        yield "tray", lambda: self._settle("Keep both")
        yield "undo", self._delete

    def _open(self, act: str, shown: str) -> None:
        """What the menu of a row opens, once it has come."""
        self._again()
        self.hands.choose(PICTURE, act)
        expect(self.page.locator(shown)).to_be_visible()

    def _make_direct_link(self) -> None:
        """Below the links, in the dialog that is open."""
        self.page.locator("#share summary", has_text="Direct link").click()
        self.page.locator("#share").get_by_role("button", name="Make direct link").click()
        expect(self.page.locator("#share").get_by_label("Address of the direct link")).to_be_visible()

    def _name_version(self) -> None:
        """In the panel that is open."""
        self.page.locator("#details .version summary").nth(1).click()
        expect(self.page.locator("#details").get_by_label("Name of this version").nth(1)).to_be_visible()

    def _delete_version(self) -> None:
        self.page.locator("#details .version").nth(1).get_by_role("button", name="Delete").click()
        expect(self.page.get_by_role("dialog", name="Delete this version?")).to_be_visible()

    def _delete(self) -> None:
        self._again()
        self.hands.choose(NAMES[3], "trash")
        expect(self.hands.toast(NAMES[3])).to_be_visible()

    def _again(self) -> None:
        self.page.goto(f"{self.stage.url}/files")
        self.hands.here("My files")
        expect(self.page.locator("#main [role=grid]")).to_be_visible()

    def _keys(self) -> None:
        self._again()
        self.page.locator("#main").focus()
        self.page.keyboard.press("?")
        expect(self.page.locator("#keys")).to_be_visible()

    def _taken(self) -> None:
        self._again()
        taken: FilePayload = {"name": PICTURE, "mimeType": "image/jpeg", "buffer": PHOTO.read_bytes()}
        self.page.set_input_files("#pick-files", taken)
        expect(self.page.locator("#conflict")).to_be_visible()

    def _settle(self, choice: str) -> None:
        self.page.get_by_role("button", name=choice).click()
        expect(self.page.locator("#tray-title")).to_have_text("1 file uploaded")

    def _trash(self) -> Iterator[Scene]:
        yield self._to("trash", "/trash")
        yield "empty the trash", lambda: self.page.locator("[data-act=empty]").click()
        yield "trash emptied", self._empty

    def _empty(self) -> None:
        self.page.get_by_role("dialog").get_by_role("button", name="Empty").click()
        expect(self.page.get_by_role("heading", name="The trash is empty")).to_be_visible()
