"""While the table does not answer, every door says 503 and when to come again; pages stay pages."""

import errno
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from smartdrive import create_app
from smartdrive.domain.clock import new_id
from smartdrive.ports.table import Item, Key, Slice, Table, Unavailable
from smartdrive.services.services import Engine, Services, assemble
from tests.faulty_table import Fault, FaultyTable
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

    def walk(self, *, after: Key | None = None) -> Iterator[Item]:
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


def on(services: Services, table: Table) -> Services:
    """The same drive on another table."""
    engine = Engine(table, services.objects, services.door, services.metrics)
    made = assemble(services.settings, engine, keys=services.keys, clock=services.clock, ids=new_id)
    return replace(made, layout=services.layout)


@pytest.mark.parametrize("path", ["/files", "/settings", "/links", "/trash", "/files/{file}/details"])
def test_a_table_that_goes_silent_within_a_page_is_told_too(tmp_path: Path, path: str) -> None:  # SECURITY 50
    site = make_site(tmp_path)
    alice = site.person("alice")
    file = alice.api.post("/api/files?filename=a.txt", data=b"abc").json["file"]["id"]
    page, at = path.format(file=file), 0
    while at < 40:
        at += 1
        silent = FaultyTable(site.services.table, *(Fault(Unavailable(), call) for call in range(at, at + 40)))
        alice.browser.client.application = create_app(services=on(site.services, silent))
        answer = alice.browser.client.get(page)
        if silent.calls < at:
            break
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5"), at
        assert "not available right now" in answer.text
    assert 2 < at < 40, "every call of the page failed once, and then none"
    assert answer.status_code == 200


def test_a_full_disk_of_the_system_is_no_bug(tmp_path: Path) -> None:  # SECURITY 49
    """The files of a form lie in temporary files of the system, which may have a disk of its own."""
    site = make_site(tmp_path)
    alice = site.person("alice").api
    alice.app = create_app(services=site.services)

    def fill() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    alice.app.before_request(fill)
    answer = alice.post("/api/upload")
    assert (answer.status_code, answer.json["code"]) == (507, "no_space")
