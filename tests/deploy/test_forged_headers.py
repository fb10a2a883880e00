"""Headers that only nginx may set never reach the application from a client, whatever the location."""

import re

import pytest

from benchmarks.shipped import Shipped
from tests.deploy.asking import ask, raw

pytestmark = pytest.mark.deploy

BODY_FILE = "X-Body-File"
FORGED = {
    BODY_FILE: "/etc/forged",
    "X-Original-URI": "/objects/good/1?forged",
    "X-Original-Method": "forged",
    "X-Original-Length": "forged",
    "X-Forwarded-For": "forged, 203.0.113.9",
    "X-Forwarded-Host": "forged.example",
    "X-Forwarded-Port": "4forged",
    "X-Forwarded-Prefix": "/forged",
    "X-Forwarded-Proto": "forged",
    "X-Real-IP": "forged",
    "X-Request-ID": "forged",
    "Forwarded": "for=forged",
}
THROUGH_THE_APP = ["/", "/login", "/s/token", "/api/upload", "/api/files?filename=a", "/api/uploads", "/objects/good"]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]


def values(told: dict[str, str]) -> str:
    return " ".join(text for name, text in told.items() if name not in {"host", "user-agent"})


# SECURITY 9
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", THROUGH_THE_APP)
def test_no_forged_header_passes_any_location(echo: Shipped, path: str, method: str) -> None:
    told = ask(echo.places.port, method, path, FORGED, b"abc").json()
    assert told["socket"] == "app.sock"
    assert "forged" not in values(told["headers"])
    assert told["headers"].get("x-body-file", "") == ""
    assert told["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert told["headers"]["x-forwarded-proto"] == "http"
    assert re.fullmatch(r"[0-9a-f]{32}", told["headers"]["x-request-id"])


@pytest.mark.parametrize("path", ["/api/upload", "/api/files?filename=a"])
def test_nor_the_door_before_what_holds_a_thread(echo: Shipped, path: str) -> None:  # SECURITY 9
    known = {**FORGED, "Authorization": "Bearer ann", "X-Person": "forged"}
    told = ask(echo.places.port, "POST", path, known, b"abc").json()
    assert (told["socket"], told["body"], told["headers"].pop("x-person")) == ("app.sock", 3, "forged")
    assert "forged" not in values(told["headers"])
    assert told["headers"].get("x-body-file", "") == ""


def test_a_part_is_told_by_the_name_of_its_file_and_nothing_forged(echo: Shipped) -> None:
    told = ask(echo.places.port, "PUT", "/objects/good/1", FORGED, b"x" * 300_000).json()
    assert (told["socket"], told["body"]) == ("parts.sock", 0)
    file = told["headers"].pop("x-body-file")
    assert re.fullmatch(re.escape(f"{echo.places.data}/bodies/") + r"\d{10}", file)
    assert "forged" not in values(told["headers"])
    assert told["headers"]["x-forwarded-for"] == "127.0.0.1"


@pytest.mark.parametrize(
    "path", ["/objects/good/%31", "//objects///good//1", "/x/../objects/good/1", "/objects/good/1?a=b"]
)
def test_other_spellings_of_a_part_pass_the_same_door(echo: Shipped, path: str) -> None:
    """The check refuses the address as written, or the body became a file: never forged, never streamed."""
    answer = ask(echo.places.port, "PUT", path, FORGED, b"abc")
    if answer.status == 200:
        told = answer.json()
        assert (told["socket"], told["body"]) == ("parts.sock", 0)
        assert told["headers"]["x-body-file"].startswith(f"{echo.places.data}/bodies/")
    else:
        assert answer.status == 403


@pytest.mark.parametrize(
    "path", ["/OBJECTS/good/1", "/objects/good/1/", "/objects/good/1/2", "/objects/good/x", "/objects/check"]
)
def test_what_is_no_part_goes_the_ordinary_way(echo: Shipped, path: str) -> None:
    answer = ask(echo.places.port, "PUT", path, FORGED, b"abc")
    if answer.status == 200:
        assert answer.json()["socket"] == "app.sock"
        assert answer.json()["headers"].get("x-body-file", "") == ""


@pytest.mark.parametrize(
    "spelling", ["x_body_file", "X_BODY_FILE", "X-Body_File", "x-bOdY-fIlE", "X-Body-File\t", "X-Body-File "]
)
def test_no_spelling_of_the_header_passes(echo: Shipped, spelling: str) -> None:
    sent = (
        f"GET / HTTP/1.1\r\nHost: a\r\n{spelling}: /etc/forged\r\nX-Body-File: /etc/forged\r\nConnection: close\r\n\r\n"
    )
    assert b"/etc/forged" not in raw(echo.places.port, sent.encode())


@pytest.mark.parametrize("path", ["/_check", "/_person", "/_objects/aa/bytes", "/_objects/"])
@pytest.mark.parametrize("method", METHODS)
def test_inner_addresses_are_not_there_for_anybody(echo: Shipped, path: str, method: str) -> None:
    assert ask(echo.places.port, method, path, FORGED).status == 404
