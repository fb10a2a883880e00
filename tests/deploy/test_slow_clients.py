"""Who is slow loses the connection, each in its own time, and keeps nobody else waiting."""

import select
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress

import pytest

from benchmarks.shipped import Shipped
from benchmarks.slow_clients import network
from tests.deploy.asking import ask
from tests.deploy.conftest import ECHO

pytestmark = pytest.mark.deploy
MANY = 100
OF_A_PERSON, OF_A_NETWORK, OF_ALL = 4, 8, 16
"""Requests at once that may keep a thread of the application for as long as they like."""
BURST = 200
LARGE = 64 << 20
PATIENCE = 50
"""Seconds."""
SHORT = {
    "client_header_timeout 20s": "client_header_timeout 1s",
    "client_body_timeout 60s": "client_body_timeout 1s",
    "send_timeout 60s": "send_timeout 1s",
    "keepalive_timeout 130s": "keepalive_timeout 1s",
    "proxy_read_timeout 120s": "proxy_read_timeout 1s",
    "rate=200r/s": "rate=1r/s",
}
"""Each of the shipped times, which a test cannot await, and one it can; and a rate that any machine goes beyond."""
HELD = ["POST /api/files", "POST /api/upload", "GET /api/activity.csv"]


def stack_with(folder: str, factory: pytest.TempPathFactory, *, times: dict[str, str]) -> Shipped:
    stack = Shipped(factory.mktemp(folder), application=ECHO, times=times)
    objects = stack.places.data / "objects" / "aa"
    objects.mkdir(parents=True)
    with (objects / "bytes").open("wb") as file:
        file.truncate(LARGE)
    return stack


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shipped]:
    stack = stack_with("hasty", tmp_path_factory, times=SHORT)
    stack.start()
    yield stack
    stack.stop()


@contextmanager
def slow(stack: Shipped, sent: bytes, *, networks: int = 1, first: int = 0) -> Iterator[Sequence[socket.socket]]:
    """Many connections on which so much is said, and no more; `#` in it is the number of each. They come from so many
    networks, of which one has the number `first`.

    At the end the server has let go of all of them: what they held is there for whoever comes next.
    """
    with ExitStack() as held:
        lines = []
        for number in range(MANY):
            line = held.enter_context(socket.socket())
            line.bind((network(first + number % networks), 0))
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            line.settimeout(PATIENCE)
            line.connect(("127.0.0.1", stack.places.port))
            line.sendall(sent.replace(b"#", b"%d" % number))
            lines.append(line)
        yield lines
        for line in lines:
            with suppress(OSError):  # it is over already
                line.shutdown(socket.SHUT_WR)
        for line in lines:
            ended(line)


def ended(line: socket.socket) -> bytes:
    """What was said until the server hung up."""
    said = b""
    try:
        while block := line.recv(65536):
            said += block
    except ConnectionResetError:
        pass
    return said


def heard(lines: Sequence[socket.socket], count: int, *, of: int = select.POLLIN) -> list[socket.socket]:
    """Those of which something came, or that are over: at least so many of them."""
    waiting, found = select.poll(), dict[int, socket.socket]()
    by_descriptor = {line.fileno(): line for line in lines}
    for descriptor in by_descriptor:
        waiting.register(descriptor, of)
    until = time.monotonic() + PATIENCE
    while len(found) < count and time.monotonic() < until:
        for descriptor, _ in waiting.poll(1000):
            waiting.unregister(descriptor)
            found[descriptor] = by_descriptor[descriptor]
    assert len(found) >= count
    return list(found.values())


def test_a_head_that_does_not_end(hasty: Shipped) -> None:
    with slow(hasty, b"GET / HTTP/1.1\r\nHost: a\r\nX-And: ") as lines:
        assert ask(hasty.places.port, "GET", "/").status == 200, "nobody else waits"
        assert {ended(line) for line in lines} == {b""}


