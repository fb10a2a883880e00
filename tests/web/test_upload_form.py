"""`POST /api/upload`: a multipart form of a program, or of a page without scripts."""

import io
from typing import Any

from werkzeug.test import TestResponse

from tests.web.site import Person, Program, Site


def send(api: Program, *names: str, **fields: Any) -> TestResponse:
    data = {"file": [(io.BytesIO(name.encode()), name) for name in names], **fields}
    return api.call("POST", "/api/upload", data=data, content_type="multipart/form-data")


def test_a_program_gets_the_file(alice: Person) -> None:
    answer = send(alice.api, "a.txt")
    assert answer.status_code == 201
    assert answer.json["file"]["name"] == "a.txt"
    assert answer.json["file"]["size"] == 5
    assert "share" not in answer.json


def test_a_link_comes_along_when_asked_for(site: Site, alice: Person) -> None:
    answer = send(alice.api, "a.txt", share="1")
    url = answer.json["share"]["url"]
    assert Program(site.app).get(url.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_many_files_into_a_folder(alice: Person) -> None:
    folder = alice.api.post("/api/folders", {"parent": "root", "name": "in"}).json["folder"]["id"]
    answer = send(alice.api, "a.txt", "b.txt", folder=folder)
    assert [file["name"] for file in answer.json["files"]] == ["a.txt", "b.txt"]
    items = alice.api.get(f"/api/folders/{folder}").json["items"]
    assert [item["name"] for item in items] == ["a.txt", "b.txt"]


def test_a_taken_name_is_settled_as_said(alice: Person) -> None:
    send(alice.api, "a.txt")
    assert send(alice.api, "a.txt").status_code == 409
    assert send(alice.api, "a.txt", conflict="replace").status_code == 200
    assert send(alice.api, "a.txt", conflict="keep_both").json["file"]["name"] == "a (1).txt"
    assert send(alice.api, "a.txt", conflict="skip").status_code == 200
    assert send(alice.api, "a.txt", conflict="whatever").status_code == 400


def test_wrong_forms_are_sentences(alice: Person) -> None:
    for answer in (
        send(alice.api),
        alice.api.call("POST", "/api/upload", data=b"x", content_type="text/plain"),
        alice.api.call("POST", "/api/upload", data=b"--cut", content_type="multipart/form-data; boundary=cut"),
        alice.api.call("POST", "/api/upload", data=b"x", content_type="multipart/form-data"),
        send(alice.api, "a.txt", folder="nowhere"),
    ):
        assert answer.status_code in (400, 404)
        assert answer.json["title"]
    assert alice.api.get("/api/me/usage").json["used"] == 0


def test_a_page_needs_its_token_and_comes_back_to_the_folder(alice: Person) -> None:
    page = alice.browser.get("/files")  # SECURITY 13
    token = page.form("/api/upload").values["csrf_token"]
    client, headers = alice.browser.client, {"Accept": "text/html"}
    form = lambda **more: {"file": (io.BytesIO(b"x"), "x.txt"), "conflict": "keep_both", **more}  # noqa: E731
    refused = client.post("/api/upload", data=form(), headers=headers, content_type="multipart/form-data")
    assert refused.status_code == 403
    done = client.post("/api/upload", data=form(csrf_token=token), headers=headers, content_type="multipart/form-data")
    assert done.status_code == 303
    assert [item["name"] for item in alice.api.get("/api/folders/root").json["items"]] == ["x.txt"]


def test_room_that_runs_out_is_507(tmp_path_factory: Any) -> None:
    from tests.web.site import make_site

    site = make_site(tmp_path_factory.mktemp("small") / "data", quota="4B")
    alice = site.person("alice")
    answer = send(alice.api, "a.txt")
    assert answer.status_code == 507
    assert answer.json["code"] == "over_quota"
