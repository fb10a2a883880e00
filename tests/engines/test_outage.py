"""An engine goes away while people work: 503 and when to come again, all else lives, and nobody restarts anything.

`benchmarks.outage` is the program; it was run for a minute against stopped servers, see docs/operations.md. Here the
servers are other tests' too, so what goes is the way to them: it falls silent, or refuses.
"""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from benchmarks.outage import Plan, Report, run
from smartdrive.settings import load
from smartdrive.wiring import build
from tests.browser.faults import FaultProxy
from tests.engines.aws import free_port, prepare, programs, settings_of, wait_for
from tests.engines.conftest import Engines

pytestmark = pytest.mark.engines
RATE, AWAY, AFTER = 20, 6.0, 6.0
"""Requests a second, and seconds: readiness gives up after three, and a busy machine has as many to see it."""


@dataclass
class Drive:
    """A web server and a worker, with a proxy before each engine."""

    url: str
    table: FaultProxy
    storage: FaultProxy
    settings: dict[str, str]

    def away(self, outage: AbstractContextManager[None], *, meanwhile: threading.Thread) -> Report:
        """What people got while it lasted, a second before it, and long enough after it."""
        gone = ExitStack()
        plan = Plan(RATE, seconds=1 + AWAY + AFTER, at=1, away=AWAY)

        def stop() -> None:
            gone.enter_context(outage)
            meanwhile.start()

        return run(self.url, plan, stop=stop, start=gone.close)


@pytest.fixture(scope="module")
def drive(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drive]:
    folder, port = tmp_path_factory.mktemp("outage"), free_port()
    ports = [urlsplit(url).port or 80 for url in (engines.dynamodb_url, engines.s3_url)]
    with FaultProxy(ports[0]).running() as table, FaultProxy(ports[1]).running() as storage:
        url = f"http://127.0.0.1:{port}"
        settings = settings_of(engines, public_url=url, s3_url=storage.url) | {"SMARTDRIVE_DYNAMODB_URL": table.url}
        prepare(settings)
        running = programs(settings, port=port, log=folder / "drive.log")
        wait_for(url, folder / "drive.log")
        try:
            yield Drive(url, table, storage, settings)
        finally:
            assert [process.poll() for process in running] == [None, None]
            for process in running:
                process.terminate()
            for process in running:
                process.wait(120)


def ready(url: str) -> int:
    try:
        with urllib.request.urlopen(f"{url}/status/ready", timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize(("engine", "how"), [("table", "silence"), ("storage", "cut_off")])
def test_an_engine_goes_and_comes(
    drive: Drive, engine: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:  # SECURITY 46, 50
    told: list[int] = []
    look = threading.Thread(target=lambda: told.append(ready(drive.url)))
    report = drive.away(getattr(getattr(drive, engine), how)(), meanwhile=look)
    look.join()
    phases = report.phases()
    assert report.broken() == []
    assert told == [503]
    assert [each.name for each in phases["before"] if not each.good] == []
    fine = {each.name for each in phases["away"] if each.good}
    assert fine >= {"status", "login", "static"} | ({"list", "address"} if engine == "storage" else set())
    assert ready(drive.url) == 200
    assert sound(drive.settings, monkeypatch)


def sound(settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether nothing was doubled and all room is accounted for; the worker may still be at what is new."""
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return build(load()).fsck.run(between=2).findings == ()
