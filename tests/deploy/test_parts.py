"""Upload bodies at the door: checked before a byte is taken, bounded, and gone when nobody took them over."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from benchmarks.shipped import Shipped
from tests.deploy.asking import ask
from tests.deploy.conftest import bodies

pytestmark = pytest.mark.deploy
KIB, MIB = 1 << 10, 1 << 20


def head(path: str, length: int, more: str = "") -> bytes:
    return f"PUT {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n{more}\r\n".encode()


def test_a_forged_address_is_refused_before_its_body_is_sent(echo: Shipped) -> None:
    with socket.create_connection(("127.0.0.1", echo.places.port), timeout=60) as line:
        line.sendall(head("/objects/forged/1", 64 * MIB, "Expect: 100-continue\r\n"))
        assert line.recv(12) == b"HTTP/1.1 403"
    assert bodies(echo) == []


def test_a_thousand_forged_parts_leave_no_byte(echo: Shipped) -> None:
    def forge(number: int) -> int:
        return ask(echo.places.port, "PUT", f"/objects/forged{number}/1", {}, b"x" * 2048).status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(forge, range(1000))) == {403}
    assert bodies(echo) == []


def test_the_body_of_a_small_file_goes_along_and_is_never_a_file(echo: Shipped) -> None:
    told = ask(echo.places.port, "PUT", "/objects/good/1/small", {"X-Body-File": "/etc/forged"}, b"x" * 64 * KIB).json()
    assert (told["socket"], told["body"]) == ("app.sock", 64 * KIB)
    assert told["headers"].get("x-body-file", "") == ""
    assert bodies(echo) == []


def test_a_thousand_forged_small_files_leave_no_byte(site: Shipped) -> None:
    def forge(number: int) -> int:
        return ask(site.places.port, "PUT", f"/objects/forged{number}/1/small", {}, b"x" * 2048).status

    staging = site.places.data / "staging"
    before = {path.name for path in staging.iterdir()}
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(forge, range(1000))) == {403}
    assert bodies(site) == []
    assert {path.name for path in staging.iterdir()} <= before


def test_a_large_part_passes(echo: Shipped) -> None:
    told = ask(echo.places.port, "PUT", "/objects/good/1", {}, b"x" * 40 * MIB).json()
    assert told["socket"] == "parts.sock"


def test_a_body_that_nobody_took_over_is_removed(echo: Shipped) -> None:
    assert ask(echo.places.port, "PUT", "/objects/good/1", {}, b"x" * MIB).status == 200
    assert bodies(echo) == []


# SECURITY 38
def test_a_cut_body_never_reaches_the_application(echo: Shipped) -> None:
    with socket.create_connection(("127.0.0.1", echo.places.port), timeout=60) as line:
        line.sendall(head("/objects/good/77", MIB) + b"x" * 1000)
        line.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            assert line.recv(65536) == b""
    assert bodies(echo) == []
    assert "/objects/good/77" not in (echo.places.logs / "gunicorn.out").read_text("utf-8")


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE", "OPTIONS"])
def test_a_part_is_only_put(echo: Shipped, method: str) -> None:
    for path in ("/objects/good/1", "/objects/good/1/small"):
        answer = ask(echo.places.port, method, path, {}, b"abc")
        assert (answer.status, answer.json()["code"]) == (403, "forbidden")


def test_a_body_of_unknown_length_is_held_to_the_limit_too(echo: Shipped) -> None:
    blocks = (b"x" * MIB for _ in range(3))
    assert ask(echo.places.port, "POST", "/api/uploads", {"Transfer-Encoding": "chunked"}, blocks).status == 413
