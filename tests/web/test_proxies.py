"""Whose word about the visitor's address is taken."""

from pathlib import Path
from typing import Any

import pytest

from tests.web.site import make_site

CLAIMS = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "99",
    "X-Forwarded-Prefix": "/evil",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=https",
    "X-Real-IP": "203.0.113.9",
    "Client-IP": "203.0.113.9",
}


def seen(folder: Path, peer: str, headers: dict[str, str], **settings: Any) -> tuple[str, str]:
    """The address a session notes, and everything else that the answer says."""
    site = make_site(folder, **settings)
    user, password = site.account("ada")
    body = {"email": user.email, "password": password}
    client = site.app.test_client(use_cookies=False)
    answer = client.post("/api/auth/login", json=body, headers=headers, environ_base={"REMOTE_ADDR": peer})
    assert answer.status_code == 200
    return site.services.sessions.list(user)[0].address, str(answer.headers)


@pytest.mark.parametrize("name", CLAIMS)
def test_a_strangers_claims_have_no_effect(tmp_path: Path, name: str) -> None:  # SECURITY 9
    address, headers = seen(tmp_path, "198.51.100.7", {name: CLAIMS[name]}, trusted_proxies="10.0.0.0/8")
    assert address == "198.51.100.7"
    assert "evil" not in headers


@pytest.mark.parametrize("name", [name for name in CLAIMS if name not in ("X-Forwarded-For", "X-Forwarded-Proto")])
def test_a_proxy_is_asked_for_two_headers_only(tmp_path: Path, name: str) -> None:  # SECURITY 9
    address, headers = seen(tmp_path, "10.0.0.1", {name: CLAIMS[name]}, trusted_proxies="10.0.0.0/8")
    assert address == "10.0.0.1"
    assert "evil" not in headers


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("192.0.2.66, 203.0.113.9", "203.0.113.9"),
        ("192.0.2.66, 203.0.113.9, 10.1.1.1", "203.0.113.9"),
        ("203.0.113.9, nonsense", "10.0.0.1"),
        ("10.1.1.1, 10.2.2.2", "10.0.0.1"),
        ("", "10.0.0.1"),
        (",,,", "10.0.0.1"),
        ("2001:db8::7", "2001:db8::7"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("<script>", "10.0.0.1"),
    ],
)
def test_a_proxys_chain_is_read_from_the_right(tmp_path: Path, chain: str, address: str) -> None:  # SECURITY 9
    settings = {"trusted_proxies": "10.0.0.0/8"}
    assert seen(tmp_path, "10.0.0.1", {"X-Forwarded-For": chain}, **settings)[0] == address


def test_a_unix_socket_is_a_proxy_only_behind_nginx(tmp_path: Path) -> None:  # SECURITY 9
    claim = {"X-Forwarded-For": "203.0.113.9"}
    assert seen(tmp_path / "a", "", claim, behind_nginx=True)[0] == "203.0.113.9"
    assert seen(tmp_path / "b", "", claim)[0] == ""
    assert seen(tmp_path / "c", "198.51.100.7", claim, behind_nginx=True)[0] == "198.51.100.7"


def test_limits_count_the_visitor_not_the_proxy(tmp_path: Path) -> None:  # SECURITY 8, 9
    site = make_site(tmp_path, trusted_proxies="10.0.0.0/8", limit_register="1/hour")

    def register(turn: int, visitor: str, peer: str = "10.0.0.1") -> int:
        body = {"email": f"p{turn}@example.com", "password": "elf kites go up"}
        headers = {"X-Forwarded-For": visitor}
        client = site.app.test_client(use_cookies=False)
        answer = client.post("/api/auth/register", json=body, headers=headers, environ_base={"REMOTE_ADDR": peer})
        return answer.status_code

    assert [register(1, "203.0.113.1"), register(2, "203.0.113.2"), register(3, "192.0.2.1")] == [201, 429, 201]
    liar = "198.51.100.7"
    assert [register(4, "192.0.3.1", liar), register(5, "192.0.4.1", liar)] == [201, 429]
