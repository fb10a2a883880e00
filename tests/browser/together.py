"""Many things at once on the tour of the gates: their dialogs, what counts along, and the pages without scripts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Page, Route, expect

from tests.browser.catching import catch
from tests.browser.hands import MINUTE, Hands, at_work
from tests.live import Client

SEND = """([action, values]) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action });
  const token = document.querySelector("[name=csrf_token]").value;
  for (const [name, value] of [...values, ["csrf_token", token]])
    form.append(Object.assign(document.createElement("input"), { name, value }));
  document.body.append(form);
  form.submit();
}"""
"""Sends a form past the scripts of the page, which would do the same in a dialog."""
JOBS = "**/api/jobs/*"


def grow(owner: Client, name: str) -> str:
    """A folder of more than a thousand entries, made by copies: more than one request copies."""
    make = lambda each: str(owner.ok("POST", "/api/folders", {"parent": "root", "name": each})["folder"]["id"])  # noqa: E731
    some, more, most = make(f"{name} of ten"), make(f"{name} of a hundred"), make(name)
    for at in range(10):
        owner.upload(f"{at}.txt", b"x", parent=some)
    for inner, outer in ((some, more), (more, most)):
        for at in range(10):
            owner.ok("POST", f"/api/folders/{inner}/copy", {"parent": outer, "name": f"part {at}"})
    for each in (some, more):
        owner.ok("DELETE", f"/api/folders/{each}")
    return most


Scene = tuple[str, Callable[[], object]]


@dataclass
class Together:
    """What there is to see of copies: two files `taken` have their names in the folder `into` already."""

    hands: Hands
    url: str
    taken: tuple[str, str]
    large: str
    into: str
    waiting: list[Route] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.hands.page

    def scenes(self) -> Iterator[Scene]:
        """What to look at, and the way there."""
        yield "copy dialog", self._choose
        yield "names taken", self._ask
        yield "a large copy goes on", self._go_on
        yield "choose a folder", self._choose_plainly
        yield "not everything was copied", self._refuse

    def _list(self) -> None:
        self.page.goto(f"{self.url}/files?view=list")
        self.hands.here("My files")
        expect(self.hands.row(self.into)).to_be_visible()

    def _choose(self) -> None:
        self._list()
        for name in (*self.taken, self.large):
            self.hands.row(name).locator("[name=ids]").check()
        self.hands.choose(self.taken[0], "copy-to")
        into = self.page.locator("#move").get_by_role("treeitem", name=self.into, exact=True)
        into.locator(".tree-name").click()

    def _ask(self) -> None:
        self.page.locator("#move").get_by_role("button", name="Copy here").click()
        expect(self.page.locator("#conflict")).to_be_visible(timeout=MINUTE)

    def _go_on(self) -> None:
        """Nobody hears yet how far it is by now."""
        catch(self.page, JOBS, self._hold)
        self.page.locator("#conflict").get_by_role("button", name="Keep both").click()
        note = self.hands.toast("items so far")
        expect(note).to_be_visible(timeout=MINUTE)
        assert note.evaluate("note => note.getBoundingClientRect().right <= innerWidth"), "it leaves the window"

    def _choose_plainly(self) -> None:
        self._let_go()
        expect(self.hands.toast("is copied whole")).to_be_visible(timeout=2 * MINUTE)
        self._send("choose")

    def _refuse(self) -> None:
        """The names of all three are taken."""
        self._send("put")
        expect(self.page.get_by_role("heading", name="Not everything was copied")).to_be_visible(timeout=MINUTE)

    def _hold(self, route: Route) -> None:
        self.waiting.append(route)

    def _let_go(self) -> None:
        while self.waiting:
            self.waiting.pop(0).continue_()
        self.page.unroute(JOBS, self._hold)

    def _send(self, act: str) -> None:
        """As a browser without scripts does: what was ticked, and where to."""
        self._list()
        here = str(self.page.locator("#main").get_attribute("data-folder"))
        ids = [str(self.hands.row(name).get_attribute("data-id")) for name in (*self.taken, self.large)]
        into = str(self.hands.row(self.into).get_attribute("data-id"))
        values = [["verb", "copy"], ["parent", into], *(["ids", each] for each in ids)]
        with self.page.expect_navigation():
            self.page.evaluate(SEND, [f"/files/{here}/{act}", values])
        at_work(self.page)
