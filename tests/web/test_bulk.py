"""Many things at once, copies, jobs and conflict choices over HTTP, and by forms without scripts."""

from dataclasses import replace
from typing import Any

import pytest

from tests.web.both import site
from tests.web.pages import Page
from tests.web.reading import elements, folder, store, stored, tick
from tests.web.site import Person, Site

__all__ = ["site"]


def bulk(owner: Person, action: str, *ids: str, **more: str) -> Any:
    answer = owner.api.post("/api/bulk", {"action": action, "ids": list(ids), **more})
    assert answer.status_code == 200, answer.text
    return answer.json["results"]


def statuses(results: Any) -> dict[str, int]:
    return {each["id"]: each["status"] for each in results}


def test_each_answers_for_itself(alice: Person, bob: Person) -> None:
    a, b, to = store(alice, "a.txt"), store(alice, "b.txt"), folder(alice, "to")
    hers = store(bob, "hers")
    store(alice, "to/a.txt")
    results = bulk(alice, "move", a, b, hers, "nothing", a, to, target=to)
    assert [(each["id"], each["status"], each.get("code")) for each in results] == [
        (a, 409, "exists"),
        (b, 200, None),
        (hers, 404, "not_found"),
        ("nothing", 404, "not_found"),
        (to, 409, "cycle"),
    ]
    assert results[0]["existing"]["name"] == "a.txt"
    assert [each.get("code") for each in bulk(alice, "move", a, target=to, conflict="skip")] == ["skipped"]
    copied = bulk(alice, "copy", a, b, target="root", conflict="keep_both")
    assert {each["status"] for each in copied} == {201}
    assert sorted(stored(alice)) == ["a (1).txt", "a.txt", "b.txt", "to"]
    copies = [each["copy"] for each in copied]
    assert statuses(bulk(alice, "trash", *copies)) == dict.fromkeys(copies, 204)
    back = bulk(alice, "restore", *copies)
    assert statuses(back) == dict.fromkeys(copies, 200)
    assert {each["folder"] for each in back} == {""}


def test_stars_for_many_at_once(alice: Person, bob: Person) -> None:
    a, b, to, hers = store(alice, "a.txt"), store(alice, "b.txt"), folder(alice, "to"), store(bob, "hers")
    starred = lambda: {each["id"] for each in alice.api.get("/api/starred").json["items"]}  # noqa: E731
    found = bulk(alice, "star", a, hers, to, "nothing", alice.user.root)
    assert [each["status"] for each in found] == [200, 404, 200, 404, 403]
    assert starred() == {a, to}
    assert statuses(bulk(alice, "star", a, b)) == {a: 200, b: 200}
    answer = alice.api.post("/api/bulk", {"action": "star", "ids": [to, b], "starred": False})
    assert statuses(answer.json["results"]) == {to: 200, b: 200}
    assert starred() == {a}


def test_nobody_reaches_what_is_somebody_elses(alice: Person, bob: Person) -> None:
    """SECURITY 16."""
    hers, mine = store(alice, "hers"), store(bob, "mine")
    for action in ("move", "copy"):
        answer = bob.api.post("/api/bulk", {"action": action, "ids": [mine], "target": alice.user.root})
        unknown = bob.api.post("/api/bulk", {"action": action, "ids": [mine], "target": "a" * 26})
        assert answer.status_code == unknown.status_code == 404
        assert answer.json == unknown.json
    for action in ("trash", "restore"):
        known, unknown_one = bulk(bob, action, hers, "a" * 26)
        assert {**known, "id": ""} == {**unknown_one, "id": ""}
    assert stored(alice) == ["hers"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "trash", "ids": []},
        {"action": "trash", "ids": ["a"] * 1001},
        {"action": "burn", "ids": ["a"]},
        {"action": "move", "ids": ["a"]},
        {"action": "trash", "ids": ["a"], "target": "root"},
        {"action": "trash", "ids": ["a"], "conflict": "skip"},
        {"action": "star", "ids": ["a"], "target": "root"},
        {"action": "trash", "ids": ["a"], "starred": True},
        {"action": "star", "ids": ["a"], "starred": "yes"},
        {"action": "move", "ids": ["a"], "target": "root", "conflict": "never"},
        {"action": "trash", "ids": "a"},
        {"action": "trash", "ids": [1]},
        {"action": "trash", "ids": ["a"], "owner": "me"},
    ],
)
def test_wrong_bodies_are_400(alice: Person, body: Any) -> None:
    assert alice.api.post("/api/bulk", body).status_code == 400


def test_a_change_takes_a_choice(alice: Person) -> None:
    a, to = store(alice, "a.txt", b"moved"), folder(alice, "to")
    there = store(alice, "to/a.txt", b"there")
    path = f"/api/files/{a}"
    assert alice.api.patch(path, {"parent": to}).json["existing"]["id"] == there
    assert alice.api.patch(path, {"parent": to, "conflict": "skip"}).json["file"]["parent"] == alice.user.root
    assert alice.api.patch(path, {"parent": to, "conflict": "replace"}).json["file"]["parent"] == to
    assert [each["id"] for each in alice.api.get("/api/trash").json["items"]] == [there]
    assert alice.api.patch(path, {"name": "b", "conflict": "perhaps"}).status_code == 400