def test_a_body_that_does_not_come(hasty: Shipped) -> None:
    with slow(hasty, b"POST /api/uploads HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nbegun") as lines:
        assert ask(hasty.places.port, "GET", "/").status == 200
        assert {ended(line)[:12] for line in lines} <= {b"", b"HTTP/1.1 408"}


def test_an_answer_that_is_not_read(hasty: Shipped) -> None:
    """The connection is over although nothing was read of what had arrived."""
    with slow(hasty, b"GET /bytes HTTP/1.1\r\nHost: a\r\n\r\n") as lines:
        assert ask(hasty.places.port, "GET", "/").status == 200
        heard(lines, MANY, of=0)  # an end is told without being asked for


def test_a_connection_that_is_kept_and_not_used(hasty: Shipped) -> None:
    with slow(hasty, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n") as lines:
        assert all(ended(line).startswith(b"HTTP/1.1 200") for line in lines)


def test_an_application_that_does_not_answer(hasty: Shipped) -> None:
    answer = ask(hasty.places.port, "GET", "/hang")
    assert (answer.status, answer.json()["code"], answer.headers["retry-after"]) == (503, "unavailable", "2")


def whole(stack: Shipped, request: str) -> int:
    """What another person's request is answered with that holds nobody up."""
    method, path = request.split()
    return ask(stack.places.port, method, path, {"Authorization": "Bearer zoe"}, b"whole").status


@pytest.mark.parametrize("request_line", HELD)
def test_who_holds_a_thread_leaves_most_of_them_to_others(echo: Shipped, request_line: str) -> None:
    """Bodies that do not come, of one person, of one network, and of many: the application has 64 threads.

    Networks of its own for each line: one may ask only so often who it is, whatever it asked for before.
    """
    first = MANY * HELD.index(request_line)
    begun = f"{request_line} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nContent-Length: 1000\r\n\r\nbegun"
    for person, networks, most in (("ann", MANY, OF_A_PERSON), ("#", 1, OF_A_NETWORK), ("#", MANY, OF_ALL)):
        with slow(echo, (begun % person).encode(), networks=networks, first=first) as lines:
            assert ask(echo.places.port, "GET", "/").status == 200
            refused = heard(lines, MANY - most)
            assert len(refused) < MANY, "what is within the bounds waits for its body"
            assert {line.recv(65536)[:12] for line in refused} == {b"HTTP/1.1 503"}
            assert whole(echo, request_line) == (503 if most == OF_ALL else 200)


@pytest.mark.parametrize("request_line", HELD)
def test_strangers_hold_no_place_that_is_for_people(echo: Shipped, request_line: str) -> None:
    """Each is answered at once, and goes on sending."""
    begun = f"{request_line} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nbegun".encode()
    with slow(echo, begun, networks=MANY) as lines:
        assert {line.recv(65536)[:12] for line in heard(lines, MANY)} == {b"HTTP/1.1 401"}
        assert whole(echo, request_line) == 200


def test_a_network_cannot_ask_without_end_who_it_is(hasty: Shipped) -> None:
    """So many at first, and a few a second; others are not among them."""
    with slow(hasty, b"GET /api/activity.csv HTTP/1.1\r\nHost: a\r\n\r\n" * 4) as lines:
        said = b"".join(ended(line) for line in lines)
        assert said.count(b"HTTP/1.1 401") >= BURST
        assert said.count(b"HTTP/1.1 429") >= 4 * MANY - BURST - PATIENCE
        assert ask(hasty.places.port, "GET", "/api/files", {"Authorization": "Bearer zoe"}).status == 200


def test_in_the_shipped_times_they_stay(echo: Shipped) -> None:
    """What ends them above is what was shortened."""
    with slow(echo, b"GET / HTTP/1.1\r\nHost: a\r\nX-And: ") as lines:
        time.sleep(2)
        waiting = select.poll()
        for line in lines:
            waiting.register(line, select.POLLIN)
        assert waiting.poll(0) == []
