"""Logging in, by the form and as a program."""

import pytest

from tests.web.site import Person, Site

WRONG = "The e-mail address or the password is not right."


def test_the_form_leads_to_ones_files(site: Site) -> None:
    user, password = site.account("ada")
    browser = site.browser()
    browser.get("/login")
    page = browser.submit("/login", email=" ADA@Example.com ", password=password)
    assert (page.status, page.location) == (303, "/files")
    assert browser.get("/api/me").response.json["user"]["id"] == user.id


def test_a_program_gets_tokens_and_no_cookies(site: Site) -> None:  # SECURITY 13
    _, password = site.account("ada")
    answer = site.stranger().post("/api/auth/login", {"email": "ada@example.com", "password": password})
    assert answer.status_code == 200
    assert set(answer.json) == {"access_token", "refresh_token", "token_type", "expires_in", "user"}
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 900)
    assert answer.headers.getlist("Set-Cookie") == []
    assert "password" not in answer.json["user"]


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.com", "not-hers-at-all"),
        ("ada@example.com", "ADA likes 4 long walks"),
        ("ada@example.com", " ada likes 4 long walks"),
        ("nobody@example.com", "ada likes 4 long walks"),
        ("no address", "x"),
    ],
)
def test_one_answer_to_everything_wrong(site: Site, email: str, password: str) -> None:  # SECURITY 3, 5
    site.account("ada")
    answer = site.stranger().post("/api/auth/login", {"email": email, "password": password})
    assert answer.status_code == 401
    assert answer.json == {"status": 401, "code": "wrong_credentials", "title": WRONG}
    browser = site.browser()
    browser.get("/login")
    page = browser.submit("/login", email=email, password=password)
    assert page.status == 401
    assert WRONG in page.text
    assert password not in page.response.text or password == "x"


def test_somebody_disabled_gets_the_same_answer(site: Site) -> None:  # SECURITY 5
    user, password = site.account("ada")
    site.services.accounts.disable(user)
    answer = site.stranger().post("/api/auth/login", {"email": user.email, "password": password})
    assert (answer.status_code, answer.json["code"]) == (401, "wrong_credentials")


@pytest.mark.parametrize("password", ["😀" * 19, "x" * 1024, "nul \0 in the middle", "é" * 300])
def test_long_and_odd_passwords_work_everywhere(site: Site, password: str) -> None:  # SECURITY 1
    stranger = site.stranger()
    made = stranger.post("/api/auth/register", {"email": "odd@example.com", "password": password})
    assert made.status_code == 201, made.text
    assert stranger.post("/api/auth/login", {"email": "odd@example.com", "password": password}).status_code == 200
    shorter = {"email": "odd@example.com", "password": password[:-1]}
    assert stranger.post("/api/auth/login", shorter).status_code == 401


def test_a_password_too_long_is_a_sentence_not_an_error(site: Site) -> None:  # SECURITY 1
    site.account("ada")
    answer = site.stranger().post("/api/auth/login", {"email": "ada@example.com", "password": "x" * 1025})
    assert answer.status_code == 400
    assert "1,024" in answer.json["fields"]["password"]
    browser = site.browser()
    browser.get("/login")
    page = browser.submit("/login", email="ada@example.com", password="x" * 5000)
    assert page.status == 400
    assert "1,024" in page.text


def test_spellings_of_one_password_log_in_alike(site: Site) -> None:  # SECURITY 3
    composed, apart = "caf\u00e9 on the corner", "cafe\u0301 on the corner"
    stranger = site.stranger()
    stranger.post("/api/auth/register", {"email": "a@example.com", "password": apart})
    for password in (composed, apart):
        assert stranger.post("/api/auth/login", {"email": "a@example.com", "password": password}).status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"email": "a@b.de"}, {"email": 1, "password": "x"}, {"email": "a@b.de", "password": None}, []]
)
def test_a_body_that_does_not_fit_says_why(site: Site, body: object) -> None:
    answer = site.stranger().post("/api/auth/login", body)
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.json["title"]


def test_next_leads_on_within_the_site(site: Site) -> None:  # SECURITY 26
    user, password = site.account("ada")
    for wanted, leads_to in [("/settings?x=1", "/settings?x=1"), ("//evil.example", "/files"), ("/\t/e", "/files")]:
        browser = site.browser()
        browser.get("/login?next=" + wanted.replace("\t", "%09").replace("?", "%3F"))
        assert browser.submit("/login", email=user.email, password=password).location == leads_to


def test_whoever_is_signed_in_is_led_on_at_once(alice: Person) -> None:
    assert alice.browser.get("/login?next=/settings").location == "/settings"
    assert alice.browser.get("/login?next=https://evil.example").location == "/files"


def test_pages_send_strangers_to_the_form_and_back(site: Site) -> None:
    page = site.browser().get("/settings?saved=x")
    assert (page.status, page.location) == (303, "/login?next=/settings?saved%3Dx")


def test_cookies_of_a_plain_http_site(site: Site) -> None:  # SECURITY 12
    user, password = site.account("ada")
    browser = site.browser()
    browser.get("/login")
    page = browser.submit("/login", email=user.email, password=password)
    cookies = {line.split("=")[0]: line for line in page.response.headers.getlist("Set-Cookie")}
    assert {"access", "refresh", "device"} <= set(cookies)
    for name in ("access", "refresh", "device"):
        assert "HttpOnly" in cookies[name]
        assert "SameSite=Lax" in cookies[name]
        assert "Secure" not in cookies[name]
