"""What a person keeps on the drive, and what a page of it says, for tests in a browser without scripts."""

from collections.abc import Iterator
from urllib.parse import quote
from xml.etree.ElementTree import Element

from tests.web.pages import Page
from tests.web.site import Person


def store(owner: Person, name: str, content: bytes = b"hello") -> str:
    answer = owner.api.post(f"/api/files?filename={quote(name)}", data=content)
    assert answer.status_code == 201, answer.text
    return str(answer.json["file"]["id"])


def folder(owner: Person, name: str, parent: str = "root") -> str:
    return str(owner.api.post("/api/folders", {"parent": parent, "name": name}).json["folder"]["id"])


def stored(owner: Person, folder_id: str = "root") -> list[str]:
    return [item["name"] for item in owner.api.get(f"/api/folders/{folder_id}").json["items"]]


def elements(page: Page, tag: str, **attributes: str) -> Iterator[Element]:
    assert page.tree is not None
    wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
    return (each for each in page.tree.iter(tag) if wanted.items() <= each.attrib.items())


def rows(page: Page) -> list[str]:
    """The names of a list from top to bottom."""
    return [each.attrib["data-name"] for each in elements(page, "tr") if "data-id" in each.attrib]


def link_of(page: Page, words: str) -> str:
    """Where the link with these words leads."""
    found = [each for each in elements(page, "a") if " ".join("".join(each.itertext()).split()) == words]
    assert len(found) == 1, words
    return found[0].attrib["href"]


def tick(owner: Person, page: Page, action: str, *ids: str) -> Page:
    """Send the form of a list with these boxes ticked; `action` is its own address or that of a button in it."""
    token = next(each.attrib["value"] for each in elements(page, "input", name="csrf_token"))
    return owner.browser.post(action, {"csrf_token": token, "ids": list(ids)})  # type: ignore[dict-item]


def share(owner: Person, item: str) -> str:
    """The path of a new link to a thing."""
    url: str = owner.api.post("/api/shares", {"item": item}).json["share"]["url"]
    return "/s/" + url.rpartition("/")[2]


def three_things(owner: Person) -> dict[str, str]:
    """A folder and two files: later, larger and first in the alphabet are different ones."""
    return {"Bills": folder(owner, "Bills"), "b": store(owner, "b.txt", b"x" * 2000), "a": store(owner, "a.txt", b"x")}
