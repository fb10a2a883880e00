"""Smart Drive behind the shipped nginx.conf: what goes up comes down, and no header opens the back door."""

import hashlib
import os
import secrets
import socket
from urllib.parse import urlsplit

import pytest

from benchmarks.shipped import Shipped
from tests.deploy.asking import Answer, ask, raw
from tests.deploy.conftest import Person, bodies

pytestmark = pytest.mark.deploy
MIB = 1 << 20


def put(alice: Person, url: str, body: bytes, **headers: str) -> Answer:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return ask(alice.port, "PUT", urlsplit(url).path, named, body)


def uploaded(alice: Person, body: bytes, name: str = "") -> str:
    """The id of a new file."""
    begun = alice.begin(len(body), name)
    assert put(alice, begun["url"], body).status == 200
    done = alice.complete(begun)
    assert done.status == 201, done.body
    return str(done.json()["file"]["id"])


@pytest.mark.parametrize("size", [0, 1, 300_000, 16 * MIB - 1])
def test_what_goes_up_in_one_body_comes_down(site: Shipped, alice: Person, size: int) -> None:
    body = os.urandom(size)
    assert alice.fetch(uploaded(alice, body)).body == body
    assert bodies(site) == []


def test_what_goes_up_in_parts_comes_down(site: Shipped, alice: Person) -> None:
    body = os.urandom(40 * MIB)
    begun = alice.begin(len(body))
    size = begun["part_size"]
    signed = alice.ask("POST", f"/api/uploads/{begun['id']}/sign", {"parts": [1, 2, 3]}).json()["urls"]
    for number in (3, 1, 2):
        assert put(alice, signed[str(number)]["url"], body[(number - 1) * size : number * size]).status == 200
    file = alice.complete(begun).json()["file"]["id"]
    assert hashlib.sha256(alice.fetch(file).body).digest() == hashlib.sha256(body).digest()
    assert bodies(site) == []


@pytest.mark.parametrize(("size", "refusal"), [(1000, 400), (100_000, 403)])  # the application reads a small one itself
def test_a_body_of_another_length_than_signed_is_refused(site: Shipped, alice: Person, size: int, refusal: int) -> None:
    begun = alice.begin(size)
    for length in (0, size - 1, size + 1):
        assert put(alice, begun["url"], b"x" * length).status == refusal
    blocks = ask(alice.port, "PUT", urlsplit(begun["url"]).path, {"Transfer-Encoding": "chunked"}, [b"x" * (size - 1)])
    assert blocks.status == refusal
    assert alice.complete(begun).status == 409
    assert bodies(site) == []


# SECURITY 38
def test_a_cut_body_leaves_no_part(site: Shipped, alice: Person) -> None:
    begun = alice.begin(MIB)
    head = (
        f"PUT {urlsplit(begun['url']).path} HTTP/1.1\r\nHost: 127.0.0.1:{alice.port}\r\nContent-Length: {MIB}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", alice.port)) as line:
        line.sendall(head.encode() + b"x" * 50_000)
    assert bodies(site) == []
    assert alice.complete(begun).json()["missing"] == [1]


def test_a_forged_body_file_has_no_effect_on_a_good_address(site: Shipped, alice: Person) -> None:
    """Neither on nginx's own path nor on the application's socket for everything else."""
    planted = site.places.data / "bodies" / "planted"
    planted.write_bytes(b"p" * 9)
    try:
        begun = alice.begin(9)
        assert put(alice, begun["url"], b"mine mine", X_Body_File=str(planted)).status == 200
        assert alice.fetch(alice.complete(begun).json()["file"]["id"]).body == b"mine mine"
        assert planted.read_bytes() == b"p" * 9
    finally:
        planted.unlink()


def test_the_other_socket_believes_no_body_file(site: Shipped, alice: Person) -> None:
    """Even who reaches it past nginx: the application looks at the socket, not at what a request says."""
    planted = site.places.data / "bodies" / "planted"
    planted.write_bytes(b"p" * 9)
    try:
        path = urlsplit(alice.begin(9)["url"]).path
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(site.places.socket("app")))
            forged = f"X-Body-File: {planted}\r\nContent-Length: 0"
            sent = f"PUT {path} HTTP/1.1\r\nHost: 127.0.0.1:{alice.port}\r\n{forged}\r\n\r\n"
            line.sendall(sent.encode())
            assert line.recv(12) == b"HTTP/1.1 400"
        assert planted.read_bytes() == b"p" * 9
    finally:
        planted.unlink()


