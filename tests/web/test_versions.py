"""Versions by the API, and on their pages in a browser without scripts, on the embedded drive and on the engines."""

from pathlib import Path
from typing import Any

import pytest
import requests

from smartdrive.web import versions
from tests.web.both import PUBLIC_URL, site
from tests.web.reading import elements, link_of
from tests.web.site import Person, Site, make_site

__all__ = ["site"]
PNG = b"\x89PNG\r\n\x1a\n"


def write(owner: Person, content: bytes, name: str = "plan.txt") -> str:
    answer = owner.api.post(f"/api/files?filename={name}", data=content)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json["file"]["id"])


def listed(owner: Person, file: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = owner.api.get(f"/api/files/{file}/versions").json["items"]
    return found


def fetched(owner: Person, address: str) -> tuple[bytes, str]:
    """The bytes behind a signed address and how they are to be taken, from the drive itself or from its bucket."""
    if address.startswith(f"{PUBLIC_URL}/objects/"):
        ours = owner.api.get(address.removeprefix(PUBLIC_URL), buffered=True)
        return ours.data, ours.headers["Content-Disposition"]
    theirs = requests.get(address, timeout=20)
    return theirs.content, theirs.headers["Content-Disposition"]


@pytest.fixture
def file(alice: Person) -> str:
    """A file with two versions, `one` and `second`."""
    write(alice, b"one")
    return write(alice, b"second")


def test_versions_are_listed_the_current_one_first(alice: Person, file: str) -> None:
    new, old = listed(alice, file)
    assert (new["size"], new["current"], old["size"], old["current"]) == (6, True, 3, False)
    assert new["by"] == old["by"] == alice.user.id
    assert (new["name"], new["type"][:10]) == ("", "text/plain")
    assert old["sha256"] == "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
    assert alice.api.get(f"/api/files/{file}").json["file"]["version"] == new["id"]


def test_the_list_comes_in_pages(alice: Person, file: str) -> None:
    for number in range(3):
        write(alice, b"x" * (number + 1))
    sizes, after = [], ""
    while True:
        page = alice.api.get(f"/api/files/{file}/versions?limit=2{after}").json
        sizes += [each["size"] for each in page["items"]]
        if not page["next"]:
            break
        after = f"&after={page['next']}"
    assert sizes == [3, 2, 1, 6, 3]
    assert alice.api.get(f"/api/files/{file}/versions?after=nonsense").status_code == 400


def test_a_version_is_downloaded_under_the_name_of_now(alice: Person, file: str) -> None:
    alice.api.patch(f"/api/files/{file}", {"name": "renamed.txt"})
    answer = alice.api.get(f"/api/files/{file}/versions/{listed(alice, file)[1]['id']}/download")
    assert answer.status_code == 302
    content, disposition = fetched(alice, answer.headers["Location"])
    assert content == b"one"
    assert disposition.startswith("attachment")
    assert "renamed.txt" in disposition


def test_only_what_is_safe_to_show_is_shown_whatever_the_file_is_now(alice: Person) -> None:
    """SECURITY 31."""
    file = write(alice, b"<html><script>alert(1)</script>", "a.png")
    write(alice, PNG, "a.png")
    for version, shown in zip(listed(alice, file), ("inline", "attachment"), strict=True):
        answer = alice.api.get(f"/api/files/{file}/versions/{version['id']}/download?inline=1")
        assert fetched(alice, answer.headers["Location"])[1].startswith(shown)
    assert alice.api.get(f"/api/files/{file}/versions/{version['id']}/download?inline=2").status_code == 400


def test_a_restored_file_keeps_its_id_and_links(site: Site, alice: Person, file: str) -> None:
    link = alice.api.post("/api/shares", {"item": file}).json["share"]["url"].removeprefix(PUBLIC_URL)
    answer = alice.api.post(f"/api/files/{file}/versions/{listed(alice, file)[1]['id']}/restore")
    assert answer.status_code == 200
    shown = answer.json["file"]
    assert (shown["id"], shown["size"], shown["shared"]) == (file, 3, True)
    assert shown["sha256"] == listed(alice, file)[2]["sha256"]
    assert [each["size"] for each in listed(alice, file)] == [3, 6, 3]
    assert alice.api.get("/api/me/usage").json["used"] == 12
    assert site.stranger().get(link + "/download").status_code == 302


def test_a_version_without_room_to_come_back_is_refused(tmp_path: Path) -> None:
    alice = make_site(tmp_path / "small", quota=10).person("ann")
    write(alice, b"four")
    file = write(alice, b"sixsix")
    answer = alice.api.post(f"/api/files/{file}/versions/{listed(alice, file)[1]['id']}/restore")
    assert (answer.status_code, answer.json["code"]) == (507, "over_quota")
    assert alice.api.get(f"/api/files/{file}").json["file"]["size"] == 6


def test_names_and_deletions(alice: Person, file: str) -> None:
    new, old = (f"/api/files/{file}/versions/{each['id']}" for each in listed(alice, file))
    assert alice.api.patch(old, {"name": "first draft"}).json["version"]["name"] == "first draft"
    assert alice.api.patch(old, {"name": "x" * 101}).status_code == 400
    assert alice.api.patch(old, {"name": ""}).json["version"]["name"] == ""
    refused = alice.api.delete(new)
    assert (refused.status_code, refused.json["code"]) == (409, "current_version")
    assert alice.api.delete(old).status_code == 204
    assert alice.api.delete(old).status_code == 404
    assert alice.api.get("/api/me/usage").json["used"] == 6


@pytest.mark.parametrize("version", ["x", "20260101T000000000000Z-aaaaaaaa", "V%23x", "x" * 3000, "%00"])
def test_what_is_no_version_is_not_found(alice: Person, file: str, version: str) -> None:
    path = f"/api/files/{file}/versions/{version}"
    assert alice.api.get(f"{path}/download").status_code == 404
    assert alice.api.post(f"{path}/restore").status_code == 404
    assert alice.api.patch(path, {"name": "a"}).status_code == 404
    assert alice.api.delete(path).status_code == 404


def test_the_file_page_shows_versions_once_there_are_some(alice: Person) -> None:
    file = write(alice, b"one")
    assert "Versions" not in alice.browser.get(f"/files/{file}/details").text
    write(alice, b"second")
    page = alice.browser.get(f"/files/{file}/details")
    assert "Versions" in page.text
    assert "3 bytes · by you" in page.text
    assert page.text.count("Current") == 1


def test_versions_are_restored_named_and_deleted_by_forms(alice: Person, file: str) -> None:
    old = listed(alice, file)[1]["id"]
    details, forms = f"/files/{file}/details", f"/files/{file}/versions/{old}"
    alice.browser.get(details)
    assert alice.browser.submit(f"{forms}/name", name="<b>draft</b>").location == f"{details}?done=named"
    page = alice.browser.get(f"{details}?done=named")
    assert "The name of the version is saved." in page.text
    assert "<b>draft</b>" in page.text
    assert alice.browser.submit(f"{forms}/restore").location == f"{details}?done=restored"
    page = alice.browser.get(f"{details}?done=restored")
    assert "The file is as it was then." in page.text
    assert "3 bytes" in page.text
    assert alice.browser.submit(f"{forms}/delete").location == f"{details}?done=deleted"
    assert [each["size"] for each in listed(alice, file)] == [3, 6]


def test_a_refused_form_is_a_page_that_says_why(alice: Person, file: str) -> None:
    page = alice.browser.get(f"/files/{file}/details")
    new, old = (each["id"] for each in listed(alice, file))
    token = {"csrf_token": next(elements(page, "input", name="csrf_token")).attrib["value"]}
    refused = alice.browser.post(f"/files/{file}/versions/{new}/delete", token)
    assert (refused.status, refused.heading) == (409, "Something is in the way")
    assert alice.browser.post(f"/files/{file}/versions/{old}/name", {**token, "name": "x" * 101}).status == 400
    assert alice.browser.post(f"/files/{file}/versions/{old}/delete", {}).status == 403  # SECURITY 13
    assert len(listed(alice, file)) == 2


def test_all_versions_have_a_page_of_their_own(alice: Person, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        write(alice, b"x" * (number + 1))
    page = alice.browser.get(f"/files/{file}/details")
    assert page.text.count("by you") == versions.AT_FIRST
    monkeypatch.setattr(versions, "ROWS", 4)
    page = alice.browser.get(link_of(page, "All versions"))
    assert page.heading == "Versions of “plan.txt”"
    assert page.text.count("by you") == 4
    rest = alice.browser.get(f"/files/{file}/versions" + link_of(page, "Load more"))
    assert rest.text.count("by you") == 2
    oldest = listed(alice, file)[-1]["id"]
    answer = alice.browser.submit(f"/files/{file}/versions/{oldest}/delete")
    assert answer.location == f"/files/{file}/versions?done=deleted"
    assert "The version is deleted." in alice.browser.follow(answer).text


def test_a_version_is_shown_as_the_file_would_be(alice: Person) -> None:
    file = write(alice, PNG + b"old", "a.png")
    write(alice, b"not a picture any more", "a.png")
    page = alice.browser.get(f"/files/{file}/details")
    assert not list(elements(page, "img"))
    old = listed(alice, file)[1]["id"]
    page = alice.browser.get(f"/files/{file}/versions/{old}")
    assert next(elements(page, "img")).attrib["src"] == f"/api/files/{file}/versions/{old}/download?inline=1"
    assert "As it was on" in page.text
    assert "11 bytes" in page.text
    assert link_of(page, "Back to the file") == f"/files/{file}/details"
