"""What nginx itself answers, at each location: in the application's way, guarded, and only with what it may take."""

import pytest

from benchmarks.shipped import Shipped
from tests.deploy.asking import Answer, ask, begun, parsed
from tests.deploy.locations import PATHS, locations

pytestmark = pytest.mark.deploy
KIB, MIB = 1 << 10, 1 << 20
HEAD = b"Host: a\r\nConnection: close\r\n\r\n"
ANN = "Authorization: Bearer ann\r\n"
ASKING = "Expect: 100-continue\r\n"
INNER_PATHS = ["/_objects/aa/none", "/_check", "/_person", "/_malformed"]
UNREADABLE = {
    "no HTTP": (b"nonsense\r\n\r\n", 400),
    "no host": (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
    "two hosts": (b"GET / HTTP/1.1\r\nHost: b\r\n" + HEAD, 400),
    "a header without end": (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n" + HEAD, 400),
    "an address without end": (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n" + HEAD, 414),
    "a length that is none": (b"POST / HTTP/1.1\r\nContent-Length: many\r\n" + HEAD, 400),
    "two lengths": (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n" + HEAD, 400),
    "length and blocks": (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n" + HEAD, 400),
    "an unknown coding": (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n" + HEAD, 400),
    "a later HTTP": (b"GET / HTTP/4.0\r\n" + HEAD, 400),
    "TRACE": (b"TRACE / HTTP/1.1\r\n" + HEAD, 405),
    "a place outside": (b"GET /../../etc/passwd HTTP/1.1\r\n" + HEAD, 400),
    "a NUL in the address": (b"GET /%00 HTTP/1.1\r\n" + HEAD, 400),
}
MOST = {
    "/": 2 * MIB,
    "= /api/upload": 1000 * MIB,
    "= /api/files": None,
    "= /api/activity.csv": 2 * MIB,
    "~ ^/objects/[^/]+/[0-9]+$": 128 * MIB,
    "~ ^/objects/[^/]+/[0-9]+/small$": 64 * KIB,
    "~ ^/api/zips/[^/]+$": 2 * MIB,
    "~ ^/api/folders/[^/]+/zip$": 2 * MIB,
    "/static/": 2 * MIB,
}
"""The largest body of each location that people reach."""
INNER = {"= /_check", "= /_person", "/_objects/", "= /_malformed", "= /metrics", "= /status/ready"}


def told_in_our_way(answer: Answer, *, status: int) -> None:
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json"), answer
    assert answer.json()["status"] == status
    assert {"code", "title"} <= set(answer.json())
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["server"] == "nginx", "and no version"


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_cannot_be_read_is_refused_in_words(echo: Shipped, what: str) -> None:
    sent, status = UNREADABLE[what]
    told_in_our_way(parsed(begun(echo.places.port, sent)), status=status)


@pytest.mark.parametrize("path", ["/static/none.js", "/static/", *INNER_PATHS])
def test_what_nginx_has_not_got_is_told_alike(echo: Shipped, path: str) -> None:
    answer = ask(echo.places.port, "GET", path)
    told_in_our_way(answer, status=403 if path == "/static/" else 404)


def test_each_location_has_its_limit_here() -> None:
    assert set(locations()) == set(MOST) | INNER


@pytest.mark.parametrize("location", [place for place, most in MOST.items() if most])
def test_a_body_as_large_as_allowed_is_taken_and_no_larger(echo: Shipped, location: str) -> None:
    """The head is enough: nginx asks for the body that it will take, and for no other."""
    path = PATHS[location][0].replace("/token", "/good")
    method = "PUT" if path.startswith("/objects/") else "GET" if path.startswith("/static/") else "POST"
    for more, first in ((0, b"HTTP/1.1 100 Continue"), (1, b"HTTP/1.1 413 ")):
        length = (MOST[location] or 0) + more
        head = f"{method} {path} HTTP/1.1\r\nHost: a\r\n{ANN}Content-Length: {length}\r\n{ASKING}\r\n"
        said = begun(echo.places.port, head.encode())
        assert said.startswith(first)
        if more:
            told_in_our_way(parsed(said), status=413)


def test_a_file_sent_by_a_program_may_be_of_any_size(echo: Shipped) -> None:
    head = f"POST /api/files?filename=a HTTP/1.1\r\nHost: a\r\n{ANN}Content-Length: {1 << 50}\r\n{ASKING}\r\n"
    assert begun(echo.places.port, head.encode()).startswith(b"HTTP/1.1 100 Continue")


@pytest.mark.parametrize("path", ["/api/files?filename=a", "/api/upload"])
def test_of_a_stranger_no_body_is_awaited_that_would_hold_a_thread(echo: Shipped, path: str) -> None:
    """The application refuses it in its own words, and does not wait for it."""
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n"
    said = begun(echo.places.port, head.encode())
    assert said.startswith(b"HTTP/1.1 401 ")
    assert b'"socket": "app.sock"' in said
