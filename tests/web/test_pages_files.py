"""Pages of folders, files and the trash, in a browser without scripts: what they show, and what their forms do."""

import io
from datetime import timedelta

import pytest

from smartdrive.web import files
from tests.web.reading import elements, folder, link_of, rows, share, store, stored, three_things, tick
from tests.web.site import Person, Site, make_site

SPITEFUL = """"><script>alert('1')</script>&amp;{{ 7 * 7 }}.txt"""
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def three(alice: Person) -> dict[str, str]:
    return three_things(alice)


def test_a_folder_shows_what_is_in_it_folders_first(alice: Person, three: dict[str, str]) -> None:
    page = alice.browser.get("/files")
    assert page.heading == "My files"
    assert rows(page) == ["Bills", "a.txt", "b.txt"]
    assert link_of(page, "Bills") == f"/files/{three['Bills']}"
    assert link_of(page, "a.txt") == f"/files/{three['a']}/details"
    assert "2 KB" in page.text
    assert "3 items" in page.text


@pytest.mark.parametrize(
    ("asked", "shown", "column", "way"),
    [
        ("name", ["Bills", "a.txt", "b.txt"], "Name", "ascending"),
        ("-name", ["Bills", "b.txt", "a.txt"], "Name", "descending"),
        ("size", ["Bills", "a.txt", "b.txt"], "Size", "ascending"),
        ("-size", ["Bills", "b.txt", "a.txt"], "Size", "descending"),
        ("modified", ["Bills", "b.txt", "a.txt"], "Modified", "ascending"),
        ("-modified", ["Bills", "a.txt", "b.txt"], "Modified", "descending"),
    ],
)
def test_every_order_stands_in_the_address_and_in_the_head(
    alice: Person, three: dict[str, str], asked: str, shown: list[str], column: str, way: str
) -> None:
    page = alice.browser.get(f"/files?sort={asked}")
    assert rows(page) == shown
    assert [each.attrib["aria-sort"] for each in elements(page, "th") if "aria-sort" in each.attrib] == [way]
    turned = alice.browser.get("/files" + next(elements(page, "th", aria_sort=way)).find("a").attrib["href"])  # type: ignore[union-attr]
    assert (
        next(elements(turned, "th", aria_sort={"ascending": "descending", "descending": "ascending"}[way])) is not None
    )
    assert column in "".join(next(elements(page, "th", aria_sort=way)).itertext())


def test_the_last_order_and_view_are_the_usual_ones(alice: Person, three: dict[str, str]) -> None:
    alice.browser.get("/files?sort=-name&view=grid")
    page = alice.browser.get("/files")
    assert rows(page) == ["Bills", "b.txt", "a.txt"]
    assert "files-grid" in next(elements(page, "table")).attrib["class"]
    kept = alice.browser.client.get_cookie("sort")
    assert kept is not None
    assert (kept.max_age, kept.same_site) == (365 * 24 * 60 * 60, "Lax")


@pytest.mark.parametrize("wrong", ["sort=whatever", "after=whatever", f"after={'x' * 5000}"])
def test_a_wrong_address_is_a_page_that_says_so(alice: Person, wrong: str) -> None:
    page = alice.browser.get(f"/files?{wrong}")
    assert page.status == 400
    assert page.heading == "That did not work"


def test_a_cookie_of_nonsense_is_nobodys_order(alice: Person, three: dict[str, str]) -> None:
    for name in ("sort", "view"):
        alice.browser.client.set_cookie(name, "<nonsense>")
    assert rows(alice.browser.get("/files")) == ["Bills", "a.txt", "b.txt"]


