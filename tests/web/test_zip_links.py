"""Zips by links and on pages, with scripts and without; and how many are sent at once."""

import io
import zipfile

import pytest

from tests.web.both import site
from tests.web.reading import elements, link_of, tick
from tests.web.site import Person, Program, Site, make_site
from tests.web.test_zips import TREE, folder, opened, papers, path_of, store, ticket

__all__ = ["papers", "site"]
ZIP = "/files/zip"


def share(api: Program, item: str) -> tuple[str, str]:
    """The path of a link to it, and the link's id."""
    made = api.post("/api/shares", {"item": item}).json["share"]
    return path_of(made["url"]), made["id"]


def downloads(api: Program) -> int:
    return int(api.get("/api/shares").json["items"][0]["downloads"])


def inner_of(api: Program, papers: str, name: str = "2026") -> str:
    items = api.get(f"/api/folders/{papers}").json["items"]
    return str(next(item["id"] for item in items if item["name"] == name))


def names_of(answer: bytes) -> set[str]:
    return set(zipfile.ZipFile(io.BytesIO(answer)).namelist())


def test_a_shared_folder_comes_as_one_zip_and_counts_once(alice: Person, papers: str, site: Site) -> None:
    link, _ = share(alice.api, papers)
    stranger = site.stranger()
    assert stranger.call("HEAD", f"{link}/zip").status_code == 302
    assert downloads(alice.api) == 0
    there = stranger.get(f"{link}/zip")
    assert there.status_code == 302
    path = path_of(there.headers["Location"])
    whole = stranger.get(path)
    assert "Papers/lease.txt" in opened(whole)
    rest = stranger.get(path, headers={"Range": "bytes=99-", "If-Range": whole.headers["ETag"]})
    assert (rest.status_code, rest.data) == (206, whole.data[99:])
    assert downloads(alice.api) == 1


def test_it_holds_the_shared_folder_and_nothing_above_or_beside(alice: Person, papers: str, site: Site) -> None:
    link, _ = share(alice.api, papers)  # SECURITY 17
    inner, file = inner_of(alice.api, papers), inner_of(alice.api, papers, "lease.txt")
    beside = folder(alice.api, "Beside")
    stranger = site.stranger()
    there = stranger.get(f"{link}/f/{inner}/zip").headers["Location"]
    assert names_of(stranger.get(path_of(there)).data) == {"2026/", "2026/żółw.txt"}
    root = alice.api.get("/api/folders/root").json["folder"]["id"]
    for other in (beside, root, file, "a" * 26, "root"):
        assert stranger.get(f"{link}/f/{other}/zip").status_code == 404, other
    alone, _ = share(alice.api, file)
    assert stranger.get(f"{alone}/zip").status_code == 404, "a file is no folder"


def test_a_link_that_ended_gives_no_zip_to_those_who_had_begun(alice: Person, papers: str, site: Site) -> None:
    api, stranger = alice.api, site.stranger()  # SECURITY 18
    link, share_id = share(api, papers)
    path = path_of(stranger.get(f"{link}/zip").headers["Location"])
    etag = stranger.get(path).headers["ETag"]
    assert api.delete(f"/api/shares/{share_id}").status_code == 204
    for headers in ({}, {"Range": "bytes=5-", "If-Range": etag}, {"If-None-Match": etag}):
        gone = stranger.get(path, headers=headers)
        assert gone.status_code == 404
        assert not {"ETag", "Content-Disposition", "Content-Range"} & set(gone.headers.keys())
    assert stranger.call("HEAD", path).status_code == 404
    assert stranger.get(f"{link}/zip").status_code == 404


def test_an_address_by_a_link_is_good_for_an_hour_and_for_nothing_else(alice: Person, papers: str, site: Site) -> None:
    stranger, beside = site.stranger(), folder(alice.api, "Beside")
    link, _ = share(alice.api, papers)
    path = path_of(stranger.get(f"{link}/zip").headers["Location"])
    until, node, hashed, mac = path.removeprefix("/api/zips/").split(".")
    later = str(int(until) + 1)
    for forged in (
        [later, node, hashed, mac],
        [until, beside, hashed, mac],
        [until, node, "0" * 64, mac],
        [until, node, hashed, "0" * 32],
        [until, node, hashed, ""],
        [until, node, mac],
        ["", "", "", ""],
        [until, node, hashed, mac, mac],
    ):
        assert stranger.get("/api/zips/" + ".".join(forged)).status_code == 404, forged
    site.clock.forward(minutes=59)
    assert stranger.get(path).status_code == 200
    site.clock.forward(minutes=2)
    assert stranger.get(path).status_code == 404


