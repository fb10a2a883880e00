"""Access tokens: what each opens by any address, and what none ever opens."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartdrive.domain.keychain import digest
from smartdrive.logs import JsonLines
from smartdrive.web.access import Access, access_of
from tests.web.both import site
from tests.web.site import Person, Program, Site, make_site
from tests.web.token_holders import holder, make, refused

__all__ = ["site"]

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
UNKNOWN = "a" * 32


@pytest.fixture
def here(tmp_path: Path) -> Site:
    """The embedded engine alone, for what engines have no part in."""
    return make_site(tmp_path / "here")


def test_a_program_works_with_a_token(site: Site, alice: Person) -> None:
    program = holder(alice)
    assert program.get("/api/me").json["user"]["id"] == alice.user.id
    file = program.post("/api/files?filename=in/a.txt", data=b"hello").json["file"]
    assert program.get("/api/files?filename=in/a.txt").status_code == 302
    assert program.get(f"/api/files/{file['id']}/download").status_code == 302
    begun = program.post("/api/uploads", {"name": "b", "size": 5, "parent": "root"})
    assert begun.status_code == 201
    assert program.delete(f"/api/uploads/{begun.json['id']}").status_code == 204
    assert program.patch(f"/api/files/{file['id']}", {"name": "b.txt"}).status_code == 200
    assert program.post("/api/shares", {"item": file["id"]}).status_code == 201
    assert program.delete(f"/api/files/{file['id']}").status_code == 204
    assert alice.api.get("/api/trash").json["items"][0]["name"] == "b.txt"


def test_a_reader_reads(here: Site) -> None:
    alice = here.person("alice")
    folder = alice.api.post("/api/folders", {"parent": "root", "name": "in"}).json["folder"]["id"]
    file = alice.api.post("/api/files?filename=a.txt", data=b"a").json["file"]["id"]
    reader = holder(alice, "read")
    for path in ("/api/me", "/api/me/usage", "/api/files", "/api/trash", "/api/shares", "/api/uploads", "/files"):
        assert reader.get(path).status_code == 200, path
    for path in (f"/api/folders/{folder}", f"/api/files/{file}", f"/api/items/{file}/shares", f"/files/{folder}"):
        assert reader.get(path).status_code == 200, path
    assert reader.get("/api/files?filename=a.txt").status_code == 302
    assert reader.call("HEAD", f"/api/files/{file}/download").status_code == 302


def acts(site: Site) -> Iterator[tuple[str, str, Access | None]]:
    """Every address that is not for everybody with each of its methods, and its mark."""
    for rule in site.app.url_map.iter_rules():
        access = access_of(site.app.view_functions[rule.endpoint])
        path = rule.rule
        for name in rule.arguments:
            path = path.replace(f"<{name}>", "x")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if access is not Access.PUBLIC:
                yield method, path, access


def test_a_reader_changes_nothing_by_any_address(here: Site) -> None:
    reader, tried = holder(here.person("alice"), "read"), 0
    for method, path, access in acts(here):
        if method in UNSAFE and access is Access.SIGNED_IN:
            answer = reader.call(method, path, headers={"Accept": "application/json"})
            assert (answer.status_code, answer.json["code"]) == (403, "read_only"), (method, path)
            assert "only read" in answer.json["title"]
            tried += 1
    assert tried > 20


def test_no_token_reaches_tokens_sessions_password_or_account(here: Site) -> None:  # SECURITY 14
    alice = here.person("alice")
    never = {
        ("GET", "/api/tokens"),
        ("POST", "/api/tokens"),
        ("DELETE", "/api/tokens/x"),
        ("GET", "/api/sessions"),
        ("DELETE", "/api/sessions"),
        ("DELETE", "/api/sessions/x"),
        ("POST", "/api/auth/logout"),
        ("POST", "/api/me/password"),
        ("DELETE", "/api/me"),
        ("GET", "/settings"),
        ("POST", "/settings/password"),
        ("POST", "/settings/sessions/end"),
        ("POST", "/settings/delete-account"),
    }
    marked = {(method, path) for method, path, access in acts(here) if access is Access.IN_SESSION}
    assert never <= marked
    for scope in ("read", "write"):
        program = holder(alice, scope)
        for method, path in sorted(marked):
            answer = program.call(method, path, headers={"Accept": "application/json"})
            assert (answer.status_code, answer.json["code"]) == (403, "session_needed"), (method, path)
            assert "Log in" in answer.json["title"]
    assert Program(alice.api.app, make(alice)["token"]).post("/api/auth/refresh").status_code == 401


def test_a_token_is_not_the_operators_session(tmp_path: Path) -> None:
    from flask import Blueprint

    from smartdrive.web.access import operator

    here = make_site(tmp_path)
    machine = Blueprint("machine", __name__)
    machine.add_url_rule("/machine", "room", operator(lambda: "engine room"))
    here.app.register_blueprint(machine)
    alice = here.person("alice")
    assert alice.api.get("/machine").status_code == 200
    assert holder(alice).get("/machine", headers={"Accept": "application/json"}).status_code == 403


def test_a_flaw_in_it_is_the_one_401(site: Site, alice: Person, carol: Person) -> None:  # SECURITY 11
    text = make(alice)["token"]
    secret = text.removeprefix(f"sd_{alice.user.id}")
    flawed = [
        text[:-1],
        text + "a",
        text.upper(),
        text[:-1] + ("a" if text[-1] != "a" else "b"),
        f"sd_{carol.user.id}{secret}",
        f"sd_{'a' * 26}{secret}",
        "sd_",
        f"{text} x",
        "sd_" + "a" * 6000,
        digest(text),
        f"SD_{text[3:]}",
    ]
    for given in flawed:
        assert refused(Program(site.app, given)), given
    assert not refused(Program(site.app, text))
    for header in (f"bearer {text}", f"Bearer  {text}"):
        assert site.stranger().get("/api/me", headers={"Authorization": header}).status_code == 200
    for header in (f"Basic {text}", text, f"Bearer {text}, Bearer {alice.api.token}"):
        assert site.stranger().get("/api/me", headers={"Authorization": header}).status_code == 401
    assert site.stranger().get(f"/api/me?access_token={text}").status_code == 401
    assert alice.browser.get("/api/me", Authorization=f"Bearer {flawed[0]}").status == 401


def test_others_tokens_are_like_unknown_ones(site: Site, alice: Person, carol: Person) -> None:  # SECURITY 16
    made = make(alice)
    answers = [carol.api.delete(f"/api/tokens/{each}") for each in (made["id"], UNKNOWN, "x", "%00", "a" * 3000)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert carol.api.get("/api/tokens").json["items"] == []
    assert alice.api.delete(f"/api/tokens/{made['id']}").status_code == 204
    assert alice.api.delete(f"/api/tokens/{made['id']}").status_code == 404


def test_its_last_use_is_noted_once_an_hour(here: Site) -> None:
    alice = here.person("alice")
    program = holder(alice)

    def last() -> str | None:
        used: str | None = alice.api.get("/api/tokens").json["items"][0]["last_used"]
        return used

    assert last() is None
    program.get("/api/me")
    first = last()
    assert first
    here.clock.forward(minutes=59)
    alice.api = here.program(alice.user.email, alice.password)
    program.get("/api/me")
    assert last() == first
    here.clock.forward(minutes=1)
    program.get("/api/me")
    assert str(last()) > first


def test_deleting_the_account_by_the_api_asks_for_the_password(site: Site, alice: Person, bob: Person) -> None:
    assert bob.api.call("DELETE", "/api/me", {}).status_code == 400  # SECURITY 14
    wrong = bob.api.call("DELETE", "/api/me", {"password": "wrong"})
    assert (wrong.status_code, wrong.json["code"]) == (400, "wrong_password")
    assert not refused(bob.api)
    operator = alice.api.call("DELETE", "/api/me", {"password": alice.password})
    assert (operator.status_code, "flask user delete" in operator.json["title"]) == (403, True)
    make(bob)
    assert bob.api.call("DELETE", "/api/me", {"password": bob.password}).status_code == 204
    assert refused(bob.api)
    for _ in range(4):
        site.clock.forward(minutes=20)
        site.services.upkeep.purge_round()
    assert not [item for item in site.services.table.walk() if item["pk"] == f"U#{bob.user.id}"]


def test_a_browser_that_deletes_its_account_is_signed_out(here: Site) -> None:
    here.person("alice")
    bob = here.person("bob")
    token = bob.browser.get("/settings").form("/logout").values["csrf_token"]
    client = bob.browser.client
    assert client.delete("/api/me", json={"password": bob.password}).status_code == 403  # SECURITY 13
    gone = client.delete("/api/me", json={"password": bob.password}, headers={"X-CSRF-Token": token})
    assert gone.status_code == 204
    assert client.get_cookie("access") is None


def test_no_line_of_a_log_shows_it(here: Site, caplog: pytest.LogCaptureFixture) -> None:  # SECURITY 55
    alice = here.person("alice")
    made = make(alice)
    program = Program(here.app, made["token"])
    with caplog.at_level(logging.INFO):
        program.get("/api/me")
        program.get(f"/api/files/{made['token']}")
        program.get(f"/nothing?x={made['token']}")
        logging.getLogger("test").error("it was %s", made["token"])
    lines = [JsonLines().format(record) for record in caplog.records]
    assert len(lines) > 3
    assert not any(made["token"][29:] in line for line in lines)