# SECURITY 31
def test_a_download_has_its_name_its_guards_and_no_credentials(alice: Person) -> None:
    got = alice.fetch(uploaded(alice, b"<script>alert(1)</script>", "häßlich \u6587.html"))
    assert got.body == b"<script>alert(1)</script>"
    assert got.headers["content-disposition"].startswith("attachment;")
    assert "filename*=UTF-8''h%C3%A4%C3%9Flich%20%E6%96%87.html" in got.headers["content-disposition"]
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert got.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in got.headers
    assert got.headers["cache-control"].startswith("private")


def test_ranges_validators_and_head(alice: Person) -> None:
    body = os.urandom(100_000)
    there = alice.ask("GET", f"/api/files/{uploaded(alice, body)}/download").headers["location"]
    path = urlsplit(there).path
    whole = ask(alice.port, "GET", path)
    etag = whole.headers["etag"]
    part = ask(alice.port, "GET", path, {"Range": "bytes=10-19", "If-Range": etag})
    assert (part.status, part.body, part.headers["content-range"]) == (206, body[10:20], "bytes 10-19/100000")
    assert ask(alice.port, "GET", path, {"Range": "bytes=-5"}).body == body[-5:]
    assert ask(alice.port, "GET", path, {"Range": "bytes=10-19", "If-Range": '"other"'}).body == body
    assert ask(alice.port, "GET", path, {"Range": "bytes=100000-"}).status == 416
    assert ask(alice.port, "GET", path, {"If-None-Match": etag}).status == 304
    head = ask(alice.port, "HEAD", path)
    assert (head.status, head.headers["content-length"], head.body) == (200, "100000", b"")


def test_a_forged_download_address_is_refused(alice: Person) -> None:
    path = urlsplit(alice.ask("GET", f"/api/files/{uploaded(alice, b'abc')}/download").headers["location"]).path
    assert ask(alice.port, "GET", path).status == 200
    assert ask(alice.port, "GET", path[:-1] + ("A" if path[-1] != "A" else "B")).status == 403
    assert ask(alice.port, "GET", path, {"X-Accel-Redirect": "/_objects/"}).body == b"abc"


def test_a_program_sends_and_gets_a_file_by_name(alice: Person) -> None:
    body, name = os.urandom(5 * MIB), f"{secrets.token_hex(4)}.bin"
    bearer = {"Authorization": f"Bearer {alice.token}"}
    assert ask(alice.port, "POST", f"/api/files?filename={name}", bearer, body).status == 201
    there = ask(alice.port, "GET", f"/api/files?filename={name}", bearer).headers["location"]
    assert ask(alice.port, "GET", urlsplit(there).path).body == body


# SECURITY 9
def test_wrong_sign_ins_count_for_the_peer_whatever_it_says_about_itself(alice: Person) -> None:
    """The limit per network holds although every try names another address, and no other account is spared.

    It counts by the minute, of which the tries may see two.
    """

    def tried(number: int) -> int:
        forged = {
            "X-Forwarded-For": f"198.51.{number}.7",
            "X-Real-IP": f"198.51.{number}.8",
            "Forwarded": f"for=198.51.{number}.9",
            "Content-Type": "application/json",
        }
        entry = f'{{"email":"nobody{number}@example.org","password":"not the one at all"}}'.encode()
        return ask(alice.port, "POST", "/api/auth/login", forged, entry, source="127.9.9.9").status

    answers = [tried(number) for number in range(10)]
    assert answers == [401] * 10
    assert 429 in (tried(number) for number in range(10, 21))


# SECURITY 9
def test_sessions_show_the_peer_and_not_what_it_says(alice: Person) -> None:
    forged = {"Authorization": f"Bearer {alice.token}", "X-Forwarded-For": "198.51.100.7"}
    assert b"198.51.100.7" not in ask(alice.port, "GET", "/api/sessions", forged).body


def test_a_page_comes_through_with_its_policy(site: Shipped) -> None:
    page = ask(site.places.port, "GET", "/login")
    assert page.status == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert b"/static/dist/" in page.body


# SECURITY 25
@pytest.mark.parametrize("path", ["/login", "/api/me", "/"])
def test_another_host_than_ours_is_refused(site: Shipped, path: str) -> None:
    assert ask(site.places.port, "GET", path, {"Host": "evil.example"}).status == 400


def test_a_wrong_request_line_is_refused_without_a_trace_of_the_application(site: Shipped) -> None:
    assert raw(site.places.port, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 400")
