"""Somebody else's thing and an unknown one are answered alike, by every route and method."""

import io

from tests.web.site import Person, Program

UNKNOWN = "a" * 26


def make(alice: Person) -> dict[str, str]:
    """One of everything of alice's."""
    api = alice.api
    file = api.post("/api/files?filename=mine.txt", data=b"mine").json["file"]["id"]
    gone = api.post("/api/files?filename=gone.txt", data=b"gone").json["file"]["id"]
    api.delete(f"/api/files/{gone}")
    return {
        "file": file,
        "version": api.get(f"/api/files/{file}/versions").json["items"][0]["id"],
        "folder": api.post("/api/folders", {"parent": "root", "name": "mine"}).json["folder"]["id"],
        "upload": api.post("/api/uploads", {"name": "a", "size": 5, "parent": "root"}).json["id"],
        "share": api.post("/api/shares", {"item": file}).json["share"]["id"],
        "trashed": gone,
        "token": api.post("/api/tokens", {"name": "mine", "scope": "read"}).json["id"],
        "session": api.get("/api/sessions").json["items"][0]["id"],
    }


def acts(made: dict[str, str]) -> list[tuple[str, str, object]]:
    """Every address that takes an id, with what it would need to succeed."""
    file, folder, upload = made["file"], made["folder"], made["upload"]
    found: list[tuple[str, str, object]] = [
        ("GET", f"/api/files/{file}", None),
        ("PATCH", f"/api/files/{file}", {"name": "stolen"}),
        ("PATCH", f"/api/files/{file}", {"parent": "root"}),
        ("DELETE", f"/api/files/{file}", None),
        ("GET", f"/api/files/{file}/download", None),
        ("POST", f"/api/files/{file}/copy", {"parent": "root"}),
        ("POST", f"/api/files/{file}/presign", {"expires_in": 3600}),
        ("GET", f"/api/files/{file}/versions", None),
        ("GET", f"/api/files/{file}/versions/{made['version']}/download", None),
        ("POST", f"/api/files/{file}/versions/{made['version']}/restore", None),
        ("PATCH", f"/api/files/{file}/versions/{made['version']}", {"name": "stolen"}),
        ("DELETE", f"/api/files/{file}/versions/{made['version']}", None),
        ("GET", f"/api/folders/{folder}", None),
        ("GET", f"/api/folders/{folder}/zip", None),
        ("POST", "/api/zips", {"ids": [folder, file]}),
        ("PATCH", f"/api/folders/{folder}", {"name": "stolen"}),
        ("DELETE", f"/api/folders/{folder}", None),
        ("POST", "/api/folders", {"parent": folder, "name": "in"}),
        ("POST", "/api/uploads", {"name": "in", "size": 0, "parent": folder}),
        ("GET", f"/api/uploads/{upload}", None),
        ("POST", f"/api/uploads/{upload}/sign", {"parts": [1]}),
        ("POST", f"/api/uploads/{upload}/complete", {}),
        ("DELETE", f"/api/uploads/{upload}", None),
        ("POST", "/api/shares", {"item": file}),
        ("GET", f"/api/items/{file}/shares", None),
        ("PATCH", f"/api/shares/{made['share']}", {"expires_in": 7200}),
        ("DELETE", f"/api/shares/{made['share']}", None),
        ("POST", f"/api/trash/{made['trashed']}/restore", None),
        ("DELETE", f"/api/trash/{made['trashed']}", None),
        ("DELETE", f"/api/sessions/{made['session']}", None),
        ("DELETE", f"/api/tokens/{made['token']}", None),
    ]
    return found


def test_every_route_answers_others_things_like_unknown_ones(alice: Person, carol: Person) -> None:
    made = make(alice)  # SECURITY 16
    unknown = dict.fromkeys(made, UNKNOWN)
    for (method, path, body), (_, nowhere, nobody) in zip(acts(made), acts(unknown), strict=True):
        theirs = carol.api.call(method, path, body)
        nothing = carol.api.call(method, nowhere, nobody)
        assert theirs.status_code == nothing.status_code == 404, (method, path, theirs.text)
        assert theirs.text == nothing.text, (method, path)
        assert "mine" not in theirs.text
    assert carol.api.get("/api/folders/root").json["items"] == []
    assert alice.api.get(f"/api/files/{made['file']}").json["file"]["name"] == "mine.txt"


def test_batches_and_moves_reach_nothing_of_others(alice: Person, carol: Person) -> None:
    made = make(alice)  # SECURITY 16
    own = carol.api.post("/api/files?filename=own.txt", data=b"own").json["file"]["id"]
    assert carol.api.patch(f"/api/files/{own}", {"parent": made["folder"]}).status_code == 404
    assert carol.api.post(f"/api/files/{own}/copy", {"parent": made["folder"]}).status_code == 404
    answer = carol.api.post("/api/uploads/complete", {"ids": [made["upload"], UNKNOWN]}).json["results"]
    assert [each["status"] for each in answer] == [404, 404]
    items = [{"name": "x", "size": 0, "parent": made["folder"]}, {"name": "x", "size": 0, "parent": UNKNOWN}]
    begun = carol.api.post("/api/uploads/batch", {"items": items}).json["results"]
    assert [each["status"] for each in begun] == [404, 404]
    form = {"file": (io.BytesIO(b"x"), "x.txt"), "folder": made["folder"]}
    answer = carol.api.call("POST", "/api/upload", data=form, content_type="multipart/form-data")
    assert answer.status_code == 404


def test_pages_answer_others_things_like_unknown_ones(alice: Person, carol: Person) -> None:
    made = make(alice)  # SECURITY 16
    for path in ("/files/{}", "/files/{}/details", "/files/{}/share", "/files/{}/move", "/files/{}/versions"):
        for each in (made["folder"], made["file"], UNKNOWN, "x"):
            assert carol.browser.get(path.format(each)).status == 404, (path, each)
    assert carol.browser.get(f"/files/{made['file']}/versions/{made['version']}").status == 404


def test_unknown_fields_never_give_anything(alice: Person, carol: Person) -> None:
    mine = carol.api.post("/api/files?filename=own.txt", data=b"own").json["file"]  # SECURITY 21
    for extra in ({"owner": alice.user.id}, {"size": 0}, {"quota": 10**15}, {"role": "operator"}, {"links": 5}):
        assert carol.api.patch(f"/api/files/{mine['id']}", {"name": "b", **extra}).status_code == 400
        assert carol.api.patch("/api/me", {"name": "C", **extra}).status_code == 400
        body = {"name": "c", "size": 1, "parent": "root", **extra}
        expected = 201 if "size" in extra else 400
        assert carol.api.post("/api/uploads", body).status_code == expected
        register = {"email": "d@example.com", "password": "likes 4 long walks", **extra}
        assert Program(carol.api.app).post("/api/auth/register", register).status_code == 400
    assert carol.api.get(f"/api/files/{mine['id']}").json["file"]["name"] == "own.txt"
