"""What nginx writes down: one JSON line a request, and nothing that opens a link. SECURITY 55."""

import json
import select
import socket
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from benchmarks.shipped import Shipped, shipped
from tests.deploy.asking import ask, raw
from tests.deploy.conftest import ECHO

pytestmark = pytest.mark.deploy
TOKEN = "kY3sEcReT-token_0123456789"
ACCESS = "sd_" + "kyesecret2345677" * 4
SESSION = "eyJhbGciOiJIUzI1NiJ9.kYeSeCrEt2345677.s1gn-aTuRe_of"
SPELLINGS = [
    f"/s/{TOKEN}",
    f"/s/{TOKEN}/download?x=1",
    f"/%73/{TOKEN}",
    f"//s//{TOKEN}",
    f"/x/../s/{TOKEN}/unlock",
    f"/s/{TOKEN}/%0Ax",
    f"/x%0A{ACCESS}",
    f"/objects/{TOKEN}",
    f"/api/zips/{TOKEN}",
    f"/objects/{TOKEN}/1",
    f"/o%62jects/{TOKEN}/1",
    f"/login?next=/s/{TOKEN}",
    f"/files?X-Amz-Signature={TOKEN}",
    f"/api/tokens/{ACCESS}",
    f"/api/files/%73d_{ACCESS[3:]}/download",
    f"/s/x/{ACCESS}",
    f"/s/{TOKEN}/{ACCESS}/s/{TOKEN}",
    f"/{ACCESS}/s/{TOKEN}",
    f"/{ACCESS}/{ACCESS}",
    f"/s/{TOKEN}/s/{TOKEN}",
    f"/https://drive.test/s/{TOKEN}",
    f"/s/x/s/{TOKEN}/objects/{TOKEN}",
    f"/files/{SESSION}",
    f"/s/x/{SESSION}/{SESSION}",
    f"/files/%0A%65yJ{SESSION[3:]}",
    f"/files%3FX-Amz-Signature={TOKEN}",
]
AGENTS = [
    f"curl https://drive.test/s/{TOKEN}",
    f"me {ACCESS}",
    f"me {ACCESS.upper()}",
    f"Authorization: Bearer {SESSION}",
    SESSION,
    f"x-amz-signature={TOKEN}",
    f"password: {TOKEN}",
]


def lines(stack: Shipped, marker: str) -> list[dict[str, Any]]:
    """The log's lines that hold the marker, as soon as nginx wrote one down."""
    log = stack.places.logs / "nginx.log"
    for _ in range(600):
        found = [json.loads(line) for line in log.read_text("utf-8").splitlines() if marker in line]
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{marker} was not logged")


@pytest.fixture(scope="module")
def asked(echo: Shipped) -> Shipped:
    """Where all that follows was asked for: nginx writes once a second."""
    for number, path in enumerate(SPELLINGS):
        ask(echo.places.port, "GET", path, {"User-Agent": f"agent-{number}.", "Referer": f"http://a/s/{TOKEN}"})
    for number, agent in enumerate(AGENTS):
        ask(echo.places.port, "GET", f"/agents/{number}.", {"User-Agent": agent})
    return echo


def tells_none(told: dict[str, Any]) -> None:
    for secret in (TOKEN, ACCESS[3:], ACCESS[3:].upper(), SESSION.split(".")[1]):
        assert secret not in str(told)


# SECURITY 55
@pytest.mark.parametrize("path", SPELLINGS)
def test_no_token_is_written_down_however_it_is_spelt(asked: Shipped, path: str) -> None:
    for line in lines(asked, f"agent-{SPELLINGS.index(path)}."):
        tells_none(line)


# SECURITY 55
@pytest.mark.parametrize("agent", AGENTS)
def test_nor_what_a_program_calls_itself(asked: Shipped, agent: str) -> None:
    (line,) = lines(asked, f"/agents/{AGENTS.index(agent)}.")
    assert line["agent"] == "***"
    tells_none(line)


