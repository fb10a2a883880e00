"""Who a request is from: behind a proxy that is named, behind none; and how much one network may ask at once."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.shipped import Shipped, of_nginx
from tests.deploy.asking import Answer, ask
from tests.deploy.conftest import ECHO

pytestmark = pytest.mark.deploy
KNOCKS = 101
"""What a network may try in one go; ten more come with each second."""
AT_ONCE = 200
ENOUGH = 4000
"""Tries that go beyond ten a second on any machine."""

DOORS = ["/login", "/register", "/api/auth/login", "/s/token/unlock", "/%6cogin"]


class Behind(Shipped):
    """As behind a balancer on this machine, so that a test may come from wherever it says."""

    def nginx_files(self) -> dict[str, str]:
        named = of_nginx("http-behind.conf", {"192.0.2.0/24": "127.0.0.0/8"})
        return {**super().nginx_files(), "http-proxies.conf": named}


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shipped]:
    stack = Behind(tmp_path_factory.mktemp("behind"), application=ECHO)
    stack.start()
    yield stack
    stack.stop()


def told(stack: Shipped, **said: str) -> dict[str, str]:
    headers: dict[str, str] = ask(
        stack.places.port, "GET", "/", {f"X-Forwarded-{k}": v for k, v in said.items()}
    ).json()["headers"]
    return headers


# SECURITY 9
@pytest.mark.parametrize(
    ("chain", "counts"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9, 127.0.0.7", "203.0.113.9"),
        ("2001:db8::7", "2001:db8::7"),
        ("203.0.113.9, nonsense", "127.0.0.1"),
    ],
)
def test_of_a_chain_the_last_that_is_no_proxy_counts(behind: Shipped, chain: str, counts: str) -> None:
    assert told(behind, For=chain)["x-forwarded-for"] == counts


@pytest.mark.parametrize(("said", "proto"), [("https", "https"), ("http", "http"), ("evil", "http"), ("", "http")])
def test_a_proxy_says_how_people_come(behind: Shipped, said: str, proto: str) -> None:
    assert told(behind, For="203.0.113.9", Proto=said)["x-forwarded-proto"] == proto
    answer = ask(behind.places.port, "GET", "/static/dist/manifest.json", {"X-Forwarded-Proto": said})
    assert ("strict-transport-security" in answer.headers) == (proto == "https")


# SECURITY 9
def test_nobody_else_says_how_they_come(echo: Shipped) -> None:
    headers = told(echo, For="203.0.113.9", Proto="https", Host="evil.example")
    assert (headers["x-forwarded-for"], headers["x-forwarded-proto"]) == ("127.0.0.1", "http")
    answer = ask(echo.places.port, "GET", "/static/dist/manifest.json", {"X-Forwarded-Proto": "https"})
    assert "strict-transport-security" not in answer.headers


def knock(stack: Shipped, address: str, *, path: str = "/login", method: str = "POST") -> Answer:
    return ask(stack.places.port, method, path, {"X-Forwarded-For": address}, b"" if method == "POST" else None)


def refused_at(stack: Shipped, address: str, *, path: str = "/login") -> list[int]:
    """Statuses up to the first refusal, from many tries at the same time."""
    found: list[int] = []
    with ThreadPoolExecutor(8) as pool:
        while 429 not in found and len(found) < ENOUGH:
            found += pool.map(lambda _: knock(stack, address, path=path).status, range(40))
    return found


@pytest.mark.parametrize("path", DOORS)
def test_a_network_that_knocks_too_often_waits_and_nobody_else_does(behind: Shipped, path: str) -> None:
    number = DOORS.index(path)
    found = refused_at(behind, f"203.0.113.{number}", path=path)
    assert found.count(200) >= KNOCKS
    assert set(found) == {200, 429}
    assert knock(behind, "198.51.100.200").status == 200
    assert [knock(behind, f"203.0.113.{number}", path=path, method="GET").status for _ in range(5)] == [200] * 5


def test_the_refusal_says_when_to_come_again(behind: Shipped) -> None:
    refused_at(behind, "203.0.113.251")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: knock(behind, "203.0.113.251"), range(80)))
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.headers["content-type"] == "application/problem+json"
    assert (refused.json()["code"], refused.headers["retry-after"]) == ("too_many", "5")


# SECURITY 9
def test_a_forged_address_does_not_help_who_knocks(behind: Shipped) -> None:
    found: list[int] = []
    with ThreadPoolExecutor(8) as pool:
        while 429 not in found and len(found) < ENOUGH:
            found += pool.map(lambda n: knock(behind, f"198.51.100.{n}, 203.0.113.250").status, range(40))
    assert 429 in found


def test_a_network_of_ipv6_is_one(behind: Shipped) -> None:
    refused_at(behind, "2001:db8:1:2::1")
    with ThreadPoolExecutor(8) as pool:
        same = list(pool.map(lambda n: knock(behind, f"2001:db8:1:2:{n:x}::9").status, range(1, 80)))
        other = list(pool.map(lambda n: knock(behind, f"2001:db8:1:{n:x}::1").status, range(3, 80)))
    assert 429 in same
    assert set(other) == {200}


def test_one_network_cannot_hold_all_connections(behind: Shipped) -> None:
    """Bodies that never end: each holds one until its time is over."""
    head = (
        "POST /api/uploads HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.252\r\nContent-Length: 1000\r\n\r\nbegun"
    )
    with ExitStack() as held:
        for _ in range(AT_ONCE + 20):
            line = held.enter_context(socket.create_connection(("127.0.0.1", behind.places.port), timeout=60))
            line.sendall(head.encode())
        for _ in range(600):
            refused = knock(behind, "203.0.113.252", path="/files", method="GET").status
            if refused == 429:
                break
        assert refused == 429
        assert knock(behind, "203.0.113.253", path="/files", method="GET").status == 200


def test_the_file_for_proxies_names_each_network_in_both_places() -> None:
    """The installer writes such lines again for each network."""
    text = (Path(__file__).resolve().parents[2] / "deploy" / "nginx" / "http-behind.conf").read_text("utf-8")
    assert text.count("192.0.2.0/24") == 2