def test_a_long_folder_goes_on_on_the_next_page(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ROWS", 2)
    for name in ("e", "d", "c", "b", "a"):
        store(alice, name)
    seen, page = [], alice.browser.get("/files?sort=-name")
    seen += rows(page)
    while "Load more" in page.text:
        page = alice.browser.get("/files" + link_of(page, "Load more"))
        seen += rows(page)
    assert seen == ["e", "d", "c", "b", "a"]
    assert link_of(page, "Back to the start of the list") == "?sort=-name&view=list"


def test_a_spiteful_name_is_only_words(alice: Person) -> None:  # SECURITY 32
    named = SPITEFUL.replace("/", "∕")
    item = store(alice, "plain.txt")
    assert alice.api.patch(f"/api/files/{item}", {"name": named}).status_code == 200
    link = share(alice, item)
    for path in ("/files", f"/files/{item}/details", f"/files/{item}/share", f"/files/{item}/move", "/links", link):
        page = alice.browser.get(path)
        assert named in page.text, path
        assert not [each for each in elements(page, "script") if "alert" in "".join(each.itertext())], path
    alice.api.delete(f"/api/files/{item}")
    assert rows(alice.browser.get("/trash")) == [named]


def test_a_folder_is_made_by_its_form(alice: Person) -> None:
    alice.browser.get("/files")
    root = alice.api.get("/api/folders/root").json["folder"]["id"]
    done = alice.browser.submit(f"/files/{root}/new-folder", name="Contracts")
    assert done.status == 303
    assert rows(alice.browser.follow(done)) == ["Contracts"]
    alice.browser.get("/files")
    taken = alice.browser.submit(f"/files/{root}/new-folder", name="contracts")
    assert taken.status == 409
    assert "already there" in taken.text


def test_files_are_uploaded_by_the_form(alice: Person) -> None:
    page = alice.browser.get("/files")
    form = page.form("/api/upload")
    data = {**form.values, "file": [(io.BytesIO(b"one"), "one.txt"), (io.BytesIO(b"two"), "two.txt")]}
    for _ in range(2):
        data["file"] = [(io.BytesIO(b"one"), "one.txt")]
        done = alice.browser.client.post("/api/upload", data=data, headers={"Accept": "text/html"})
        assert done.status_code == 303, done.text
    assert stored(alice) == ["one (1).txt", "one.txt"]


def test_a_thing_is_renamed_on_its_page(alice: Person, three: dict[str, str]) -> None:
    page = alice.browser.get(f"/files/{three['a']}/details")
    assert page.heading == "a.txt"
    assert page.form(f"/files/{three['a']}/rename").values["name"] == "a.txt"
    assert alice.browser.submit(f"/files/{three['a']}/rename", name="z.txt").status == 303
    assert stored(alice) == ["Bills", "b.txt", "z.txt"]


def test_a_thing_is_moved_a_folder_at_a_time(alice: Person, three: dict[str, str]) -> None:
    inner = folder(alice, "Inner", three["Bills"])
    page = alice.browser.get(f"/files/{three['a']}/details")
    page = alice.browser.get(link_of(page, "Move"))
    page = alice.browser.get(link_of(page, "Bills"))
    page = alice.browser.get(link_of(page, "Inner"))
    assert page.heading == "Inner"
    assert alice.browser.submit(f"/files/{three['a']}/move").location == f"/files/{inner}"
    assert stored(alice, inner) == ["a.txt"]


def test_what_is_ticked_goes_to_the_trash_and_comes_back(alice: Person, three: dict[str, str]) -> None:
    page = alice.browser.get("/files")
    action = next(each.attrib["action"] for each in elements(page, "form") if "data-list" in each.attrib)
    assert tick(alice, page, action).status == 400
    assert tick(alice, page, action, three["a"], three["Bills"]).status == 303
    assert rows(alice.browser.get("/files")) == ["b.txt"]
    page = alice.browser.get("/trash")
    assert sorted(rows(page)) == ["Bills", "a.txt"]
    back = tick(alice, page, "/trash/restore", three["Bills"])
    assert back.status == 303
    assert "It is back in “My files”." in alice.browser.get(back.location).text
    assert "It is back in" not in alice.browser.get(f"/trash?back={three['a']}").text
    assert tick(alice, page, "/trash/purge", three["a"]).status == 303
    assert stored(alice) == ["Bills", "b.txt"]
    assert "The trash is empty" in alice.browser.get("/trash").text


def test_the_trash_says_since_when_and_until_when(site: Site, alice: Person, three: dict[str, str]) -> None:
    alice.api.delete(f"/api/files/{three['a']}")
    page = alice.browser.get("/trash")
    day = lambda moment: f"{moment.day} {moment:%b %Y}"  # noqa: E731
    assert day(site.clock.moment) in page.text
    assert day(site.clock.moment + timedelta(days=30)) in page.text


def test_the_trash_is_emptied_by_its_form(alice: Person, three: dict[str, str]) -> None:
    for item in (three["a"], three["b"]):
        alice.api.delete(f"/api/files/{item}")
    alice.browser.get("/trash")
    assert alice.browser.submit("/trash/empty").status == 303
    assert alice.api.get("/api/trash").json["items"] == []


@pytest.mark.parametrize(
    ("name", "content", "tag"),
    [
        ("a.png", PNG, "img"),
        ("a.mp3", b"ID3" + b"\0" * 20, "audio"),
        ("a.webm", b"\x1aE\xdf\xa3webm", "video"),
        ("a.bmp", b"BM\0\0", ""),
        ("a.svg", b"<svg onload='alert(1)'>", ""),
        ("a.html", b"<script>alert(1)</script>", ""),
        ("a.txt", b"words", ""),
    ],
)
def test_only_what_is_safe_to_show_is_shown(alice: Person, name: str, content: bytes, tag: str) -> None:
    item = store(alice, name, content)  # SECURITY 31
    link = share(alice, item)
    for path, address in ((f"/files/{item}/details", f"/api/files/{item}/download"), (link, f"{link}/download")):
        page = alice.browser.get(path)
        found = [each.tag for each in elements(page, "*") if each.attrib.get("src", "").startswith(address)]
        assert found == ([tag] if tag else []), path


def test_the_page_of_a_file_says_all_that_is_known(site: Site, alice: Person) -> None:
    item = store(alice, "Bills.txt", b"x" * 345_678)
    page = alice.browser.get(f"/files/{item}/details")
    assert "345.7 KB (345,678 bytes)" in page.text
    assert page.text.count("being computed") == 2
    assert site.services.upkeep.checksum_round()
    page = alice.browser.get(f"/files/{item}/details")
    assert alice.api.get(f"/api/files/{item}").json["file"]["sha256"] in page.text
    assert "being computed" not in page.text


def test_a_refused_upload_form_is_answered_with_a_page(tmp_path_factory: pytest.TempPathFactory) -> None:
    site = make_site(tmp_path_factory.mktemp("small") / "data", quota="4B")
    browser = site.person("alice").browser
    form = browser.get("/files").form("/api/upload")
    data = {**form.values, "file": (io.BytesIO(b"five!"), "five.txt")}
    refused = browser.client.post("/api/upload", data=data, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (refused.status_code, refused.mimetype) == (507, "text/html")
    assert "not enough room" in refused.text
