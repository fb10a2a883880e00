"""The settings page and its acts, and the same by the API."""

from typing import Any

import pytest

from tests.web.site import Person, Site

NEW = "elf kites go up"


def test_profile(alice: Person) -> None:
    page = alice.browser.get("/settings")
    assert page.form("/settings/profile").values["name"] == "Alice"
    saved = alice.browser.submit("/settings/profile", name=" Ana Líza ", timezone="Europe/Berlin")
    page = alice.browser.follow(saved)
    assert "Your profile is saved." in page.text
    assert page.form("/settings/profile").values == {
        "csrf_token": page.form("/settings/profile").values["csrf_token"],
        "name": "Ana Líza",
        "timezone": "Europe/Berlin",
    }


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": "x" * 101}, "too long"),
        ({"name": "a\tb"}, "control characters"),
        ({"timezone": "Mars/Olympus"}, "not known"),
        ({"timezone": "../../etc/passwd"}, "not known"),
    ],
)
def test_a_wrong_profile_is_shown_again(alice: Person, values: dict[str, str], sentence: str) -> None:
    alice.browser.get("/settings")
    page = alice.browser.submit("/settings/profile", **values)
    assert (page.status, sentence in page.text) == (400, True)
    assert alice.api.get("/api/me").json["user"]["name"] == "Alice"


def test_profile_by_the_api(alice: Person) -> None:
    answer = alice.api.patch("/api/me", {"name": "Al", "theme": "dark"})
    assert {"name": "Al", "theme": "dark", "timezone": ""}.items() <= answer.json["user"].items()
    assert alice.api.patch("/api/me", {}).json == answer.json
    assert alice.api.get("/api/me").json == answer.json


@pytest.mark.parametrize(
    "body",
    [
        {"role": "operator"},
        {"id": "x"},
        {"email": "other@example.com"},
        {"state": "active"},
        {"root": "x"},
        {"password": "x"},
        {"epoch": 9},
        {"name": 5},
        {"theme": "pink"},
        {"timezone": "Nowhere"},
        [],
        "x",
    ],
)
def test_nothing_else_can_be_changed(bob: Person, body: Any) -> None:  # SECURITY 21
    before = bob.api.get("/api/me").json
    answer = bob.api.patch("/api/me", body)
    assert answer.status_code == 400
    assert answer.json["title"]
    assert bob.api.get("/api/me").json == before


def test_password(site: Site, alice: Person) -> None:  # SECURITY 14
    alice.browser.get("/settings")
    saved = alice.browser.submit("/settings/password", current=alice.password, password=NEW)
    assert saved.location == "/settings?saved=password#password"
    assert "All other sessions and all access tokens have ended." in alice.browser.get("/settings?saved=password").text
    assert alice.api.get("/api/me").status_code == 401
    assert site.program(alice.user.email, NEW).token
    old = {"email": alice.user.email, "password": alice.password}
    assert site.stranger().post("/api/auth/login", old).status_code == 401


@pytest.mark.parametrize(
    ("current", "new", "field", "sentence"),
    [
        ("wrong", NEW, "current", "The current password is not right."),
        ("", NEW, "current", "Enter your current password."),
        (None, "", "password", "Enter a new password."),
        (None, "short", "password", "at least 10"),
        (None, "x" * 1025, "password", "1,024"),
        ("x" * 1025, NEW, "current", "1,024"),
        (None, "alice@example.com", "password", "e-mail"),
    ],
)
def test_a_wrong_password_changes_nothing(
    site: Site, alice: Person, current: str | None, new: str, field: str, sentence: str
) -> None:  # SECURITY 1, 4, 14
    given = alice.password if current is None else current
    alice.browser.get("/settings")
    page = alice.browser.submit("/settings/password", current=given, password=new)
    assert (page.status, sentence in page.text) == (400, True)
    if given and new:
        answer = alice.api.post("/api/me/password", {"current": given, "password": new})
        assert (answer.status_code, list(answer.json["fields"])) == (400, [field])
    assert site.program(alice.user.email, alice.password).token


def test_guessing_the_current_password_is_limited(alice: Person) -> None:  # SECURITY 7
    body = {"current": "wrong", "password": NEW}
    answers = [alice.api.post("/api/me/password", body).status_code for _ in range(12)]
    assert answers == [400] * 10 + [429] * 2
    alice.browser.get("/settings")
    assert alice.browser.submit("/settings/delete-account", password="wrong").status == 429


def test_theme_is_remembered_for_other_browsers(site: Site, alice: Person) -> None:
    alice.browser.get("/settings")
    saved = alice.browser.submit("/settings/theme", theme="dark")
    assert saved.location == "/settings?saved=theme#appearance"
    assert alice.browser.cookie("theme") == "dark"
    elsewhere = site.signed_in_browser(alice.user.email, alice.password)
    page = elsewhere.get("/settings")
    assert elsewhere.cookie("theme") == "dark"
    assert page.tree is not None
    assert page.tree.get("data-theme") == "dark"
    assert page.form("/settings/theme").values["theme"] == "dark"


def test_an_unknown_theme_is_refused(alice: Person) -> None:
    alice.browser.get("/settings")
    assert alice.browser.submit("/settings/theme", theme="pink").status == 400


def test_deleting_asks_for_the_password(site: Site, alice: Person) -> None:
    alice.browser.get("/settings")
    for wrong, sentence in [("", "Enter your password."), ("wrong", "The current password is not right.")]:
        page = alice.browser.submit("/settings/delete-account", password=wrong)
        assert (page.status, sentence in page.text) == (400, True)
    assert alice.api.get("/api/me").status_code == 200


def test_deleting_ends_the_account_at_once(site: Site, alice: Person, bob: Person) -> None:
    bob.browser.get("/settings")
    gone = bob.browser.submit("/settings/delete-account", password=bob.password)
    assert "Your account is deleted." in bob.browser.follow(gone).text
    assert bob.api.get("/api/me").status_code == 401
    again = {"email": bob.user.email, "password": bob.password}
    assert site.stranger().post("/api/auth/login", again).status_code == 401
    taken = site.stranger().post("/api/auth/register", again)
    assert (taken.status_code, taken.json["code"]) == (409, "email_taken")


def test_the_operators_account_is_deleted_on_the_server_only(alice: Person) -> None:
    alice.browser.get("/settings")
    refused = alice.browser.submit("/settings/delete-account", password=alice.password)
    assert refused.status == 403
    assert "flask user delete" in refused.text
    assert alice.api.get("/api/me").status_code == 200


def test_saved_shows_known_words_only(alice: Person) -> None:
    assert "saved" not in alice.browser.get("/settings?saved=<b>").text


def test_form_pages_keep_their_address_to_themselves(site: Site, alice: Person) -> None:  # SECURITY 13
    for page in (site.browser().get("/login"), site.browser().get("/register"), alice.browser.get("/settings")):
        assert page.response.headers["Referrer-Policy"] == "same-origin"
        assert page.response.headers["Cache-Control"] == "no-store"
