"""Wrong input of every kind to every address of the API: a 4xx, a problem document, a sentence; never a 5xx."""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import product
from urllib.parse import unquote_to_bytes

import pytest
from werkzeug.routing import Rule

from tests.web.site import Person, Program, Site

UNSAFE = ("POST", "PATCH", "PUT", "DELETE")
BODIES: list[tuple[str, bytes, str]] = [
    ("nothing", b"", "application/json"),
    ("no JSON", b"{", "application/json"),
    ("a list", b"[]", "application/json"),
    ("a number", b"7", "application/json"),
    ("null", b"null", "application/json"),
    ("text", b'"x"', "application/json"),
    ("not UTF-8", b'{"name": "\xff"}', "application/json"),
    (
        "half a character",
        b'{"name": "\\ud800", "parent": "root", "email": "\\ud800", "password": "\\ud800"}',
        "application/json",
    ),
    ("a field too many", b'{"no such field": 1}', "application/json"),
    (
        "numbers for text",
        b'{"name": 1, "parent": 2, "email": 3, "password": 4, "item": 5, "ids": 6}',
        "application/json",
    ),
    ("text for numbers", b'{"name": "a", "size": "5", "parent": "root", "parts": ["1"]}', "application/json"),
    (
        "fractions",
        b'{"name": "a", "size": 1.5, "parent": "root", "parts": [1.5], "expires_in": 0.5}',
        "application/json",
    ),
    ("negative", b'{"name": "a", "size": -1, "parent": "root", "parts": [-1], "expires_in": -1}', "application/json"),
    ("huge", b'{"name": "a", "size": 1e400, "parent": "root", "parts": [99999999999999999999]}', "application/json"),
    ("true for numbers", b'{"name": "a", "size": true, "parent": "root", "parts": [true]}', "application/json"),
    ("empty lists", b'{"items": [], "parts": [], "ids": []}', "application/json"),
    ("nested deeply", b'{"name": ' + b"[" * 5000 + b"]" * 5000 + b"}", "application/json"),
    ("a form", b"name=a&parent=root", "application/x-www-form-urlencoded"),
    ("nothing known", b"\x00\x01", "application/octet-stream"),
]
IDS = ["x", "root", "a" * 26, "%00", "..%2f..%2fetc", "a" * 3000, "%F0%9F%98%80", "' OR 1=1"]
TAKES_ANYTHING = {"/api/files", "/api/upload"}
"""Here a body is bytes: what is refused of the first stands below, of the form in `test_upload_form.py`."""
FOR_ANYONE = {"/api/openapi.json", "/api/docs", "/api/zips/<token>"}
NEEDS_NOTHING = {"/api/auth/logout", "/api/auth/refresh", "/api/trash", "/api/sessions"}


def rules(site: Site) -> Iterator[tuple[Rule, str]]:
    """Every address of the API with each of its methods."""
    for rule in site.app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            yield from ((rule, method) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def path_of(rule: Rule, value: str) -> str:
    return re.sub(r"<[^>]+>", lambda _: value, rule.rule)


def check(answer: object, *, what: object) -> None:
    status = answer.status_code  # type: ignore[attr-defined]
    assert 400 <= status < 500, (what, status, answer.text[:300])  # type: ignore[attr-defined]
    assert answer.mimetype == "application/problem+json", what  # type: ignore[attr-defined]
    problem = answer.json  # type: ignore[attr-defined]
    assert problem["status"] == status, what
    assert problem["code"], what
    assert problem["title"].endswith("."), (what, problem["title"])
    assert "Traceback" not in answer.text, what  # type: ignore[attr-defined]


def test_nobody_signed_in_gets_one_401(site: Site, stranger: Program) -> None:
    bearers = ["", "x", "a.b.c", "Bearer", "\u00e9"]  # SECURITY 11
    for rule, method in rules(site):
        if rule.rule.startswith("/api/auth/") or rule.rule in TAKES_ANYTHING | FOR_ANYONE:
            continue
        answers = {stranger.call(method, path_of(rule, "a" * 26)).text}
        for bearer in bearers[1:]:
            answer = Program(site.app, bearer).call(method, path_of(rule, "a" * 26))
            check(answer, what=(rule.rule, method, bearer))
            answers.add(answer.text)
        assert len(answers) == 1, (rule.rule, answers)
        assert '"status":401' in answers.pop()


@pytest.mark.parametrize(("kind", "data", "content_type"), BODIES, ids=[kind for kind, *_ in BODIES])
def test_every_wrong_body_is_a_sentence(site: Site, alice: Person, kind: str, data: bytes, content_type: str) -> None:
    for rule, method in rules(site):  # SECURITY 21, 41
        if method not in ("POST", "PATCH", "PUT") or rule.rule in TAKES_ANYTHING | NEEDS_NOTHING:
            continue
        answer = alice.api.call(method, path_of(rule, "a" * 26), data=data, content_type=content_type)
        check(answer, what=(rule.rule, method, kind))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("filename=", 400),
        ("filename=a%00b", 400),
        ("filename=%FF", 400),
        ("filename=a%ED%A0%80", 400),
        ("filename=..%2Fa", 400),
        ("filename=a%2F%2E%2E%2Fb", 400),
        ("filename=" + "a" * 256, 400),
        ("filename=a&conflict=perhaps", 400),
        ("filename=taken&conflict=ask", 409),
    ],
)
def test_a_file_that_cannot_be_stored_by_its_name_is_a_sentence(alice: Person, query: str, status: int) -> None:
    assert alice.api.call("POST", "/api/files?filename=taken", data=b"first").status_code == 201
    answer = alice.api.call("POST", f"/api/files?{query}", data=b"x")
    check(answer, what=query)
    assert answer.status_code == status, answer.text
    assert alice.api.get("/api/me/usage").json["used"] == len(b"first")


