"""While the table does not answer, every door says 503 and when to come again; pages stay pages."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from smartdrive import create_app
from smartdrive.ports.table import Item, Key, Slice, Unavailable
from tests.web.site import Person, make_site


class Silent:
    """A table whose engine is gone."""

    def get(self, key: Key) -> Item | None:
        raise Unavailable

    def get_many(self, keys: object) -> list[Item | None]:
        raise Unavailable

    def query(self, pk: str, **more: object) -> Slice:
        raise Unavailable

    def write(self, *actions: object) -> dict[str, str]:
        raise Unavailable

    def walk(self) -> Iterator[Item]:
        raise Unavailable


@pytest.fixture
def alice(tmp_path: Path) -> Person:
    """Signed in while all was well."""
    site = make_site(tmp_path)
    alice = site.person("alice")
    table, services = Silent(), site.services
    sessions, limits = replace(services.sessions, table=table), replace(services.limits, table=table)
    accounts = replace(services.accounts, table=table, sessions=sessions, limits=limits)
    down = create_app(services=replace(services, sessions=sessions, accounts=accounts, limits=limits))
    alice.api.app = alice.browser.app = alice.browser.client.application = down
    return alice


def test_pages_and_programs_are_told_to_come_again(alice: Person) -> None:  # SECURITY 50
    answer = alice.api.get("/api/me")
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    page = alice.browser.get("/settings")
    assert (page.status, "not available right now" in page.text) == (503, True)
    assert int(page.response.headers["Retry-After"]) > 0


def test_signing_in_and_registering_too(alice: Person) -> None:  # SECURITY 50
    body = {"email": alice.user.email, "password": alice.password}
    for path in ("/api/auth/login", "/api/auth/register"):
        answer = alice.api.call("POST", path, body, headers={"Authorization": ""})
        assert (answer.status_code, answer.json["code"]) == (503, "unavailable")


def test_the_login_page_itself_needs_no_table(alice: Person) -> None:
    alice.browser.drop("access")
    alice.browser.drop("refresh")
    assert alice.browser.get("/login").status == 200
