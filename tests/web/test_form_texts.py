"""Forms hold text in UTF-8: what does not is refused, and stored under no other name than was sent. SECURITY 28."""

import pytest
from werkzeug.test import TestResponse

from tests.web.site import Person

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=cut"
NEW_FOLDER = "/files/root/new-folder"


def part(name: bytes, value: bytes, *, filename: bytes = b"", kind: bytes = b"") -> bytes:
    named = b'; filename="' + filename + b'"' if filename else b""
    typed = b"Content-Type: " + kind + b"\r\n" if kind else b""
    return (
        b'--cut\r\nContent-Disposition: form-data; name="'
        + name
        + b'"'
        + named
        + b"\r\n"
        + typed
        + b"\r\n"
        + value
        + b"\r\n"
    )


def post(person: Person, path: str, body: bytes, *, content_type: str) -> TestResponse:
    """As a page sends it, with the token of its session."""
    token = person.browser.get("/files").form("/api/upload").values["csrf_token"]
    headers = {"X-CSRF-Token": token, "Accept": "text/html"}
    return person.browser.client.post(path, data=body, content_type=content_type, headers=headers)


def names(person: Person) -> list[str]:
    return [item["name"] for item in person.api.get("/api/folders/root").json["items"]]


@pytest.mark.parametrize(
    "body", [b"name=c%ff.txt", b"name=c\xff.txt", b"name=%ED%A0%80", b"name=%C3", b"name=a&%FF=b", b"name=\xc3%A9"]
)
def test_a_field_that_is_no_text_is_refused(alice: Person, body: bytes) -> None:
    answer = post(alice, NEW_FOLDER, body, content_type=URLENCODED)
    assert (answer.status_code, "UTF-8" in answer.text) == (400, True)
    assert names(alice) == []


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"name=%C3%A9+%25FF", "é %FF"),
        ("name=\u00e9".encode(), "é"),
        (b"name=%EF%BF%BD&more=%26", "\ufffd"),
    ],
)
def test_a_field_that_is_text_is_taken(alice: Person, body: bytes, name: str) -> None:
    assert post(alice, NEW_FOLDER, body, content_type=URLENCODED).status_code == 303
    assert names(alice) == [name]


@pytest.mark.parametrize(
    "body",
    [
        part(b"name", b"c\xff.txt"),
        part(b"name", b"\xc3\xa9") + part(b"more\xff", b""),
        part(b"name", b"\xe9", kind=b"text/plain; charset=iso-8859-1"),
    ],
)
def test_a_part_that_is_no_text_is_refused(alice: Person, body: bytes) -> None:
    answer = post(alice, NEW_FOLDER, body + b"--cut--\r\n", content_type=MULTIPART)
    assert (answer.status_code, "UTF-8" in answer.text) == (400, True)
    assert names(alice) == []


@pytest.mark.parametrize("name", ["é", "\ufffd", "\U0001f600"])
def test_a_part_that_is_text_is_taken(alice: Person, name: str) -> None:
    body = part(b"name", name.encode(), kind=b"text/plain; charset=utf-8") + b"--cut--\r\n"
    assert post(alice, NEW_FOLDER, body, content_type=MULTIPART).status_code == 303
    assert names(alice) == [name]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (part(b"file", b"x", filename=b"a\xff.txt"), "UTF-8"),
        (part(b"file", b"x", filename=b"a.txt") + part(b"folder", b"\xff"), "UTF-8"),
        (part(b"file", b"x", filename=b"a.txt") + part(b"file", b"x", filename=b"\xff"), "UTF-8"),
        (part(b"folder", b"root"), "Choose a file first."),
    ],
)
def test_a_file_of_a_form_whose_name_is_no_text_is_refused_in_these_words(
    alice: Person, body: bytes, sentence: str
) -> None:
    answer = alice.api.call("POST", "/api/upload", data=body + b"--cut--\r\n", content_type=MULTIPART)
    assert (answer.status_code, sentence in answer.json["title"]) == (400, True), answer.text
    assert names(alice) == []


def test_bytes_of_a_file_may_be_anything(alice: Person) -> None:
    body = part(b"file", b"\xff\xfe\x00", filename="é.bin".encode()) + part(b"folder", b"root") + b"--cut--\r\n"
    answer = alice.api.call("POST", "/api/upload", data=body, content_type=MULTIPART)
    assert (answer.status_code, answer.json["file"]["name"], answer.json["file"]["size"]) == (201, "é.bin", 3)
