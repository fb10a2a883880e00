"""Starred and recent, by pages without scripts and by the API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smartdrive.domain.search import MOST_WORDS
from tests.web.both import moto_site
from tests.web.reading import elements, folder, rows, store
from tests.web.site import Person, Site, make_site


@pytest.fixture(params=["embedded", "moto"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """The application on either engine."""
    if request.param == "embedded":
        yield make_site(tmp_path / "other")
    else:
        yield from moto_site(tmp_path / "other")


def names(person: Person, place: str) -> list[str]:
    found: list[str] = []
    after = ""
    while True:
        page = person.api.get(f"/api/{place}?limit=2{after}").json
        found += ["/".join([*(step["name"] for step in item["path"][1:]), item["name"]]) for item in page["items"]]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"


def test_a_day_with_stars(either: Site) -> None:
    alice, carol = either.person("alice"), either.person("carol")
    papers = folder(alice, "Papers")
    file = str(alice.api.post("/api/files?filename=Papers/lease.txt", data=b"the lease").json["file"]["id"])
    other = store(alice, "other.txt")
    assert names(alice, "recent") == ["other.txt", "Papers/lease.txt"]
    answer = alice.api.patch(f"/api/files/{file}", {"starred": True, "name": "deed.txt"})
    assert (answer.status_code, answer.json["file"]["starred"], answer.json["file"]["name"]) == (200, True, "deed.txt")
    assert alice.api.patch(f"/api/folders/{papers}", {"starred": True}).json["folder"]["starred"]
    assert alice.api.get(f"/api/files/{file}").json["file"]["starred"]
    listing = {each["id"]: each["starred"] for each in alice.api.get("/api/folders/root").json["items"]}
    assert listing == {papers: True, other: False}
    assert names(alice, "starred") == ["Papers", "Papers/deed.txt"]
    assert names(carol, "starred") == names(carol, "recent") == []
    assert carol.api.patch(f"/api/files/{file}", {"starred": True}).status_code == 404
    taken = alice.api.patch(f"/api/files/{other}", {"starred": True, "parent": papers, "name": "deed.txt"})
    assert (taken.status_code, names(alice, "starred")[0]) == (409, "Papers")
    assert alice.api.delete(f"/api/folders/{papers}").status_code == 204
    assert (names(alice, "starred"), names(alice, "recent")) == ([], ["other.txt"])
    assert alice.api.post(f"/api/trash/{papers}/restore").status_code == 200
    assert names(alice, "starred") == ["Papers", "Papers/deed.txt"]
    assert not alice.api.patch(f"/api/files/{file}", {"starred": False}).json["file"]["starred"]
    assert names(alice, "starred") == ["Papers"]
    assert either.services.fsck.run(between=0).clean


def test_pages_and_a_form_without_scripts(alice: Person) -> None:
    file = store(alice, "a.txt")
    assert rows(alice.browser.get("/recent")) == ["a.txt"]
    assert "Nothing is starred" in alice.browser.get("/starred").text
    alice.browser.get(f"/files/{file}/details")
    assert alice.browser.submit(f"/files/{file}/star").status == 303
    page = alice.browser.get("/starred")
    assert rows(page) == ["a.txt"]
    assert [each.attrib["href"] for each in elements(page, "a", data_folder=alice.user.root)] == [f"/files#item-{file}"]
    assert "Remove the star" in alice.browser.get(f"/files/{file}/details").text
    [row] = elements(alice.browser.get("/files"), "tr", data_id=file)
    assert "data-starred" in row.attrib
    alice.browser.get(f"/files/{file}/details")
    assert alice.browser.submit(f"/files/{file}/star").status == 303
    assert rows(alice.browser.get("/starred")) == []


@pytest.mark.parametrize("place", ["starred", "recent"])
def test_pages_of_a_long_list(alice: Person, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartdrive.web.places.ROWS", 2)
    for name in ("a.txt", "b.txt", "c.txt"):
        alice.api.patch(f"/api/files/{store(alice, name)}", {"starred": True})
    first = alice.browser.get(f"/{place}")
    assert rows(first) == ["c.txt", "b.txt"]
    assert first.tree is not None
    [more] = [each.attrib["href"] for each in first.tree.iter("a") if each.get("rel") == "next"]
    assert rows(alice.browser.get(f"/{place}{more}")) == ["a.txt"]
    assert alice.browser.get(f"/{place}?after=nowhere").status == 400


def test_what_a_star_cannot_be(alice: Person) -> None:
    file = store(alice, "a.txt")
    for wrong in ("yes", 7, [True]):
        assert alice.api.patch(f"/api/files/{file}", {"starred": wrong}).status_code == 400
    assert alice.api.patch(f"/api/files/{file}", {"starred": None}).status_code == 400
    assert alice.api.patch("/api/folders/root", {"starred": True}).status_code == 403


def test_help_says_what_holds_on_this_drive(tmp_path: Path) -> None:
    days = {"trash_days": 12, "version_days": 90, "undo_days": 17, "activity_days": 99}
    site = make_site(tmp_path / "other", versions_keep=7, **days)
    page = site.person("ann").browser.get("/help")
    assert page.status == 200
    assert f"first {MOST_WORDS} words" in page.text
    for words in ("waits in the trash for 12 days", "The newest 7 are kept, and those of the last 90 days"):
        assert words in page.text
    for words in ("for 17 days under Activity", "for 99 days; it can be downloaded"):
        assert words in page.text
    targets = {each.attrib.get("id") for each in elements(page, "section")}
    inside = [each.attrib["href"][1:] for each in elements(page, "a") if each.attrib["href"].startswith("#")]
    assert set(inside) - {"main"} <= targets
    assert site.stranger().get("/help").headers["Location"].startswith("/login")


def test_help_is_a_click_away(alice: Person) -> None:
    for path in ("/files", "/trash", "/starred", "/settings"):
        assert any(each.attrib["href"] == "/help" for each in elements(alice.browser.get(path), "a"))
