"""Nothing changes for a browser without the token of its page; programs with a bearer token need none."""

from collections.abc import Iterator

import pytest
from flask import Flask

from smartdrive.web.access import Access, access_of, needs_csrf
from tests.web.site import Person, Site

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def unsafe_rules(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and an example address of every view that changes something and is open to a browser session."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if needs_csrf(view):
            path = rule.rule
            for name in rule.arguments:
                path = path.replace(f"<{name}>", "x").replace(f"<int:{name}>", "1").replace(f"<path:{name}>", "x")
            yield from ((method, path) for method in sorted((rule.methods or set()) & UNSAFE))


def test_every_unsafe_view_asks_for_the_token(site: Site, alice: Person) -> None:  # SECURITY 13
    rules = list(unsafe_rules(site.app))
    assert len(rules) > 20
    for method, path in rules:
        for token in ("", "0" * 32, "0" * 64, "0" * 66, "\u00e4"):
            answer = alice.browser.client.open(
                path, method=method, headers={"X-CSRF-Token": token.encode().decode("latin-1")}
            )
            assert answer.status_code == 403, (method, path)
            assert "grown old" in answer.text


def test_views_without_the_check_take_no_cookie(site: Site) -> None:  # SECURITY 13
    exempt = {
        rule.rule: access_of(site.app.view_functions[rule.endpoint])
        for rule in site.app.url_map.iter_rules()
        if not needs_csrf(site.app.view_functions[rule.endpoint]) and (rule.methods or set()) & UNSAFE
    }
    assert exempt == dict.fromkeys(
        [
            "/api/auth/register",
            "/api/auth/login",
            "/api/auth/refresh",
            "/objects/<token>/<part>",
            "/objects/<token>/<part>/small",
        ],
        Access.PUBLIC,
    )


def test_the_header_will_do_for_scripts(alice: Person) -> None:
    token = alice.browser.get("/settings").form("/logout").values["csrf_token"]
    client = alice.browser.client
    made = client.post("/api/folders", json={"parent": "root", "name": "new"}, headers={"X-CSRF-Token": token})
    assert made.status_code == 201
    assert client.post("/api/folders", json={"parent": "root", "name": "other"}).status_code == 403


def test_the_page_tells_scripts_the_token(alice: Person) -> None:
    page = alice.browser.get("/settings")
    assert page.tree is not None
    named = {meta.get("name"): meta.get("content") for meta in page.tree.iter("meta")}
    assert named["csrf-token"] == page.form("/logout").values["csrf_token"]


def test_the_token_of_another_session_is_no_use(site: Site, alice: Person, carol: Person) -> None:  # SECURITY 13
    hers = carol.browser.get("/settings").form("/settings/profile").values
    assert alice.browser.post("/settings/profile", hers).status == 403
    other = site.signed_in_browser(alice.user.email, alice.password)
    own_other = other.get("/settings").form("/settings/profile").values
    assert alice.browser.post("/settings/profile", own_other).status == 403


@pytest.mark.parametrize("path", ["/login", "/register"])
def test_signed_out_forms_are_bound_to_their_browser(site: Site, path: str) -> None:  # SECURITY 13
    user, password = site.account("ada")
    mine, attackers = site.browser(), site.browser()
    token = attackers.get(path).form(path).values["csrf_token"]
    values = {"email": user.email, "password": password, "name": "", "csrf_token": token}
    assert mine.post(path, values).status == 403
    mine.get(path)
    assert mine.post(path, values).status == 403
    assert mine.cookie("access") is None


def test_every_answer_masks_the_token_anew_and_all_of_them_hold(site: Site, alice: Person) -> None:  # SECURITY 13
    seen = [alice.browser.get("/settings").form("/settings/profile").values["csrf_token"] for _ in range(8)]
    assert len({token[at : at + 32] for token in seen for at in (0, 32)}) == 16, "neither half stands in two answers"
    client = alice.browser.client
    for number, token in enumerate(seen):
        body = {"parent": "root", "name": f"folder {number}"}
        assert client.post("/api/folders", json=body, headers={"X-CSRF-Token": token}).status_code == 201
    mixed = {"X-CSRF-Token": seen[0][:32] + seen[1][32:]}
    assert client.post("/api/folders", json={"parent": "root", "name": "mixed"}, headers=mixed).status_code == 403


def test_the_token_of_a_signed_out_page_is_good_on_the_next(site: Site) -> None:
    user, password = site.account("ada")
    browser = site.browser()
    first = browser.get("/login").form("/login").values["csrf_token"]
    browser.get("/register")
    assert browser.post("/login", {"email": user.email, "password": password, "csrf_token": first}).status == 303
    browser = site.browser()
    browser.get("/login")
    cookie = browser.cookie("visitor") or ""
    assert len(cookie) >= 22
    assert cookie not in browser.get("/login").response.text


def test_a_json_body_without_the_header_is_refused_even_with_the_right_content_type(alice: Person) -> None:
    answer = alice.browser.client.patch("/api/me", json={"name": "Eve"})
    assert (answer.status_code, answer.json["code"]) == (403, "bad_token")


def test_getting_changes_nothing(site: Site, alice: Person) -> None:  # SECURITY 13
    for path in ("/logout", "/settings/profile", "/settings/delete-account", "/api/auth/logout", "/trash/empty"):
        assert alice.browser.get(path).status == 405, path
    assert alice.browser.get("/settings").status == 200
