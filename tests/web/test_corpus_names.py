"""Each awkward name has one answer, the same by every way in, on both engines."""

import json
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.http import parse_options_header

from smartdrive.domain.errors import BadInput
from smartdrive.domain.names import check_name, fold
from tests.web.both import site
from tests.web.site import Person, Program

__all__ = ["site"]
CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "names"
NAMES = json.loads((CORPUS / "filenames.json").read_text("utf-8"))
PAIRS = json.loads((CORPUS / "pairs.json").read_text("utf-8"))


def refused(name: str) -> bool:
    try:
        check_name(name)
    except BadInput:
        return True
    return False


@pytest.mark.parametrize("entry", NAMES, ids=lambda entry: entry["id"])
def test_the_rule_is_what_the_corpus_expects(entry: dict[str, str]) -> None:
    if entry["expect"] != "either":  # SECURITY 28
        assert refused(entry["name"]) == (entry["expect"] == "reject"), entry["why"]


def folder(api: Program, name: str) -> str:
    return api.post("/api/folders", {"parent": "root", "name": name}).json["folder"]["id"]


def name_in(api: Program, parent: str) -> list[str]:
    return [item["name"] for item in api.get(f"/api/folders/{parent}?limit=200").json["items"]]


def ways(api: Program, turn: str) -> dict[str, Any]:
    """Every way by which a name comes in: each makes one thing of that name in a folder of its own."""
    parents = {way: folder(api, f"{way} {turn}") for way in ("folder", "multipart", "plain", "rename")}

    def multipart(name: str) -> int:
        body = _form(name, parents["multipart"])
        return api.call("POST", "/api/upload", data=body[0], content_type=body[1]).status_code

    def rename(name: str) -> int:
        made = api.post("/api/folders", {"parent": parents["rename"], "name": f"before {turn}"}).json
        answer = api.patch(f"/api/folders/{made['folder']['id']}", {"name": name})
        if answer.status_code >= 300:
            api.delete(f"/api/folders/{made['folder']['id']}")
        return answer.status_code

    def plain(name: str) -> int:
        path = f"plain {turn}/{name}"
        return api.post(f"/api/files?filename={quote(path, safe='')}", data=b"x").status_code

    return {
        "folder": (
            parents["folder"],
            lambda name: api.post("/api/folders", {"parent": parents["folder"], "name": name}).status_code,
        ),
        "multipart": (parents["multipart"], multipart),
        "plain": (parents["plain"], plain),
        "rename": (parents["rename"], rename),
    }


def _form(name: str, parent: str) -> tuple[bytes, str]:
    """A multipart body as browsers write it: quotes and line ends of a name are percent-escaped (WHATWG HTML)."""
    escaped = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    lines = [
        b"--cut",
        b'Content-Disposition: form-data; name="folder"',
        b"",
        parent.encode(),
        b"--cut",
        f'Content-Disposition: form-data; name="file"; filename="{escaped}"'.encode(errors="surrogatepass"),
        b"Content-Type: application/octet-stream",
        b"",
        b"x",
        b"--cut--",
        b"",
    ]
    return b"\r\n".join(lines), "multipart/form-data; boundary=cut"


BROWSER_CHANGES = set('"%\\\r\n')
"""Characters that a multipart file name cannot carry unchanged: browsers escape them, or readers unescape them."""


@pytest.mark.timeout(300)
def test_every_way_in_gives_every_name_the_same_answer(alice: Person) -> None:
    api = alice.api  # SECURITY 28
    for number, (way, (parent, act)) in enumerate(ways(api, "1").items()):
        expected: dict[str, str] = {}
        for entry in NAMES:
            name = entry["name"]
            if (way == "plain" and ("/" in name or "\ud800" in name)) or (
                way == "multipart" and (BROWSER_CHANGES & set(name) or "\ud800" in name or not name)
            ):
                continue
            kept = unicodedata.normalize("NFC", name)
            status = act(name)
            if refused(name):
                assert status == 400, (way, entry, status)
            elif fold(kept) in expected:
                assert status in ((200,) if way == "plain" else (409,)), (way, entry, status)
            else:
                assert status in (200, 201), (way, entry, status)
                expected[fold(kept)] = kept
        listed = name_in(api, parent)
        assert sorted(listed) == sorted(expected.values()), (number, way)


def test_half_characters_are_refused_by_every_way(alice: Person) -> None:
    raw = '{"parent": "root", "name": "\\ud800.txt"}'
    for path in ("/api/folders", "/api/uploads"):
        answer = alice.api.call("POST", path, data=raw, content_type="application/json")
        assert answer.status_code == 400
        assert answer.json["title"]
    answer = alice.api.post("/api/files?filename=%ED%A0%80.txt", data=b"x")
    assert answer.status_code in (201, 400), "undecodable bytes of an address are read as replacement characters"


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: ascii(pair[0]))
def test_pairs_of_names(alice: Person, pair: tuple[str, str, str, str]) -> None:
    one, two, expected, _ = pair  # SECURITY 29
    make = lambda name: alice.api.post("/api/folders", {"parent": "root", "name": name}).status_code  # noqa: E731
    if refused(one) or refused(two):
        assert [make(name) for name in (one, two)].count(400) == sum(refused(name) for name in (one, two))
        return
    assert make(one) == 201
    same = fold(one) == fold(two)
    assert make(two) == (409 if same else 201)
    if expected in ("same", "different") and two != "strasse.txt" and two != "fi.txt":
        assert same == (expected == "same")


def test_downloads_carry_the_exact_name(alice: Person) -> None:
    for entry in NAMES:  # SECURITY 30
        name = entry["name"]
        if refused(name) or "/" in name:
            continue
        stored = alice.api.post(f"/api/files?filename={quote(name, safe='')}", data=b"bytes")
        file = stored.json["file"]
        answer = alice.api.get(f"/api/files/{file['id']}/download")
        assert answer.status_code == 302
        location = answer.headers["Location"]
        if "/objects/" not in location:
            continue
        with Program(alice.api.app).get(location.removeprefix("http://127.0.0.1:8000")) as got:
            headers = got.headers
        _, options = parse_options_header(headers["Content-Disposition"])
        assert headers["Content-Disposition"].startswith("attachment")
        assert options["filename"] == file["name"] == unicodedata.normalize("NFC", name)