def test_a_line_says_what_happened_under_the_id_the_application_was_given(echo: Shipped) -> None:
    told = ask(echo.places.port, "GET", "/files/abc?a=b", {"User-Agent": "one line"}).json()
    (line,) = lines(echo, '"one line"')
    assert line["request_id"] == told["headers"]["x-request-id"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/files/abc", "200")
    assert (line["address"], line["app_status"]) == ("127.0.0.1", "200")


def test_a_download_is_logged_under_the_address_that_was_asked_for(echo: Shipped) -> None:
    """Not under the inner one that the application redirects to."""
    (echo.places.data / "objects" / "aa").mkdir(parents=True, exist_ok=True)
    (echo.places.data / "objects" / "aa" / "bytes").write_bytes(b"abc")
    assert ask(echo.places.port, "GET", "/bytes", {"User-Agent": "reader"}).body == b"abc"
    assert lines(echo, '"reader"')[0]["path"] == "/bytes"


@pytest.mark.parametrize("agent", ['quote " and \\ backslash', "tab\tand \x1b[31mcolour", 'x","path":"/forged'])
def test_no_input_breaks_a_line(echo: Shipped, agent: str) -> None:
    path = f"/unbroken/{len(agent)}"
    sent = f"GET {path} HTTP/1.1\r\nHost: a\r\nUser-Agent: {agent}\r\nConnection: close\r\n\r\n"
    raw(echo.places.port, sent.encode("latin-1"))
    assert [line["agent"] for line in lines(echo, path)] == [agent]


def test_an_application_that_is_down_is_503_and_leaves_no_token_in_any_log(tmp_path: Path) -> None:
    with shipped(tmp_path, application=ECHO) as stack:
        gunicorn = stack.programs.running[0]
        gunicorn.terminate()
        gunicorn.wait(120)
        for method, path in [("GET", f"/s/{TOKEN}"), ("GET", f"/objects/{TOKEN}"), ("PUT", f"/objects/{TOKEN}/1")]:
            answer = ask(stack.places.port, method, path, {"User-Agent": "late"}, b"abc" if method == "PUT" else None)
            assert (answer.status, answer.json()["code"]) == (503, "unavailable")
            assert int(answer.headers["retry-after"]) > 0
        assert lines(stack, "/s/***")[0]["app_status"] == "502"
        nowhere_in(stack)


def nowhere_in(stack: Shipped) -> None:
    for log in stack.places.logs.glob("nginx*"):
        assert TOKEN not in log.read_text("utf-8"), log.name


FEW = {"worker_processes auto": "worker_processes 1", "worker_connections 4096": "worker_connections 20"}


def unfinished(stack: Shipped) -> socket.socket:
    """A request with half of its body, or what is left of it where nobody took it."""
    line = socket.create_connection(("127.0.0.1", stack.places.port), timeout=60)
    with suppress(ConnectionError):
        line.sendall(f"POST /objects/{TOKEN} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na".encode())
    return line


def waiting(lines: list[socket.socket]) -> list[socket.socket]:
    """Those of which nothing came yet, as soon as one was turned away."""
    look, by_descriptor = select.poll(), {line.fileno(): line for line in lines}
    for descriptor in by_descriptor:
        look.register(descriptor, select.POLLIN)
    for descriptor, _ in look.poll(60_000):
        by_descriptor.pop(descriptor).close()
    return list(by_descriptor.values())


def finished(line: socket.socket) -> bytes:
    """What is answered now, nothing when the connection was needed for somebody else."""
    try:
        line.sendall(b"b")
        return line.recv(65536)
    except ConnectionError:
        return b""


def test_a_server_that_has_no_connection_left_writes_no_token_down(tmp_path: Path) -> None:  # SECURITY 55
    """nginx tells of that at its second highest level, with the request that it had none for."""
    stack = Shipped(tmp_path, application=ECHO, times=FEW)
    stack.start()
    try:
        with ExitStack() as held:
            begun = [held.enter_context(unfinished(stack)) for _ in range(60)]
            said, end = b"", time.monotonic() + 60
            while not said.startswith(b"HTTP/1.1 503") and time.monotonic() < end:
                begun = waiting(begun)
                said = finished(begun.pop(0))
                begun += [held.enter_context(unfinished(stack)) for _ in range(20)]
            assert said.startswith(b"HTTP/1.1 503")
        assert lines(stack, '"path":"/objects/***","status":"503"')
        nowhere_in(stack)
    finally:
        stack.stop()
