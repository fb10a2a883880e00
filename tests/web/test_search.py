"""Search as a program and as a browser without scripts ask it: what is found, filters, pages, and what is refused."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from smartdrive.web import search
from tests.web.reading import elements, folder, link_of, rows, store
from tests.web.site import Person, Site

PNG = b"\x89PNG\r\n\x1a\n"
SPITEFUL = """"><img src=x onerror=alert('1')>&amp;{{ 7 * 7 }}"""
FAR = ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"]


def dated(query: str) -> str:
    """The question with moments a day from now in place of their names."""
    now, day = datetime.now(UTC), timedelta(days=1)
    query = query.replace("TOMORROW", f"{now + day:%Y-%m-%dT%H:%M:%SZ}")
    return query.replace("YESTERDAY", f"{now - day:%Y-%m-%dT%H:%M:%S}%2B00:00")


@pytest.fixture
def papers(alice: Person) -> dict[str, str]:
    """Some things in folders of folders."""
    outer = folder(alice, "Contracts")
    inner = folder(alice, "2026", outer)
    made = {"outer": outer, "inner": inner}
    for name, parent, data in (
        ("Lease Müller 2026.pdf", inner, b"%PDF-1.7 lease"),
        ("lease-draft.txt", outer, b"words " * 400_000),
        ("Release notes.txt", outer, b"no lease"),
        ("lease.png", "root", PNG),
    ):
        begun = alice.api.post("/api/uploads", {"name": name, "size": len(data), "parent": parent}).json
        alice.api.call("PUT", begun["url"], data=data)
        made[name] = alice.api.post(f"/api/uploads/{begun['id']}/complete").json["file"]["id"]
    return made


def found(alice: Person, query: str) -> list[str]:
    answer = alice.api.get(f"/api/search?{query}")
    assert answer.status_code == 200, answer.text
    return [item["name"] for item in answer.json["items"]]


def test_the_api_says_what_was_found_and_where(alice: Person, papers: dict[str, str]) -> None:
    answer = alice.api.get("/api/search?q=2026+lea").json
    [item] = answer["items"]
    assert (item["id"], item["parent"], answer["next"]) == (papers["Lease Müller 2026.pdf"], papers["inner"], None)
    assert [step["name"] for step in item["path"]] == ["My files", "Contracts", "2026"]
    assert [item["name"][start:end] for start, end in item["matches"]] == ["Lea", "2026"]
    assert found(alice, "q=lease") == ["Lease Müller 2026.pdf", "lease-draft.txt", "lease.png"]
    assert found(alice, "q=MULLER") == ["Lease Müller 2026.pdf"]
    assert found(alice, "q=ease") == found(alice, "q=") == found(alice, "q=%20") == found(alice, "") == []


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("kind=image", ["lease.png"]),
        ("kind=document", ["Lease Müller 2026.pdf", "lease-draft.txt"]),
        ("kind=folder", []),
        ("min_size=1000000", ["lease-draft.txt"]),
        ("max_size=100&kind=document", ["Lease Müller 2026.pdf"]),
        ("modified_after=TOMORROW", []),
        ("modified_after=YESTERDAY&kind=image", ["lease.png"]),
        ("modified_before=YESTERDAY", []),
        (f"modified_before={FAR[0]}&modified_after={quote(FAR[1])}&kind=image", ["lease.png"]),
    ],
)
def test_filters(alice: Person, papers: dict[str, str], query: str, names: list[str]) -> None:
    assert found(alice, f"q=lease&{dated(query)}") == names


def test_below_a_folder(alice: Person, papers: dict[str, str]) -> None:
    assert found(alice, f"q=lease&folder={papers['inner']}") == ["Lease Müller 2026.pdf"]
    assert found(alice, f"q=lease&folder={papers['outer']}") == ["Lease Müller 2026.pdf", "lease-draft.txt"]
    assert len(found(alice, "q=lease&folder=root")) == 3
    assert found(alice, f"q=2026&kind=folder&folder={papers['outer']}") == ["2026"]
    assert found(alice, f"q=contracts&folder={papers['outer']}") == [], "not itself"


WRONG = [
    f"q={'a' * 256}", "q=a&kind=elephant", "q=a&min_size=-1", "q=a&min_size=1.5", f"q=a&max_size={2**63}",
    "q=a&min_size=٣", "q=a&modified_after=yesterday", "q=a&modified_before=2026-11-21T09:00:00", "q=a&limit=0",
    "q=a&after=x", "q=%ff", f"q=a&after={'W' * 5000}",
]  # fmt: skip


@pytest.mark.parametrize("query", WRONG)
def test_what_cannot_be_asked_is_a_sentence(alice: Person, papers: dict[str, str], query: str) -> None:
    answer = alice.api.get(f"/api/search?{query}")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json"), answer.text
    assert alice.browser.client.get(f"/search?{query}&days=7").status_code == (200 if "limit" in query else 400)
    assert alice.browser.client.get("/search?q=a&days=0").status_code == 400


def test_a_stranger_finds_nothing_of_hers(site: Site, alice: Person, carol: Person, papers: dict[str, str]) -> None:
    """SECURITY 16."""
    assert found(carol, "q=lease") == []
    theirs, unknown = (carol.api.get(f"/api/search?q=a&folder={each}") for each in (papers["outer"], "a" * 26))
    assert (theirs.status_code, theirs.text) == (404, unknown.text)
    assert carol.browser.client.get(f"/search?q=a&folder={papers['outer']}").status_code == 404
    page = carol.browser.get(f"/search?q=lease&from={papers['outer']}")
    assert "Contracts" not in page.text
    assert site.stranger().get("/api/search?q=lease").status_code == 401
    assert site.browser().get("/search?q=lease").location.startswith("/login")


