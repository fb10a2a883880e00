"""Making accounts, by the form and as a program."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.web.site import Person, Site, make_site

GOOD = "elf kites go up"


def register(site: Site, *, email: str = "ada@example.com", password: str = GOOD, **more: object) -> tuple[int, object]:
    answer = site.stranger().post("/api/auth/register", {"email": email, "password": password, **more})
    return answer.status_code, answer.json


def test_a_program_makes_an_account(site: Site) -> None:
    status, body = register(site, name="Ada Lovelace")
    assert status == 201
    assert isinstance(body, dict)
    assert {"email": "ada@example.com", "name": "Ada Lovelace", "role": "operator"}.items() <= body["user"].items()
    assert "password" not in str(body)


def test_the_form_makes_an_account_and_signs_in(site: Site) -> None:
    browser = site.browser()
    assert "The first one is the operator" in browser.get("/register").text
    page = browser.submit("/register", name="Ada", email="ada@example.com", password=GOOD)
    assert (page.status, page.location) == (303, "/files")
    assert browser.get("/api/me").response.json["user"]["name"] == "Ada"


def test_only_the_first_is_the_operator(site: Site) -> None:
    assert register(site)[1]["user"]["role"] == "operator"
    assert register(site, email="bob@example.com")[1]["user"]["role"] == "member"
    assert "The first one is the operator" not in site.browser().get("/register").text


def test_a_new_account_has_its_room_and_top_folder(site: Site) -> None:
    register(site)
    program = site.program("ada@example.com", GOOD)
    assert program.get("/api/me/usage").json == {"used": 0, "quota": 10 * 10**9}
    folder = program.get("/api/folders/root").json
    assert (folder["folder"]["name"], folder["items"]) == ("My files", [])


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@EXAMPLE.COM", "  Ada@Example.com "])
def test_an_address_has_one_account(site: Site, email: str) -> None:  # SECURITY 6
    register(site)
    status, body = register(site, email=email)
    assert status == 409
    assert body == {
        "status": 409,
        "code": "email_taken",
        "title": "There is an account with this e-mail address already.",
    }


def test_twenty_at_once_in_three_spellings_make_one_account(tmp_path: Path) -> None:  # SECURITY 6
    site = make_site(tmp_path, limit_register="1000/hour")
    spellings = ["ada@example.com", "ADA@example.COM", " Ada@Example.com "]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda turn: register(site, email=spellings[turn % 3])[0], range(20)))
    assert sorted(answers) == [201] + [409] * 19
    assert [user.email.lower() for user in site.services.accounts.list().items] == ["ada@example.com"]


def test_twenty_first_accounts_at_once_have_one_operator(site: Site) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda turn: register(site, email=f"p{turn}@example.com")[0], range(20)))
    assert answers == [201] * 20
    roles = [user.role for user in site.services.accounts.list().items]
    assert sorted(roles) == ["member"] * 19 + ["operator"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "a@example.com\n"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "qwertyuiop"}, "password"),
        ({"password": "smartdrive2026"}, "password"),
        ({"password": "ada@example.com!"}, "password"),
        ({"password": "x" * 1025}, "password"),
        ({"name": "x" * 101}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"role": "operator"}, "role"),
        ({"quota": 10**15}, "quota"),
        ({"password": 1234567890}, "password"),
        ({"name": None}, "name"),
    ],
)
def test_what_is_wrong_is_named(site: Site, given: dict[str, object], field: str) -> None:  # SECURITY 4, 21
    status, body = register(site, **given)  # type: ignore[arg-type]
    assert status == 400
    assert isinstance(body, dict)
    assert list(body["fields"]) == [field]
    assert body["title"]
    assert site.services.accounts.list().items == []


def test_the_form_shows_what_is_wrong_beside_the_field(site: Site) -> None:  # SECURITY 4
    browser = site.browser()
    browser.get("/register")
    page = browser.submit("/register", email="ada@example.com", password="qwertyuiop")
    assert page.status == 400
    assert "This is one of the most common passwords." in page.text
    assert "qwertyuiop" not in page.response.text
    page = browser.submit("/register", email="", password=GOOD)
    assert (page.status, "Enter an e-mail address." in page.text) == (400, True)
    assert page.form("/register").values["email"] == ""


def test_the_form_says_that_the_address_is_taken(site: Site, alice: Person) -> None:
    browser = site.browser()
    browser.get("/register")
    page = browser.submit("/register", email="Alice@Example.com", password=GOOD)
    assert (page.status, "There is an account with this e-mail address already." in page.text) == (409, True)


def test_closed_registration(tmp_path: Path) -> None:
    site = make_site(tmp_path, registration="closed")
    status, body = register(site)
    assert (status, body["code"]) == (403, "registration_closed")
    page = site.browser().get("/register")
    assert "New accounts are closed" in page.text
    assert page.forms == []
    login = site.browser()
    login.get("/login")
    token = login.page.form("/login").values["csrf_token"] if login.page else ""
    assert login.post("/register", {"email": "a@b.de", "password": GOOD, "csrf_token": token}).status == 403
    assert site.services.accounts.list().items == []


def test_accounts_per_network_are_limited_over_both_doors(tmp_path: Path) -> None:  # SECURITY 7
    site = make_site(tmp_path, limit_register="3/hour")
    browser = site.browser()
    browser.get("/register")
    assert browser.submit("/register", email="p0@example.com", password="short").status == 400
    assert [register(site, email=f"p{turn}@example.com")[0] for turn in (1, 2)] == [201, 201]
    answer = site.stranger(address="127.0.0.99").post(
        "/api/auth/register", {"email": "p3@example.com", "password": GOOD}
    )
    assert (answer.status_code, answer.json["code"]) == (429, "too_many")
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    page = browser.submit("/register", email="p4@example.com", password=GOOD)
    assert page.status == 429
    elsewhere = site.stranger(address="203.0.113.7").post(
        "/api/auth/register", {"email": "p5@example.com", "password": GOOD}
    )
    assert elsewhere.status_code == 201
    assert browser.get("/register").status == 200
    site.clock.forward(hours=1, seconds=1)
    assert register(site, email="p6@example.com")[0] == 201


def test_the_limit_is_exact_when_many_come_at_once(tmp_path: Path) -> None:  # SECURITY 7
    site = make_site(tmp_path, limit_register="7/hour")
    again = make_site(tmp_path, limit_register="7/hour")
    doors = [site, again]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda turn: register(doors[turn % 2], email=f"p{turn}@example.com")[0], range(20)))
    assert sorted(answers) == [201] * 7 + [429] * 13
