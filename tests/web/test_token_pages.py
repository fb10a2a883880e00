"""Access tokens on the settings page, without scripts: made, shown once, listed, revoked."""

import re

from tests.web.pages import Page
from tests.web.site import Person, Program, Site
from tests.web.token_holders import make, refused

MAKE, REVOKE = "/settings/tokens#tokens", "/settings/tokens/revoke"


def fill(person: Person, **values: str) -> Page:
    """Fill in and send the form of the settings page."""
    person.browser.get("/settings")
    return person.browser.submit(MAKE, **{"name": "nightly backup", **values})


def shown(page: Page) -> str:
    """The token that the page shows."""
    assert page.tree is not None
    field = next(each for each in page.tree.iter("input") if each.get("id") == "token-made")
    return field.get("value") or ""


def test_a_token_is_made_and_shown_once(site: Site, alice: Person) -> None:  # SECURITY 22
    page = fill(alice)
    assert page.status == 200
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "It is not shown again." in page.text
    reader = Program(site.app, shown(page))
    assert not refused(reader)
    assert reader.post("/api/folders", {"parent": "root", "name": "x"}).status_code == 403, "reading is the default"
    again = alice.browser.get("/settings")
    assert shown(page) not in again.response.text
    assert "nightly backup" in again.text
    assert "Read only" in again.text
    assert re.search(r"last used \d", again.text)


def test_it_may_write_and_never_end(site: Site, alice: Person) -> None:
    page = fill(alice, scope="write", expires_in="never")
    writer = Program(site.app, shown(page))
    assert writer.post("/api/folders", {"parent": "root", "name": "x"}).status_code == 201
    site.clock.forward(days=9000)
    assert not refused(writer)
    alice.api = site.program(alice.user.email, alice.password)
    assert alice.api.get("/api/tokens").json["items"][0]["expires_at"] is None


def test_each_choice_lasts_as_it_says(site: Site, alice: Person) -> None:
    form = alice.browser.get("/settings").form(MAKE).values | {"name": "a"}
    for choice, days in (("604800", 7), ("2592000", 30), ("7776000", 90), ("31536000", 365)):
        browser = site.signed_in_browser(alice.user.email, alice.password)
        token = browser.get("/files").form("/logout").values["csrf_token"]
        program = Program(site.app, shown(browser.post(MAKE, form | {"expires_in": choice, "csrf_token": token})))
        site.clock.forward(days=days - 0.001)
        assert not refused(program), days
        site.clock.forward(days=0.001)
        assert refused(program), days


def test_a_date_is_the_end_of_that_day_where_the_person_is(site: Site, alice: Person) -> None:
    alice.api.patch("/api/me", {"timezone": "Asia/Tokyo"})
    day = site.clock.moment.replace(year=site.clock.moment.year + 1, month=3, day=14).strftime("%Y-%m-%d")
    assert fill(alice, expires_in="date", date=day).status == 200
    assert alice.api.get("/api/tokens").json["items"][0]["expires_at"] == f"{day}T14:59:00.000Z"


def test_the_last_day_of_the_calendar_is_refused_wherever_one_is(alice: Person) -> None:
    for zone in ("America/Los_Angeles", "Asia/Tokyo"):
        alice.api.patch("/api/me", {"timezone": zone})
        assert fill(alice, expires_in="date", date="9999-12-31").status == 400


WRONG = [
    ({"name": ""}, "Give the access token a name"),
    ({"name": "  "}, "Give the access token a name"),
    ({"name": "x" * 101}, "too long"),
    ({"scope": "admin"}, "Not a valid choice"),
    ({"expires_in": "5"}, "Not a valid choice"),
    ({"expires_in": "date"}, "Say on which day it ends."),
    ({"expires_in": "date", "date": "2001-01-01"}, "at least a minute"),
    ({"expires_in": "date", "date": "9998-12-31"}, "at most ten years"),
    ({"expires_in": "date", "date": "0001-01-01"}, "at least a minute"),
    ({"expires_in": "date", "date": "soon"}, "Not a valid date"),
]


def test_a_wrong_form_is_shown_again(alice: Person) -> None:
    form = alice.browser.get("/settings").form(MAKE).values | {"name": "a"}
    for values, sentence in WRONG:
        page = alice.browser.post(MAKE, form | values)
        assert (page.status, sentence in page.text) == (400, True), values
    assert alice.api.get("/api/tokens").json["items"] == []


def test_the_fifty_first_is_refused_in_words(alice: Person) -> None:
    for _ in range(50):
        make(alice)
    page = fill(alice)
    assert (page.status, "Revoke one first." in page.text) == (409, True)


def test_one_is_revoked(site: Site, alice: Person, carol: Person) -> None:
    program = Program(site.app, make(alice)["token"])
    form = alice.browser.get("/settings").form(REVOKE)
    carol.browser.get("/settings")
    theirs = carol.browser.post(REVOKE, {**carol.browser.get("/settings").form(MAKE).values, **token_of(form.values)})
    assert (theirs.status, refused(program)) == (404, False)  # SECURITY 16
    saved = alice.browser.post(REVOKE, form.values)
    assert saved.location == "/settings?saved=tokens#tokens"
    assert refused(program)
    page = alice.browser.follow(saved)
    assert "That access token is revoked." in page.text
    assert not [each for each in page.forms if each.action == REVOKE]


def token_of(values: dict[str, str]) -> dict[str, str]:
    return {"token": values["token"]}


def test_form_and_call_leave_the_same_record(site: Site, alice: Person) -> None:
    fill(alice, scope="write", expires_in="2592000")
    make(alice, name="nightly backup", expires_in=30 * 24 * 60 * 60)
    rows = [item for item in site.services.table.walk() if str(item["sk"]).startswith("TOKEN#")]
    differ = {"sk", "id", "hash", "created", "expires", "ttl"}
    one, two = ({name: value for name, value in row.items() if name not in differ} for row in rows)
    assert one == two
    assert rows[0].keys() == rows[1].keys()


def test_names_are_shown_as_they_are(alice: Person) -> None:
    make(alice, name="<b>\u202eevil & 'co'")
    page = alice.browser.get("/settings")
    assert "<b>\u202eevil & 'co'" in page.text
    assert "<b>\u202e" not in page.response.text
