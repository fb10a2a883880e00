"""Tokens: what opens, what is one 401, and who renews what."""

import time
import warnings
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import jwt
import pytest

from smartdrive.domain.keychain import keychain
from smartdrive.web.claims import MOST, Claims, Known
from tests.web.site import SECRET, Person, Program, Site, make_site

KEY = keychain(SECRET).current
SIGNING = KEY.derive("tokens")


def claims(person: Person, **other: Any) -> dict[str, Any]:
    own = jwt.decode(person.api.token, options={"verify_signature": False})
    return {name: value for name, value in {**own, **other}.items() if value is not None}


def signed(content: dict[str, Any], *, key: bytes = SIGNING, algorithm: str = "HS256", kid: Any = KEY.id) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a short key for a long algorithm is the point of one forgery
        return jwt.encode(content, key, algorithm=algorithm, headers={} if kid is None else {"kid": kid})


def test_a_token_of_ours_opens(alice: Person) -> None:
    program = Program(alice.api.app, signed(claims(alice)))
    assert program.get("/api/me").status_code == 200


def forgeries(alice: Person, carol: Person) -> dict[str, str]:
    now = int(time.time())
    none = jwt.encode(claims(alice), "", algorithm="none", headers={"kid": KEY.id})
    return {
        "nothing": "",
        "garbage": "x.y.z",
        "no dots": "garbage",
        "unsigned": none,
        "stripped": none.rsplit(".", 1)[0] + ".",
        "another key": signed(claims(alice), key=b"k" * 32),
        "another algorithm": signed(claims(alice), algorithm="HS512"),
        "expired": signed(claims(alice, exp=now - 1)),
        "from the future": signed(claims(alice, nbf=now + 600)),
        "another issuer": signed(claims(alice, iss="other")),
        "no issuer": signed(claims(alice, iss=None)),
        "another audience": signed(claims(alice, aud="other")),
        "no audience": signed(claims(alice, aud=None)),
        "a refresh token": alice.api.refresh,
        "no subject": signed(claims(alice, sub=None)),
        "a number as subject": signed(claims(alice, sub=7)),
        "nobody": signed(claims(alice, sub="nobody")),
        "no session": signed(claims(alice, sid=None)),
        "a list as session": signed(claims(alice, sid=["x"])),
        "somebody else's session": signed(claims(alice, sid=claims(carol)["sid"])),
        "somebody else": signed(claims(alice, sub=carol.user.id)),
        "no key id": signed(claims(alice), kid=None),
        "an unknown key id": signed(claims(alice), kid="00000000"),
        "an odd key id": signed(claims(alice), kid="schl\u00fcssel"),
        "no json": f"{urlsafe_b64encode(b'x').decode()}.{urlsafe_b64encode(b'y').decode()}.z",
        "long": "a" * 6000,
    }


def test_everything_else_is_one_401(alice: Person, carol: Person) -> None:  # SECURITY 11
    for what, token in forgeries(alice, carol).items():
        answer = alice.api.call("GET", "/api/me", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json) == (
            401,
            {"status": 401, "code": "not_signed_in", "title": "Please log in."},
        ), what
        assert answer.content_type == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Smart Drive"'


@pytest.mark.parametrize("header", ["Bearer", "bearer ", "Bearer a b", "BEARER x"])
def test_odd_headers_are_the_same_401(alice: Person, header: str) -> None:  # SECURITY 11
    answer = alice.api.call("GET", "/api/me", headers={"Authorization": header})
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


def test_a_bad_bearer_is_not_saved_by_a_good_cookie(alice: Person) -> None:
    assert alice.browser.get("/api/me").status == 200
    assert alice.browser.get("/api/me", Authorization="Bearer nonsense").status == 401


def test_refreshing(alice: Person) -> None:
    refresh = Program(alice.api.app, alice.api.refresh)
    answer = refresh.post("/api/auth/refresh")
    assert answer.status_code == 200
    assert set(answer.json) == {"access_token", "expires_in"}
    assert Program(alice.api.app, answer.json["access_token"]).get("/api/me").status_code == 200


def test_only_a_refresh_token_as_bearer_refreshes(alice: Person, site: Site) -> None:  # SECURITY 11
    assert alice.api.post("/api/auth/refresh").status_code == 401
    assert site.stranger().post("/api/auth/refresh").status_code == 401
    assert alice.browser.post("/api/auth/refresh", {}).status == 401


def test_guessing_refresh_tokens_is_limited(site: Site) -> None:  # SECURITY 7
    answers = [site.stranger().post("/api/auth/refresh").status_code for _ in range(102)]
    assert answers == [401] * 100 + [429] * 2