def test_what_lies_in_the_trash_is_not_found(alice: Person, papers: dict[str, str]) -> None:
    assert alice.api.delete(f"/api/folders/{papers['outer']}").status_code == 204
    assert found(alice, "q=lease") == ["lease.png"]
    assert rows(alice.browser.get("/search?q=lease")) == ["lease.png"]
    assert alice.api.get(f"/api/search?q=lease&folder={papers['inner']}").status_code == 404
    alice.api.post(f"/api/trash/{papers['outer']}/restore")
    assert len(found(alice, "q=lease")) == 3


def test_the_page_says_what_was_found_and_leads_there(alice: Person, papers: dict[str, str]) -> None:
    page = alice.browser.get("/search?q=2026+müll")
    assert rows(page) == ["Lease Müller 2026.pdf"]
    assert ["".join(each.itertext()) for each in elements(page, "mark")] == ["Müll", "2026"]
    assert link_of(page, "Lease Müller 2026.pdf") == f"/files/{papers['Lease Müller 2026.pdf']}/details"
    where = next(elements(page, "a", **{"class": "file-where"}))
    assert " ".join("".join(where.itertext()).split()) == "in My files / Contracts / 2026"
    assert where.attrib["href"] == f"/files/{papers['inner']}#item-{papers['Lease Müller 2026.pdf']}"
    assert "1 item found" in next(elements(page, "div", **{"data-module": "files"})).attrib["data-hits"]


def test_every_page_has_the_form_and_the_page_of_search_its_filters(alice: Person, papers: dict[str, str]) -> None:
    for path in ("/files", "/trash", "/links", "/settings", "/search", f"/files/{papers['lease.png']}/details"):
        form = alice.browser.get(path).form("/search")
        assert (form.method, form.values["q"]) == ("get", ""), path
        assert "from" not in form.values, path
    form = alice.browser.get(f"/files/{papers['outer']}").form("/search")
    assert form.values["from"] == papers["outer"]
    page = alice.browser.get(f"/search?q=lease&kind=&days=&min_size=&from={papers['outer']}")
    assert len(rows(page)) == 3
    assert "Below “Contracts”" in page.text
    page = alice.browser.get(
        f"/search?q=lease&kind=document&days=3&min_size=5&folder={papers['outer']}&from={papers['outer']}"
    )
    assert rows(page) == ["Lease Müller 2026.pdf", "lease-draft.txt"]
    chosen = {each.attrib["value"] for each in elements(page, "option") if "selected" in each.attrib}
    assert chosen == {"document", "3", "5", papers["outer"]}
    assert rows(alice.browser.get("/search?q=lease&min_size=1000000&days=1")) == ["lease-draft.txt"]


def test_nothing_is_found_in_words(alice: Person, papers: dict[str, str]) -> None:
    assert "What are you looking for?" in alice.browser.get("/search").text
    page = alice.browser.get("/search?q=nowhere")
    assert "No name in your drive" in page.text
    page = alice.browser.get("/search?q=lease&kind=video")
    assert "as the filters want it" in page.text
    assert link_of(page, "Search everything") == "?q=lease"


def test_what_is_asked_and_what_is_found_is_text_and_nothing_else(alice: Person) -> None:
    store(alice, SPITEFUL)
    for asked in (SPITEFUL, "img alert"):
        page = alice.browser.get(f"/search?q={quote(asked)}")
        assert rows(page) == [SPITEFUL]
        assert next(elements(page, "input", name="q")).attrib["value"] == asked
        assert not list(elements(page, "img"))


def test_it_goes_on_page_by_page(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "ROWS", 3)
    for number in range(7):
        store(alice, f"part {number}.txt")
    path, names = "/search?q=part&kind=file", list[str]()
    while path:
        page = alice.browser.get(path)
        names += rows(page)
        query = next((each.attrib["href"] for each in elements(page, "a", rel="next")), "")
        assert not query or parse_qs(urlsplit(query).query)["kind"] == ["file"]
        path = query and "/search" + query
    assert names == [f"part {number}.txt" for number in range(7)]
    items, after = list[str](), ""
    while True:
        answer = alice.api.get(f"/api/search?q=part&limit=2{after}").json
        items += [item["name"] for item in answer["items"]]
        if answer["next"] is None:
            break
        after = f"&after={answer['next']}"
    assert items == names


def test_a_page_that_found_nothing_yet_says_so_and_goes_on(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    from smartdrive.services import search as service

    monkeypatch.setattr(service, "CHUNK", 2)
    monkeypatch.setattr(service, "READ_MOST", 4)
    for number in range(12):
        name = "z one two" if number == 11 else ("one", "two")[number % 2]
        store(alice, f"{name} {number:02}.txt")
    page = alice.browser.get("/search?q=one+two")
    assert rows(page) == []
    assert "Nothing among the first names yet" in page.text
    while not rows(page):
        page = alice.browser.get("/search" + next(elements(page, "a", rel="next")).attrib["href"])
    assert rows(page) == ["z one two 11.txt"]
