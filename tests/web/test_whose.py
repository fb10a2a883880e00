"""Whose a request is, as nginx asks before it takes a body that would hold a thread."""

import pytest

from tests.web.site import Person, Site

ASKED = "/status/person"


def test_whoever_is_signed_in_is_named(site: Site, alice: Person) -> None:
    answer = alice.api.get(ASKED)
    assert (answer.status_code, answer.headers["X-Person"], answer.data) == (200, alice.user.id, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    assert alice.browser.client.get(ASKED).headers["X-Person"] == alice.user.id
    made = alice.api.post("/api/tokens", {"name": "backup", "scope": "read"}).json
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert site.stranger().get(ASKED, headers=bearer).headers["X-Person"] == alice.user.id


@pytest.mark.parametrize("bearer", ["", "Bearer", "Bearer none", "Bearer sd_" + "a" * 40, "Basic YTpi"])
def test_nobody_else_is_and_a_form_is_led_nowhere(site: Site, bearer: str) -> None:
    """nginx understands 200 and 401: its question has the head of the request that it is about."""
    head = {"Authorization": bearer, "Accept": "text/html", "Content-Type": "multipart/form-data; boundary=a"}
    answer = site.stranger().get(ASKED, headers=head)
    assert (answer.status_code, answer.data, "X-Person" in answer.headers) == (401, b"", False)


def test_whoever_was_shut_out_is_nobody(site: Site, alice: Person) -> None:
    site.services.accounts.disable(alice.user)
    assert alice.api.get(ASKED).status_code == 401


def test_to_ask_first_is_no_second_use(site: Site, alice: Person) -> None:
    made = alice.api.post("/api/tokens", {"name": "backup", "scope": "write"}).json
    bearer = {"Authorization": f"Bearer {made['token']}"}
    site.stranger().get(ASKED, headers=bearer)
    first = alice.api.get("/api/tokens").json
    site.stranger().call("POST", "/api/files?filename=a.txt", headers=bearer, data=b"abc")
    assert alice.api.get("/api/tokens").json == first
