"""Zips of folders and selections: what is in them, who may have them, and how one that was cut goes on."""

import io
import zipfile
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.web.both import site
from tests.web.site import Person, Program, Site

__all__ = ["site"]
UNKNOWN = "a" * 26
LARGE = 300_000
"""Above what gets its checksums at once."""


def store(api: Program, path: str, data: bytes = b"hello") -> str:
    answer = api.post(f"/api/files?filename={path}", data=data)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json["file"]["id"])


def folder(api: Program, name: str, parent: str = "root") -> str:
    return str(api.post("/api/folders", {"parent": parent, "name": name}).json["folder"]["id"])


def path_of(url: str) -> str:
    return urlsplit(url).path


def ticket(api: Program, *ids: str) -> str:
    answer = api.post("/api/zips", {"ids": list(ids)})
    assert answer.status_code == 201, answer.text
    return path_of(answer.json["url"])


def opened(answer: TestResponse) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.text
    assert answer.content_length == len(answer.data)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


@pytest.fixture
def papers(alice: Person) -> str:
    """A folder with two files, an empty folder and a file in another one; and one file beside it."""
    api = alice.api
    made = folder(api, "Papers")
    store(api, "Papers/lease.txt", b"the lease")
    empty = {"folder": made, "file": (io.BytesIO(), "empty.txt")}
    assert api.call("POST", "/api/upload", data=empty, content_type="multipart/form-data").status_code == 201
    store(api, "Papers/2026/żółw.txt", b"turtle")
    folder(api, "Nothing", made)
    store(api, "beside.txt")
    return made


TREE = {
    "Papers/": b"",
    "Papers/2026/": b"",
    "Papers/Nothing/": b"",
    "Papers/empty.txt": b"",
    "Papers/lease.txt": b"the lease",
    "Papers/2026/żółw.txt": b"turtle",
}


def test_a_folder_comes_with_all_that_is_in_it(alice: Person, papers: str) -> None:
    answer = alice.api.get(f"/api/folders/{papers}/zip")
    assert opened(answer) == TREE
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="Papers.zip"')
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    top = opened(alice.api.get("/api/folders/root/zip"))
    assert top == {"My files/": b"", "My files/beside.txt": b"hello"} | {
        f"My files/{name}": TREE[name] for name in TREE
    }


def test_a_selection_comes_under_the_names_it_has(alice: Person, papers: str) -> None:
    api = alice.api
    one, two = store(api, "one.txt", b"1"), store(api, "Other/ONE.txt", b"2")
    answer = api.get(ticket(api, one, papers, two, one))
    assert opened(answer) == TREE | {"one.txt": b"1", "ONE (1).txt": b"2"}
    assert 'filename="Smart Drive.zip"' in answer.headers["Content-Disposition"]
    assert 'filename="My files.zip"' in api.get(ticket(api, one, papers)).headers["Content-Disposition"]
    assert 'filename="one.txt.zip"' in api.get(ticket(api, one)).headers["Content-Disposition"]


def test_names_are_safe_and_unique_in_each_folder(alice: Person) -> None:
    api = alice.api
    made = folder(api, "W?indows")
    for name in ("a?b.txt", "a*b.txt", "a_b.txt", "CON", "con_", "dots...", "A_B (1).txt"):
        assert api.post(f"/api/files?filename=W%3Findows/{name.replace('?', '%3F')}", data=b"x").status_code == 201
    names = opened(api.get(f"/api/folders/{made}/zip"))
    assert set(names) == {  # SECURITY 35
        "W_indows/",
        "W_indows/a_b (2).txt",
        "W_indows/a_b (3).txt",
        "W_indows/a_b.txt",
        "W_indows/CON_ (1)",
        "W_indows/con_",
        "W_indows/dots___",
        "W_indows/A_B (1).txt",
    }


def test_many_names_that_become_one_are_numbered_in_one_go(alice: Person, site: Site) -> None:
    made, letters = site.services.tree.folder(alice.user, folder(alice.api, "Marks")), '<>:"|?*'
    for one in letters:
        for two in letters:
            site.services.folders.create(alice.user, made.id, name=one + two)
    names = list(opened(alice.api.get(f"/api/folders/{made.id}/zip")))
    assert len(names) == len({name.casefold() for name in names}) == 50
    assert {"Marks/__/", "Marks/__ (1)/", "Marks/__ (48)/"} <= set(names)