def test_the_previous_secret_is_accepted_while_it_is_rotated(tmp_path: Path) -> None:
    before = make_site(tmp_path)
    alice = before.person("alice")
    token = alice.browser.get("/settings").form("/settings/profile").values["csrf_token"]
    after = make_site(tmp_path, secret="another secret, just as long: 9876543210", secret_previous=SECRET)
    assert Program(after.app, alice.api.token).get("/api/me").status_code == 200
    alice.browser.client.application = after.app
    page = alice.browser.post("/settings/profile", {"name": "New", "timezone": "", "csrf_token": token})
    assert page.status == 303
    assert after.program(alice.user.email, alice.password).token
    later = make_site(tmp_path, secret="another secret, just as long: 9876543210")
    assert Program(later.app, alice.api.token).get("/api/me").status_code == 401
    assert later.program(alice.user.email, alice.password).token, "the hash moved to the new pepper at login"


class TestKnownTokens:
    """A genuine token's claims are kept, so that its signature is checked once."""

    def test_it_ends_when_it_says_so(self) -> None:  # SECURITY 11
        known = Known()
        known.keep("Bearer x", Claims("u", "s", ends=100))
        assert known.find("Bearer x", now=99.9) == Claims("u", "s", ends=100)
        assert known.find("Bearer x", now=100) is None
        assert known.find("Bearer y", now=99.9) is None

    def test_it_opens_nothing_once_its_session_is_over(self, alice: Person) -> None:  # SECURITY 10
        again = Program(alice.api.app, alice.api.token)
        assert [again.get("/api/me").status_code for _ in range(2)] == [200, 200]
        assert alice.api.post("/api/auth/logout").status_code == 204
        assert again.get("/api/me").status_code == 401

    def test_a_forgery_of_a_known_one_opens_nothing(self, alice: Person) -> None:  # SECURITY 11
        assert alice.api.get("/api/me").status_code == 200
        head, body, mac = alice.api.token.split(".")
        for forged in (f"{head}.{body}.{mac[:-2]}", f"{head}.{body}.", f"{head}.{body}.{mac[::-1]}"):
            assert Program(alice.api.app, forged).get("/api/me").status_code == 401

    def test_so_many_are_kept_and_no_more(self) -> None:
        known = Known()
        for number in range(MOST + 1):
            known.keep(str(number), Claims("u", "s", ends=100))
        assert known.find("0", now=0) is None
        assert known.find("1", now=0)
        assert known.find(str(MOST), now=0)


class TestPages:
    def test_a_page_renews_silently(self, alice: Person) -> None:  # SECURITY 13
        alice.browser.drop("access")
        page = alice.browser.get("/settings")
        assert page.status == 200
        assert [line.split("=")[0] for line in page.response.headers.getlist("Set-Cookie")] == ["access"]
        alice.browser.drop("refresh")
        assert alice.browser.get("/settings").status == 200

    def test_an_expired_token_renews_too(self, alice: Person) -> None:  # SECURITY 13
        alice.browser.client.set_cookie("access", signed(claims(alice, exp=int(time.time()) - 5)))
        assert alice.browser.get("/settings").status == 200

    def test_forms_and_uploads_of_open_tabs_go_on(self, alice: Person) -> None:  # SECURITY 13
        form = alice.browser.get("/settings").form("/settings/profile")
        alice.browser.drop("access")
        assert alice.browser.post("/settings/profile", form.values | {"name": "Al"}).status == 303
        alice.browser.drop("access")
        alice.browser.get("/settings")
        assert alice.browser.post("/settings/profile", form.values | {"name": "Ally"}).status == 303

    def test_a_refresh_cookie_renews_nothing_once_the_session_ended(self, alice: Person, site: Site) -> None:
        for session in site.services.sessions.list(alice.user):
            site.services.sessions.end(alice.user, session.id)
        alice.browser.drop("access")
        page = alice.browser.get("/settings")
        assert (page.status, page.location) == (303, "/login?next=/settings")
        assert page.response.headers.getlist("Set-Cookie") == []


class TestHttps:
    def test_cookies_are_locked_to_the_host(self, tmp_path: Path) -> None:  # SECURITY 12
        site = make_site(tmp_path, public_url="https://drive.example")
        user, password = site.account("ada")
        client = site.app.test_client()
        base = "https://drive.example"
        form = client.get("/login", base_url=base)
        token = form.text.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"email": user.email, "password": password, "csrf_token": token}
        answer = client.post("/login", data=data, base_url=base)
        assert answer.status_code == 303
        lines = form.headers.getlist("Set-Cookie") + answer.headers.getlist("Set-Cookie")
        secrets = [line for line in lines if not line.startswith("theme=")]
        assert {line.split("=")[0] for line in secrets} == {
            "__Host-visitor",
            "__Host-access",
            "__Host-refresh",
            "__Host-device",
        }
        for line in secrets:
            assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(line.split("; "))
            assert "Domain" not in line
        assert client.get("/settings", base_url=base).status_code == 200
