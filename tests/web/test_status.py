"""Alive and ready: the first touches nothing, the second asks both engines, in bounded time."""

import threading
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from smartdrive import create_app
from smartdrive.ports.table import Key, StoreTooNew, Unavailable
from tests.web import site as sites
from tests.web.site import Program, Site


class Table:
    """A table that does not answer, or answers only when it is let."""

    def __init__(self, *, late: bool = False) -> None:
        self.answers = threading.Event()
        if not late:
            self.answers.set()

    def get(self, key: Key) -> None:
        self.answers.wait()
        raise Unavailable


def test_alive_under_any_name_without_touching_an_engine(site: Site) -> None:
    site.services.objects.ready = Table().get  # type: ignore[method-assign, assignment]
    app = create_app(services=replace(site.services, table=Table()))  # type: ignore[arg-type]
    answer = Program(app).get("/status", headers={"Host": "whatever.example"})
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})


def test_ready_when_both_engines_answer(site: Site) -> None:
    answer = site.stranger().get("/status/ready")
    assert (answer.status_code, answer.json) == (200, {"status": "ready"})
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("late", [False, True])
def test_not_ready_when_the_table_is_down_or_too_slow(site: Site, late: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartdrive.web.status.PATIENCE", 0.2)
    table = Table(late=late)
    app = create_app(services=replace(site.services, table=table))  # type: ignore[arg-type]
    answer = Program(app).get("/status/ready")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert table.answers.is_set() is not late, "nobody waits for it"
    table.answers.set()


def test_not_ready_when_storage_is_gone(site: Site, tmp_path: Path) -> None:
    (site.services.settings.data / "objects").rename(tmp_path / "elsewhere")
    assert site.stranger().get("/status/ready").status_code == 503


def test_ready_is_not_for_the_world(site: Site, tmp_path: Path) -> None:
    far = Program(site.app, address="203.0.113.9")
    assert far.get("/status/ready").status_code == 404
    assert far.get("/status").status_code == 200
    near = sites.make_site(tmp_path / "trusting", trusted_proxies=(ip_network("10.0.0.0/8"),))
    assert Program(near.app, address="10.1.2.3").get("/status/ready").status_code == 200


def test_a_store_that_does_not_answer_at_the_start_is_prepared_at_a_later_request(site: Site) -> None:
    class Waking:
        """Answers from the second time on."""

        def __init__(self) -> None:
            self.asked = 0

        def prepare(self) -> None:
            self.asked += 1
            if self.asked <= 2:
                raise Unavailable

    layout = Waking()
    app = create_app(services=replace(site.services, layout=layout))  # type: ignore[arg-type]
    assert Program(app).get("/api/me").status_code == 503
    assert Program(app).get("/status").status_code == 200
    assert Program(app).get("/api/me").status_code == 401
    assert Program(app).get("/api/me").status_code == 401
    assert layout.asked == 3


def test_a_store_of_a_newer_program_is_not_opened(site: Site) -> None:
    class Newer:
        def prepare(self) -> None:
            raise StoreTooNew("newer")

    with pytest.raises(StoreTooNew):
        create_app(services=replace(site.services, layout=Newer()))  # type: ignore[arg-type]