def test_what_is_sent_is_exactly_as_long_as_head_says(alice: Person, papers: str) -> None:
    path = f"/api/folders/{papers}/zip"
    head, answer = alice.api.call("HEAD", path), alice.api.get(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == answer.headers["Content-Length"] == str(len(answer.data))
    assert head.headers["ETag"] == answer.headers["ETag"]


@pytest.mark.parametrize(
    ("asked", "span"),
    [("bytes=0-99", (0, 100)), ("bytes=100-", (100, None)), ("bytes=-50", (-50, None)), ("bytes=50-50", (50, 51))],
)
def test_a_range_is_that_part(alice: Person, papers: str, asked: str, span: tuple[int, int | None]) -> None:
    path = f"/api/folders/{papers}/zip"
    whole = alice.api.get(path).data
    answer = alice.api.get(path, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.data == whole[slice(*span)]
    start, _, _ = slice(*span).indices(len(whole))
    assert answer.headers["Content-Range"] == f"bytes {start}-{start + len(answer.data) - 1}/{len(whole)}"
    assert answer.content_length == len(answer.data)


def test_odd_ranges(alice: Person, papers: str) -> None:
    path = f"/api/folders/{papers}/zip"
    whole = alice.api.get(path).data
    for asked in ("bytes=0-9,20-29", "lines=0-9", "bytes=9-0", "nonsense"):
        answer = alice.api.get(path, headers={"Range": asked})
        assert (answer.status_code, answer.data) == (200, whole), asked
    assert alice.api.get(path, headers={"Range": f"bytes=-{10**9}"}).data == whole
    beyond = alice.api.get(path, headers={"Range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole)}"


def rename(api: Program, made: dict[str, str]) -> None:
    api.patch(f"/api/files/{made['file']}", {"name": "other.txt"})


def replace(api: Program, made: dict[str, str]) -> None:
    store(api, "Papers/lease.txt", b"the lasts")


def add(api: Program, made: dict[str, str]) -> None:
    store(api, "Papers/new.txt")


def take_away(api: Program, made: dict[str, str]) -> None:
    api.delete(f"/api/files/{made['file']}")


def rename_above(api: Program, made: dict[str, str]) -> None:
    api.patch(f"/api/folders/{made['folder']}", {"name": "Pipers"})


@pytest.mark.parametrize("change", [rename, replace, add, take_away, rename_above])
def test_a_cut_download_goes_on_until_something_changes(alice: Person, papers: str, change: Any) -> None:
    api, path = alice.api, ticket(alice.api, papers)
    whole = api.get(path)
    items = api.get(f"/api/folders/{papers}").json["items"]
    made = {"folder": papers, "file": next(item["id"] for item in items if item["name"] == "lease.txt")}
    going_on = {"Range": f"bytes={len(whole.data) // 2}-", "If-Range": whole.headers["ETag"]}
    rest = api.get(path, headers=going_on)
    assert (rest.status_code, rest.data) == (206, whole.data[len(whole.data) // 2 :])
    change(api, made)
    fresh = api.get(path, headers=going_on)
    assert fresh.status_code == 200
    assert fresh.headers["ETag"] != whole.headers["ETag"]
    assert opened(fresh) != TREE


@pytest.mark.parametrize("known", ['W/"%s"', '"another"', "%s", "Sat, 21 Nov 2026 12:00:00 GMT"])
def test_only_the_very_same_zip_goes_on(alice: Person, papers: str, known: str) -> None:
    path = f"/api/folders/{papers}/zip"
    etag = alice.api.get(path).headers["ETag"].strip('"')
    shown = known % etag if "%s" in known else known
    assert alice.api.get(path, headers={"Range": "bytes=5-", "If-Range": shown}).status_code == 200


def test_who_has_it_already_gets_nothing(alice: Person, papers: str) -> None:
    path = f"/api/folders/{papers}/zip"
    etag = alice.api.get(path).headers["ETag"]
    same = alice.api.get(path, headers={"If-None-Match": etag})
    assert (same.status_code, same.data) == (304, b"")
    other = alice.api.get(path, headers={"If-Match": '"another"'})
    assert (other.status_code, other.data) == (412, b"")
    assert alice.api.get(path, headers={"If-None-Match": '"another"'}).status_code == 200


def test_until_the_checksums_are_known_there_is_only_the_whole(alice: Person, papers: str, site: Site) -> None:
    store(alice.api, "Papers/large.bin", b"x" * LARGE)
    path = f"/api/folders/{papers}/zip"
    early = alice.api.get(path, headers={"Range": "bytes=0-9"})
    assert opened(early) == TREE | {"Papers/large.bin": b"x" * LARGE}
    assert "ETag" not in early.headers
    assert early.headers["Accept-Ranges"] == "none"
    while site.services.upkeep.checksum_round():
        pass
    later = alice.api.get(path, headers={"Range": "bytes=0-9"})
    assert later.status_code == 206
    assert "ETag" in later.headers
    assert opened(alice.api.get(path)) == opened(early)


def test_an_address_is_good_for_an_hour(alice: Person, papers: str, site: Site) -> None:
    path = ticket(alice.api, papers)
    stranger = site.stranger()
    site.clock.forward(minutes=59)
    assert opened(stranger.get(path)) == TREE
    site.clock.forward(minutes=2)
    assert stranger.get(path).status_code == 404


def test_what_is_no_longer_there_is_left_out(alice: Person, papers: str) -> None:
    api = alice.api
    one = store(api, "one.txt", b"1")
    path = ticket(api, papers, one)
    api.delete(f"/api/folders/{papers}")
    assert opened(api.get(path)) == {"one.txt": b"1"}
    api.delete(f"/api/files/{one}")
    assert api.get(path).status_code == 404


def test_a_new_password_or_a_disabled_account_ends_it(alice: Person, bob: Person, papers: str, site: Site) -> None:
    mine, theirs = ticket(alice.api, papers), ticket(bob.api, "root")
    wanted = {"current": alice.password, "password": "nine brown foxes jump"}
    assert alice.api.post("/api/me/password", wanted).status_code == 204
    site.services.accounts.disable(bob.user)
    stranger = site.stranger()
    assert [stranger.get(path).status_code for path in (mine, theirs)] == [404, 404]


def test_others_things_are_in_no_zip(alice: Person, carol: Person, papers: str) -> None:
    own = store(carol.api, "own.txt")  # SECURITY 16
    top = alice.api.get("/api/folders/root").json["folder"]["id"]
    for ids in ([papers], [top], [own, papers], [UNKNOWN], ["../etc"], [own, "x" * 5000]):
        assert carol.api.post("/api/zips", {"ids": ids}).status_code == 404, ids
    theirs, nothing = (carol.api.get(f"/api/folders/{each}/zip") for each in (papers, UNKNOWN))
    assert theirs.status_code == nothing.status_code == 404
    assert theirs.text == nothing.text
    assert carol.api.get(f"/api/folders/{own}/zip").status_code == 404, "a file is no folder"


@pytest.mark.parametrize("ids", [[], ["a"] * 0, [f"{n:026d}" for n in range(1001)], "root", [1], [None], None])
def test_wrong_selections_are_refused(alice: Person, ids: Any) -> None:
    assert alice.api.post("/api/zips", {"ids": ids}).status_code == 400


@pytest.mark.parametrize("token", ["x", "a" * 22, "%C3%BC", "a" * 200, "..", "%00"])
def test_a_wrong_address_is_not_found(site: Site, token: str) -> None:
    assert site.stranger().get(f"/api/zips/{token}").status_code == 404


def test_who_guesses_addresses_has_to_wait(site: Site) -> None:
    stranger = site.stranger()  # SECURITY 7
    answers = [stranger.get(f"/api/zips/guess{number}").status_code for number in range(101)]
    assert answers == [404] * 100 + [429]


def test_a_token_that_only_reads_fetches_a_folder(alice: Person, papers: str, site: Site) -> None:
    token = alice.api.post("/api/tokens", {"name": "r", "scope": "read"}).json["token"]
    reader = Program(site.app, token)
    assert opened(reader.get(f"/api/folders/{papers}/zip")) == TREE
    assert reader.post("/api/zips", {"ids": [papers]}).status_code == 403