def test_what_is_moved_out_is_in_no_zip_any_more(alice: Person, papers: str, site: Site) -> None:
    api, stranger = alice.api, site.stranger()  # SECURITY 17
    link, _ = share(api, papers)
    inner = inner_of(api, papers)
    begun = path_of(stranger.get(f"{link}/f/{inner}/zip").headers["Location"])
    assert api.patch(f"/api/folders/{inner}", {"parent": "root"}).status_code == 200
    assert stranger.get(begun).status_code == 404
    path = path_of(stranger.get(f"{link}/zip").headers["Location"])
    assert "2026" not in str(names_of(stranger.get(path).data))


def test_what_is_ticked_comes_as_a_zip_without_scripts(alice: Person, papers: str) -> None:
    one = store(alice.api, "one.txt", b"1")
    page = alice.browser.get("/files")
    assert ZIP in [each.attrib["formaction"] for each in elements(page, "button") if "formaction" in each.attrib]
    sent = tick(alice, page, ZIP, one, papers)
    assert sent.status == 303
    assert names_of(alice.api.get(path_of(sent.location)).data) == {"one.txt", *TREE}


def test_nothing_ticked_is_refused_with_a_sentence(alice: Person, papers: str) -> None:
    refused = tick(alice, alice.browser.get("/files"), ZIP)
    assert refused.status == 400
    assert "Tick at least one thing" in refused.text


def test_pages_lead_to_the_zips_of_folders(alice: Person, papers: str, site: Site) -> None:
    zipped = f"/api/folders/{papers}/zip"
    assert link_of(alice.browser.get(f"/files/{papers}"), "Download this folder") == zipped
    assert link_of(alice.browser.get(f"/files/{papers}/details"), "Download") == zipped
    link, _ = share(alice.api, papers)
    landing = site.browser().get(link)
    assert link_of(landing, "Download all") == f"{link}/zip"
    inner = inner_of(alice.api, papers)
    assert [each.attrib["href"] for each in elements(landing, "a", aria_label="Download 2026")] == [
        f"{link}/f/{inner}/zip"
    ]
    assert link_of(site.browser().get(f"{link}/f/{inner}"), "Download all") == f"{link}/f/{inner}/zip"


@pytest.fixture
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Where two zips may be sent at once."""
    return make_site(tmp_path_factory.mktemp("narrow") / "data", zips=2)


def test_beyond_the_pool_one_is_asked_to_come_again(narrow: Site) -> None:
    api = narrow.person("alice").api
    store(api, "Papers/lease.txt", b"x" * 100_000)
    path = ticket(api, "root")
    client = narrow.app.test_client(use_cookies=False)
    under_way = [client.get(path) for _ in range(2)]
    full = api.get(path)
    assert full.status_code == 503
    assert full.json["code"] == "full"
    assert int(full.headers["Retry-After"]) > 0
    assert api.get("/api/folders/root").status_code == 200, "nothing else waits"
    page = client.get(path, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert "<h1" in page.text, "a browser that was sent here gets a page"
    under_way[0].close()
    assert api.get(path).status_code == 200
    for answer in under_way[1:]:
        answer.close()


def test_every_way_to_end_gives_the_place_back(narrow: Site) -> None:
    api = narrow.person("alice").api
    store(api, "Papers/lease.txt", b"the lease")
    path = ticket(api, "root")
    etag = api.get(path).headers["ETag"]
    for _ in range(3):
        assert api.call("HEAD", path).status_code == 200
        assert api.get(path, headers={"If-None-Match": etag}).status_code == 304
        assert api.get(path, headers={"If-Match": '"other"'}).status_code == 412
        assert api.get(path, headers={"Range": "bytes=999999-"}).status_code == 416
        assert api.get("/api/zips/unknown").status_code == 404
        assert api.get(path, headers={"Range": "bytes=0-9"}).status_code == 206
    assert api.get(path).status_code == 200
