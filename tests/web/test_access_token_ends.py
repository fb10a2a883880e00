"""Access tokens as they are made by the API, how long they last, and what ends them at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from smartdrive.domain.keychain import digest
from tests.web.both import moto_site, site
from tests.web.site import Person, Program, Site, make_site
from tests.web.token_holders import holder, make, refused

__all__ = ["site"]


@pytest.fixture
def here(tmp_path: Path) -> Site:
    """The embedded engine alone, for what engines have no part in."""
    return make_site(tmp_path / "here")


def test_it_is_shown_once_and_only_its_hash_is_kept(site: Site, alice: Person) -> None:  # SECURITY 22
    made = make(alice, "read")
    assert made["token"].startswith("sd_")
    secret = made["token"].removeprefix(f"sd_{alice.user.id}")
    assert len(secret) == 32, "five bits each: 160 that nobody can guess"
    assert set(made) == {"token", "id", "name", "scope", "created", "expires_at", "last_used"}
    shown = {name: value for name, value in made.items() if name != "token"}
    listed = alice.api.get("/api/tokens").json
    assert listed == {"items": [shown], "next": None}
    kept = [str(item) for item in site.services.table.walk()]
    assert not any(secret in row for row in kept)
    assert sum(digest(made["token"]) in row for row in kept) == 1
    assert make(alice)["token"] != made["token"]


def revoked(site: Site, person: Person, made: dict[str, Any]) -> None:
    assert person.api.delete(f"/api/tokens/{made['id']}").status_code == 204


def expired(site: Site, person: Person, made: dict[str, Any]) -> None:
    site.clock.forward(days=90)


def disabled(site: Site, person: Person, made: dict[str, Any]) -> None:
    site.services.accounts.disable(person.user)


def let_in_again(site: Site, person: Person, made: dict[str, Any]) -> None:
    disabled(site, person, made)
    site.services.accounts.enable(site.services.accounts.named(person.user.email))


def deleted(site: Site, person: Person, made: dict[str, Any]) -> None:
    assert person.api.call("DELETE", "/api/me", {"password": person.password}).status_code == 204


def new_password(site: Site, person: Person, made: dict[str, Any]) -> None:
    body = {"current": person.password, "password": "elf kites go up"}
    assert person.api.post("/api/me/password", body).status_code == 204


def operators_password(site: Site, person: Person, made: dict[str, Any]) -> None:
    site.services.accounts.set_password(person.user, "elf kites go up")


ENDINGS = [revoked, expired, disabled, let_in_again, deleted, new_password, operators_password]


@pytest.mark.parametrize("end", ENDINGS, ids=lambda each: each.__name__)
def test_it_ends_at_once_for_every_worker(
    site: Site, alice: Person, bob: Person, end: Callable[[Site, Person, dict[str, Any]], None]
) -> None:  # SECURITY 10, 51: nobody swept the row
    made, other = make(bob), holder(alice, expires_in=None)
    program = Program(site.app, made["token"])
    assert not refused(program)
    end(site, bob, made)
    assert refused(program)
    assert not refused(other)


def test_another_worker_sees_its_end_too(tmp_path: Path) -> None:  # SECURITY 10
    one = make_site(tmp_path)
    alice = one.person("alice")
    made = make(alice)
    elsewhere = Program(make_site(tmp_path).app, made["token"])
    assert not refused(elsewhere)
    assert alice.api.delete(f"/api/tokens/{made['id']}").status_code == 204
    assert refused(elsewhere)


def test_logging_out_and_ending_other_sessions_leave_tokens(here: Site) -> None:
    alice = here.person("alice")
    program = holder(alice)
    assert alice.api.delete("/api/sessions").status_code == 204
    assert alice.api.post("/api/auth/logout").status_code == 204
    assert not refused(program)


def test_how_long_it_lasts(here: Site) -> None:
    alice = here.person("alice")
    now = here.clock.moment.strftime("%Y-%m-%d")
    assert make(alice)["expires_at"] > now
    for given, days in (({}, 90), ({"expires_in": 7 * 86400}, 7), ({"expires_in": 365 * 86400}, 365)):
        program = holder(alice, **given)
        here.clock.forward(days=days - 0.01)
        assert not refused(program), days
        here.clock.forward(days=0.01)
        assert refused(program), days
        alice.api = here.program(alice.user.email, alice.password)
    never = make(alice, expires_in=None)
    assert never["expires_at"] is None
    here.clock.forward(days=9000)
    assert not refused(Program(here.app, never["token"]))
    alice.api = here.program(alice.user.email, alice.password)
    end = here.clock.moment + timedelta(days=365)
    assert make(alice, expires_at=end.isoformat())["expires_at"][:10] == f"{end:%Y-%m-%d}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "  "},
        {"name": "x" * 101},
        {"name": "a\tb"},
        {"name": None},
        {"scope": "admin"},
        {"scope": None},
        {"expires_in": 59},
        {"expires_in": 0},
        {"expires_in": -1},
        {"expires_in": 10**12},
        {"expires_in": "90"},
        {"expires_in": True},
        {"expires_at": "2001-01-01T00:00:00Z"},
        {"expires_at": "9999-12-31T23:59:59-12:00"},
        {"expires_at": "0001-01-01T00:00:00+12:00"},
        {"expires_at": "2030-01-01T00:00:00"},
        {"expires_in": 3600, "expires_at": "2030-01-01T00:00:00Z"},
        {"user": "somebody"},
        {"epoch": 5},
        {"hash": "x"},
    ],
)
def test_what_cannot_be_made(here: Site, wrong: dict[str, Any]) -> None:  # SECURITY 21
    alice = here.person("alice")
    answer = alice.api.post("/api/tokens", {"name": "a", "scope": "read", **wrong})
    assert answer.status_code == 400, answer.text
    assert answer.json["title"]
    assert answer.json["fields"]
    assert alice.api.get("/api/tokens").json["items"] == []


def test_name_and_scope_must_be_said(here: Site) -> None:
    alice = here.person("alice")
    for missing in ("name", "scope"):
        body = {"name": "a", "scope": "read"}
        del body[missing]
        answer = alice.api.post("/api/tokens", body)
        assert (answer.status_code, list(answer.json["fields"])) == (400, [missing])


def test_fifty_a_person_also_when_made_at_the_same_moment(site: Site, alice: Person) -> None:
    for _ in range(47):
        make(alice)
    body = {"name": "one more", "scope": "read"}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: alice.api.post("/api/tokens", body).status_code, range(6)))
    assert sorted(answers) == [201] * 3 + [409] * 3
    full = alice.api.post("/api/tokens", body)
    assert (full.status_code, full.json["code"]) == (409, "enough")
    assert "50" in full.json["title"]
    one = alice.api.get("/api/tokens").json["items"][0]["id"]
    assert alice.api.delete(f"/api/tokens/{one}").status_code == 204
    assert alice.api.post("/api/tokens", body).status_code == 201


@pytest.fixture
def moto(tmp_path: Path) -> Iterator[Site]:
    yield from moto_site(tmp_path / "moto")


def test_the_life_of_tokens_on_the_other_engine(moto: Site) -> None:  # SECURITY 10, 22
    moto.person("alice")
    bob = moto.person("bob")
    reader, writer = make(bob, "read"), make(bob)
    assert [each["id"] for each in bob.api.get("/api/tokens").json["items"]] == [writer["id"], reader["id"]]
    programs = [Program(moto.app, each["token"]) for each in (reader, writer)]
    assert [each.post("/api/files?filename=a", data=b"a").status_code for each in programs] == [403, 201]
    revoked(moto, bob, reader)
    assert [refused(each) for each in programs] == [True, False]
    assert "last_used" in bob.api.get("/api/tokens").json["items"][0]
    new_password(moto, bob, writer)
    assert refused(programs[1])
    make(bob)
    rows = [item for item in moto.services.table.walk() if str(item["sk"]).startswith("TOKEN#")]
    assert len(rows) == 1, "making one removes those that are over"
    bob.password = "elf kites go up"
    deleted(moto, bob, writer)
    for _ in range(4):
        moto.clock.forward(minutes=20)
        moto.services.upkeep.purge_round()
    assert not [item for item in moto.services.table.walk() if item["pk"] == f"U#{bob.user.id}"]