def test_a_file_of_unknown_length_is_411(alice: Person) -> None:
    unknown = {"input_stream": BytesIO(b"x"), "environ_overrides": {"wsgi.input_terminated": True}}
    answer = alice.api.call("POST", "/api/files?filename=a", headers={"Transfer-Encoding": "chunked"}, **unknown)
    check(answer, what="no length")
    assert (answer.status_code, answer.json["code"]) == (411, "length_required")


@pytest.mark.parametrize("query", ["filename=", "filename=nowhere", "filename=a%00b", "filename=%FF", "filename=a/b/c"])
def test_a_file_that_is_not_there_by_its_name_is_a_sentence(alice: Person, query: str) -> None:
    check(alice.api.get(f"/api/files?{query}"), what=query)


@pytest.mark.parametrize("value", ["%FF", "a%C3", "%ED%A0%80", "%C0%AF"])
def test_an_address_that_is_no_text_is_refused_everywhere(site: Site, alice: Person, value: str) -> None:
    """SECURITY 28: nothing is found, or stored, under another name than was sent."""
    for rule in site.app.url_map.iter_rules():
        paths = [f"{path_of(rule, 'a')}?after={value}", *([path_of(rule, value)] if rule.arguments else [])]
        for path, method in product(paths, sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})):
            # The test client would itself replace such bytes of a path.
            sent = {"PATH_INFO": unquote_to_bytes(path.partition("?")[0]).decode("latin-1")}
            answer = alice.api.call(method, path, headers={"Accept": "application/json"}, environ_overrides=sent)
            check(answer, what=(method, path))
            assert (answer.status_code, "UTF-8" in answer.json["title"]) == (400, True), (method, path)


@pytest.mark.parametrize("value", ["%C3%A9", "%F0%9F%98%80", "e%CC%81", "a+b", "%25FF"])
def test_an_address_that_is_text_is_taken(alice: Person, value: str) -> None:
    assert alice.api.call("POST", f"/api/files?filename={value}", data=b"x").status_code == 201


def test_every_malformed_id_is_a_404(site: Site, alice: Person) -> None:
    for rule, method in rules(site):  # SECURITY 16
        if not rule.arguments:
            continue
        for value in IDS:
            if value == "root" and ("folders" in rule.rule or "items" in rule.rule):
                continue
            body = {"name": "x"} if method in ("POST", "PATCH") else None
            body = {"parent": "root"} if rule.rule.endswith("/copy") else body
            body = {"parts": [1]} if rule.rule.endswith("/sign") else body
            body = {"expires_in": 7200} if "shares/" in rule.rule or rule.rule.endswith("/presign") else body
            body = {} if rule.rule.endswith("/complete") else body
            answer = alice.api.call(method, path_of(rule, value), body)
            check(answer, what=(rule.rule, method, value[:40]))
            assert answer.status_code == 404, (rule.rule, method, value[:40], answer.text)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "limit=-1", "limit=1e3", "limit=%ff", "after=x", "after=%00"]
)
def test_every_list_refuses_a_wrong_page(site: Site, alice: Person, query: str) -> None:
    for path in ("/api/folders/root", "/api/files", "/api/uploads", "/api/trash", "/api/shares"):
        check(alice.api.get(f"{path}?{query}"), what=(path, query))


def test_every_unknown_order_is_refused(alice: Person) -> None:
    for order in ("", "--name", "NAME", "owner", "name,size", "\u00e9"):
        if order:
            check(alice.api.get(f"/api/folders/root?sort={order}"), what=order)


def test_wrong_methods_and_unknown_addresses_are_problems(site: Site, alice: Person) -> None:
    check(alice.api.call("PUT", "/api/folders"), what="PUT")
    check(alice.api.call("DELETE", "/api/me"), what="DELETE")
    check(alice.api.get("/api/nothing/here"), what="unknown")
    assert alice.api.call("PUT", "/api/folders").status_code == 405


def test_a_body_beyond_a_mebibyte_is_413(site: Site, alice: Person) -> None:
    answer = alice.api.call("POST", "/api/folders", data=b" " * (1024 * 1024 + 1), content_type="application/json")
    check(answer, what="large")
    assert answer.status_code == 413
