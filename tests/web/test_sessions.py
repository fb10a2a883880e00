"""Sessions: what ends them, at once and everywhere, and the list of one's own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from smartdrive.domain.errors import NotSignedIn
from smartdrive.services.accounts import Visitor
from tests.web.site import Person, Program, Site, make_site


def end_by_logout_page(site: Site, ada: Person) -> None:
    ada.browser.get("/settings")
    assert ada.browser.submit("/logout").location == "/login?notice=out"


def end_by_logout_api(site: Site, ada: Person) -> None:
    assert ada.api.post("/api/auth/logout").status_code == 204


def end_by_other_device(site: Site, ada: Person) -> None:
    other = site.program(ada.user.email, ada.password)
    assert other.delete("/api/sessions").status_code == 204
    assert other.get("/api/me").status_code == 200


def end_one_by_one(site: Site, ada: Person) -> None:
    other = site.program(ada.user.email, ada.password)
    for session in other.get("/api/sessions").json["items"]:
        if not session["current"]:
            assert other.delete(f"/api/sessions/{session['id']}").status_code == 204


def change_password(site: Site, ada: Person) -> None:
    other = site.program(ada.user.email, ada.password)
    body = {"current": ada.password, "password": "elf kites go up"}
    assert other.post("/api/me/password", body).status_code == 204
    assert other.get("/api/me").status_code == 200


def operator_sets_password(site: Site, ada: Person) -> None:
    site.services.accounts.set_password(ada.user, "elf kites go up")


def operator_disables(site: Site, ada: Person) -> None:
    site.services.accounts.disable(ada.user)


def operator_deletes(site: Site, ada: Person) -> None:
    site.services.accounts.delete(ada.user)


def thirty_days_pass(site: Site, ada: Person) -> None:
    site.clock.forward(days=30, minutes=1)


ENDINGS = [
    end_by_other_device,
    end_one_by_one,
    change_password,
    operator_sets_password,
    operator_disables,
    operator_deletes,
    thirty_days_pass,
]


@pytest.mark.parametrize("end", ENDINGS)
def test_all_tokens_are_dead_at_once_on_every_worker(
    tmp_path: Path, end: Callable[[Site, Person], None]
) -> None:  # SECURITY 10
    site, worker = make_site(tmp_path), make_site(tmp_path)
    ada = site.person("ada")
    elsewhere = [Program(worker.app, ada.api.token), Program(site.app, ada.api.token)]
    assert [program.get("/api/me").status_code for program in elsewhere] == [200, 200]
    end(site, ada)
    if end is not thirty_days_pass:  # the other worker has a clock of its own
        assert [program.get("/api/me").status_code for program in elsewhere] == [401, 401]
        assert Program(worker.app, ada.api.refresh).post("/api/auth/refresh").status_code == 401
    assert Program(site.app, ada.api.token).get("/api/me").status_code == 401
    assert Program(site.app, ada.api.refresh).post("/api/auth/refresh").status_code == 401
    page = ada.browser.get("/settings")
    assert (page.status, page.location) == (303, "/login?next=/settings")


@pytest.mark.parametrize("end", [end_by_logout_page, end_by_logout_api])
def test_logging_out_ends_this_session_and_no_other(
    site: Site, end: Callable[[Site, Person], None]
) -> None:  # SECURITY 10
    ada = site.person("ada")
    end(site, ada)
    lives = (ada.api.get("/api/me").status_code, ada.browser.get("/api/me").status)
    assert lives == ((200, 401) if end is end_by_logout_page else (401, 200))


def test_a_stolen_cookie_is_worth_nothing_after_logout(site: Site, alice: Person) -> None:  # SECURITY 10
    stolen = {name: alice.browser.cookie(name) or "" for name in ("access", "refresh")}
    end_by_logout_page(site, alice)
    assert alice.browser.cookie("access") is None
    thief = site.browser()
    for name, value in stolen.items():
        thief.client.set_cookie(name, value)
    assert thief.get("/api/me").status == 401


def test_a_form_of_an_ended_session_leads_to_the_login(site: Site, alice: Person) -> None:
    alice.browser.get("/settings")
    site.services.accounts.disable(alice.user)
    page = alice.browser.submit("/settings/profile", name="New")
    assert (page.status, page.location) == (303, "/login?notice=ended")
    assert "Your session has ended." in alice.browser.follow(page).text
    answer = alice.browser.client.post("/api/folders", json={"parent": "root", "name": "x"})
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")


def test_the_list_tells_devices_apart(site: Site, alice: Person) -> None:  # SECURITY 14
    items = alice.api.get("/api/sessions").json["items"]
    assert {item["device"]: item["current"] for item in items} == {"": True, "Firefox on Linux": False}
    assert {item["address"] for item in items} == {"127.0.0.1"}
    text = alice.browser.get("/settings").text
    assert "Firefox on Linux 127.0.0.1 · this one" in text
    assert "Unknown device" in text


def test_the_page_ends_one(site: Site, alice: Person) -> None:  # SECURITY 14
    page = alice.browser.get("/settings")
    assert page.form("/settings/sessions/end").values["session"]
    saved = alice.browser.submit("/settings/sessions/end")
    assert saved.location == "/settings?saved=sessions#sessions"
    assert "That session has ended." in alice.browser.get("/settings?saved=sessions").text
    assert alice.api.get("/api/me").status_code == 401


def test_nobody_ends_the_session_of_another(alice: Person, carol: Person) -> None:  # SECURITY 16
    hers = alice.api.get("/api/sessions").json["items"][0]["id"]
    answers = [carol.api.delete(f"/api/sessions/{each}") for each in (hers, "a" * 26, "x" * 2000, "%00", "ä")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert alice.api.get("/api/me").status_code == 200


def test_being_seen_is_noted_now_and_then(site: Site, alice: Person) -> None:
    def seen() -> str:
        items = alice.api.get("/api/sessions").json["items"]
        return next(str(item["seen"]) for item in items if item["current"])

    first = seen()
    site.clock.forward(minutes=9)
    assert seen() == first
    site.clock.forward(minutes=2)
    alice.api.get("/api/me")
    assert seen() > first


def test_a_session_that_began_with_the_old_password_does_not_survive(site: Site, alice: Person) -> None:
    """Whoever signs in while the password changes was let in by the old one."""
    before = site.services.accounts.sign_in(alice.user.email, alice.password, visitor=Visitor("127.0.0.1"))
    change_password(site, alice)
    with pytest.raises(NotSignedIn):
        site.services.sessions.begin(before)
