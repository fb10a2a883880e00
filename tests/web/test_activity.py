"""Who did what, by the API and on its page, and undoing it: on the embedded drive and on the engines."""

import csv
from io import StringIO
from typing import Any

import pytest

from smartdrive.services.activity import Wanted
from tests.web.both import site
from tests.web.reading import elements, folder, store, stored, tick
from tests.web.site import Person, Site

__all__ = ["site"]


def activity(person: Person, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.api.get(f"/api/activity{query}").json["items"]
    return found


def store_in(person: Person, parent: str) -> str:
    file = store(person, "inner.txt")
    assert person.api.patch(f"/api/files/{file}", {"parent": parent}).status_code == 200
    return file


def undo(person: Person, change: str) -> Any:
    return person.api.post("/api/undo", {"change": change})


@pytest.fixture
def moved(alice: Person) -> tuple[str, str]:
    """A file that was moved into a folder, and the change's id."""
    file, to = store(alice, "plan.txt"), folder(alice, "Work")
    answer = alice.api.patch(f"/api/files/{file}", {"parent": to})
    return file, answer.headers["Change-Id"]


def test_every_act_stands_there_with_what_it_changed(alice: Person, moved: tuple[str, str]) -> None:
    file, change = moved
    move, make, upload = activity(alice)
    assert (upload["action"], make["action"], move["action"]) == ("upload", "make", "move")
    assert (move["change"], move["item"], move["name"], move["parent"]) == (change, file, "plan.txt", make["item"])
    assert move["before"] == {"parent": upload["parent"]}
    assert (move["actor"], move["address"], move["undoable"], make["undoable"]) == (
        alice.user.id,
        "127.0.0.1",
        True,
        False,
    )


def test_filters_stand_in_the_address(alice: Person, moved: tuple[str, str]) -> None:
    file, _ = moved
    assert [each["action"] for each in activity(alice, f"?item={file}")] == ["move", "upload"]
    assert [each["action"] for each in activity(alice, "?action=make")] == ["make"]
    assert activity(alice, f"?actor={file}") == activity(alice, "?item=nonsense") == []
    assert len(activity(alice, f"?actor={alice.user.id}")) == 3
    assert alice.api.get("/api/activity?action=dance").status_code == 400


def test_it_comes_in_pages(alice: Person, moved: tuple[str, str]) -> None:
    found, after = [], ""
    for _ in range(4):
        page = alice.api.get(f"/api/activity?limit=1{after}").json
        found += [each["action"] for each in page["items"]]
        after = f"&after={page['next']}"
        if page["next"] is None:
            break
    assert found == ["move", "make", "upload"]
    assert alice.api.get("/api/activity?after=nonsense").status_code == 400


def test_somebody_elses_activity_is_nobodys_business(alice: Person, carol: Person, moved: tuple[str, str]) -> None:
    file, change = moved
    assert activity(carol, f"?item={file}") == []
    assert undo(carol, change).status_code == 404
    assert alice.api.get(f"/api/files/{file}").json["file"]["parent"] != alice.user.root


def test_a_move_is_undone_and_undoing_is_a_change_too(alice: Person, moved: tuple[str, str]) -> None:
    file, change = moved
    answer = undo(alice, change)
    assert answer.status_code == 200
    [result] = answer.json["results"]
    assert (result["id"], result["status"], result["item"]["parent"]) == (file, 200, alice.user.root)
    assert activity(alice)[0]["undoes"] == change
    again = undo(alice, answer.headers["Change-Id"])
    assert again.json["results"][0]["item"]["parent"] != alice.user.root


def test_a_later_change_stands_in_the_way(alice: Person, moved: tuple[str, str]) -> None:
    file, change = moved
    alice.api.patch(f"/api/files/{file}", {"parent": folder(alice, "Elsewhere")})
    refused = undo(alice, change)
    assert (refused.status_code, refused.json["code"]) == (409, "stands_in_the_way")
    assert [each["undoable"] for each in activity(alice, f"?item={file}")] == [True, False, False]


def test_what_cannot_be_undone_says_so(alice: Person) -> None:
    file = store(alice, "plan.txt")
    link = alice.api.post("/api/shares", {"item": file}).json["share"]["id"]
    ended = alice.api.delete(f"/api/shares/{link}").headers["Change-Id"]
    refused = undo(alice, ended)
    assert (refused.status_code, refused.json["title"][:36]) == (409, "A link that was ended stays ended. Y")
    assert alice.api.get("/api/shares").json["items"] == []
    for unknown in ("nonsense", "", "A#x", "x" * 5000, "20261121T000000000000Z-aaaaaaaa"):
        assert undo(alice, unknown).status_code == 404


def test_what_one_form_did_is_taken_back_together(alice: Person) -> None:
    to, some = folder(alice, "Old"), [store(alice, f"{number}.txt") for number in range(3)]
    inner = store_in(alice, to)
    gone = tick(alice, alice.browser.get("/files"), f"/files/{alice.user.root}/delete", inner, to, *some)
    assert (gone.status, stored(alice)) == (303, [])
    changes = {each["change"] for each in activity(alice, "?action=trash")}
    assert len(changes) == 1
    page = alice.browser.get("/activity")
    assert "5 things at once" in page.text
    answer = undo(alice, changes.pop())
    assert [each["status"] for each in answer.json["results"]] == [200] * 5
    assert stored(alice) == ["Old", "0.txt", "1.txt", "2.txt"]
    assert stored(alice, to) == ["inner.txt"]


def test_what_stands_in_the_way_of_one_thing_leaves_the_others(alice: Person) -> None:
    some = [store(alice, f"{number}.txt") for number in range(2)]
    gone = tick(alice, alice.browser.get("/files"), f"/files/{alice.user.root}/delete", *some)
    assert gone.status == 303
    change = activity(alice)[0]["change"]
    alice.api.delete(f"/api/trash/{some[0]}")
    results = undo(alice, change).json["results"]
    assert {each["id"]: each["status"] for each in results} == {some[0]: 409, some[1]: 200}
    assert stored(alice) == ["1.txt"]
    page = alice.browser.get("/activity?done=partly")
    assert "The rest has been changed since" in page.text


def test_what_was_in_a_trash_that_was_emptied_is_not_offered(alice: Person) -> None:
    """Before the worker has gone over it; what went there since is."""
    first, second = store(alice, "first.txt"), store(alice, "second.txt")
    gone = alice.api.delete(f"/api/files/{first}").headers["Change-Id"]
    assert activity(alice, f"?item={first}")[0]["undoable"]
    assert alice.api.delete("/api/trash").status_code == 204
    alice.api.delete(f"/api/files/{second}")
    assert [each["undoable"] for each in activity(alice, "?action=trash")] == [True, False]
    assert gone not in alice.browser.get("/activity").text
    assert undo(alice, gone).status_code == 409


def test_the_page_shows_days_and_takes_changes_back(alice: Person, moved: tuple[str, str]) -> None:
    file, change = moved
    page = alice.browser.get("/activity")
    assert "Moved plan.txt from My files to Work" in page.text
    assert "Made the folder Work in My files" in page.text
    assert alice.browser.submit("/activity/undo", change=change).status == 303
    assert alice.api.get(f"/api/files/{file}").json["file"]["parent"] == alice.user.root
    assert "undid a change" in alice.browser.get("/activity?done=undone").text


def test_a_change_of_many_is_whole_on_its_page_and_told_in_five_lines(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smartdrive.web.activity.ROWS", 3)
    files = [store(alice, f"{number}.txt") for number in range(7)]
    folder(alice, "before")
    assert alice.api.post("/api/bulk", {"action": "trash", "ids": files}).status_code == 200
    folder(alice, "after")
    for query in ("", "?action=trash"):
        page = alice.browser.get(f"/activity{query}")
        assert "7 things at once" in page.text
        assert page.text.count(".txt to the trash") == 5
        assert "and 2 more" in page.text
    links = elements(alice.browser.get("/activity"), "a")
    [older] = [each.attrib["href"] for each in links if each.get("rel") == "next"]
    page = alice.browser.get(older)
    assert ".txt to the trash" not in page.text
    assert "Made the folder before" in page.text


def test_the_page_keeps_its_filters(alice: Person, moved: tuple[str, str]) -> None:
    file, _ = moved
    page = alice.browser.get(f"/activity?item={file}&action=move")
    assert "Moved plan.txt" in page.text
    assert "Uploaded plan.txt" not in page.text
    assert "Only what was done to plan.txt." in page.text
    done = alice.browser.submit(f"/activity/undo?item={file}&action=move")
    assert (done.status, done.location) == (303, f"/activity?done=undone&item={file}&action=move")


def test_details_tell_what_was_done_last(alice: Person, moved: tuple[str, str]) -> None:
    page = alice.browser.get(f"/files/{moved[0]}/details")
    assert "Moved plan.txt from My files to Work" in page.text


def table(person: Person) -> list[dict[str, str]]:
    answer = person.api.get("/api/activity.csv", buffered=True)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.data.decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


def test_the_table_has_all_of_it(alice: Person, moved: tuple[str, str]) -> None:
    move, make, upload = table(alice)
    assert (move["action"], move["name"], move["folder"], move["folder before"]) == ("move", "plan.txt", "Work", "/")
    assert (make["kind"], upload["by"], upload["address"]) == ("folder", alice.user.email, "127.0.0.1")


@pytest.mark.parametrize("name", ["=1+1.csv", "+1", "-2+3", "@SUM(A1)", "=cmd|' -C calc'!A0", "＝1+1"])
def test_no_name_becomes_a_formula(alice: Person, name: str) -> None:
    folder(alice, name)
    assert table(alice)[0]["name"] == f"'{name}"


def test_the_log_tells_no_more_than_a_year(site: Site, alice: Person) -> None:
    folder(alice, "old")
    site.clock.forward(days=364)
    assert len(site.services.activity.page(alice.user, Wanted(), limit=10).items) == 1
    site.clock.forward(days=2)
    assert site.services.activity.page(alice.user, Wanted(), limit=10).items == []