def test_copies_of_one_thing(alice: Person) -> None:
    a, to = store(alice, "a.txt", b"source"), folder(alice, "to")
    store(alice, "to/a.txt", b"there")
    path, into = f"/api/files/{a}/copy", {"parent": to}
    assert alice.api.post(path, into).json["file"]["name"] == "a (1).txt"
    assert alice.api.post(path, {**into, "conflict": "ask"}).status_code == 409
    assert alice.api.post(path, {**into, "conflict": "skip"}).status_code == 200
    assert alice.api.post(path, {**into, "name": "A.txt"}).json["code"] == "exists"
    replaced = alice.api.post(path, {**into, "conflict": "replace"})
    assert (replaced.status_code, replaced.json["file"]["size"]) == (201, 6)
    assert alice.api.post(f"/api/folders/{to}/copy", {"parent": to}).json["code"] == "cycle"
    copy = alice.api.post(f"/api/folders/{to}/copy", {"parent": "root"})
    assert (copy.status_code, copy.json["folder"]["name"]) == (201, "to (1)")
    assert stored(alice, copy.json["folder"]["id"]) == ["a (1).txt", "a.txt"]
    assert alice.api.post(f"/api/folders/{a}/copy", into).status_code == 404


def late(site: Site) -> None:
    """Requests leave everything to the worker."""
    copying = replace(site.services.copying, at_once=0)
    bulk = replace(site.services.bulk, copying=copying)
    site.app.extensions["smartdrive"] = replace(site.services, copying=copying, bulk=bulk)


def test_a_large_folder_is_a_job(site: Site, alice: Person, carol: Person) -> None:
    a, large = store(alice, "a.txt"), folder(alice, "large")
    store(alice, "large/deep.txt")
    late(site)
    alone = alice.api.post(f"/api/folders/{large}/copy", {"parent": "root"})
    assert (alone.status_code, alone.json["folder"]["name"]) == (202, "large (1)")
    answer = alice.api.post("/api/bulk", {"action": "copy", "ids": [a, large], "target": "root"})
    assert answer.status_code == 202
    assert [each["status"] for each in answer.json["results"]] == [201, 202]
    path = f"/api/jobs/{answer.json['job']['id']}"
    assert alice.api.get(path).json == answer.json["job"] | {"state": "running", "done": 1, "total": 1}
    assert carol.api.get(path).status_code == alice.api.get("/api/jobs/none").status_code == 404
    site.services.upkeep.copy_round()
    over = alice.api.get(path).json
    assert (over["state"], over["done"], over["total"]) == ("done", 2, 2)
    assert statuses(over["results"]) == {a: 201, large: 201}
    assert sorted(stored(alice)) == ["a (1).txt", "a.txt", "large", "large (1)", "large (2)"]


def chosen(owner: Person, verb: str, *ids: str, into: str = "") -> Page:
    """Tick things, ask to move or copy them, and go down into a folder."""
    page = owner.browser.get("/files")
    token = next(each.attrib["value"] for each in elements(page, "input", name="csrf_token"))
    data = {"csrf_token": token, "ids": list(ids), "verb": verb, **({"into": into} if into else {})}
    return owner.browser.post(f"/files/{owner.user.root}/choose", data)  # type: ignore[arg-type]


def put(owner: Person, page: Page, *ids: str, **values: str) -> Page:
    token = next(each.attrib["value"] for each in elements(page, "input", name="csrf_token"))
    data = {"csrf_token": token, "ids": list(ids), **values}
    return owner.browser.post(f"/files/{owner.user.root}/put", data)  # type: ignore[arg-type]


def test_what_is_ticked_is_moved_and_copied_without_scripts(alice: Person) -> None:
    a, b, to = store(alice, "a.txt"), store(alice, "b.txt"), folder(alice, "to")
    page = chosen(alice, "copy", a, b)
    assert "Copy 2 items to" in page.text
    assert [each.attrib["value"] for each in elements(page, "button", name="into")] == [alice.user.root, to]
    page = chosen(alice, "copy", a, b, into=to)
    assert "No folders in here" in page.text
    assert put(alice, page, a, b, verb="copy", parent=to).location == f"/files/{to}"
    assert stored(alice, to) == ["a.txt", "b.txt"]
    refused = put(alice, page, a, b, verb="move", parent=to)
    assert refused.status == 200
    assert "Something with this name is already there." in refused.text
    assert put(alice, page, a, b, verb="move", parent=to, conflict="keep_both").status == 303
    assert stored(alice) == ["to"]
    assert to not in [each.attrib["value"] for each in elements(chosen(alice, "move", to), "button", name="into")]


def test_wrong_forms_are_400(alice: Person) -> None:
    a = store(alice, "a.txt")
    page = chosen(alice, "copy", a)
    assert chosen(alice, "burn", a).status == 400
    assert put(alice, page, a, verb="copy", parent="").status == 400
    assert put(alice, page, a, verb="copy", parent="root", conflict="never").status == 400
    assert put(alice, page, verb="copy", parent="root").status == 400


def test_a_folder_that_still_fills_is_said_so(site: Site, alice: Person) -> None:
    large = folder(alice, "large")
    store(alice, "large/deep.txt")
    late(site)
    page = put(alice, chosen(alice, "copy", large), large, verb="copy", parent="root")
    assert "“large (1)” is there and goes on filling by itself." in page.text


def test_of_what_is_ticked_the_others_are_deleted_when_one_cannot_be(alice: Person) -> None:
    a = store(alice, "a.txt")
    page = alice.browser.get("/files")
    assert tick(alice, page, f"/files/{alice.user.root}/delete", "a" * 26, a).status == 404
    assert stored(alice) == []
