"""One running drive for all tests of the folder; each test has a profile and an account of its own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.desks import Stand
from tests.browser.drives import running_drive
from tests.browser.faults import FaultProxy
from tests.browser.seats import Seat, furnish, taken
from tests.live import Live, running

MANY_ACCOUNTS = {"SMARTDRIVE_LIMIT_REGISTER": "1000/hour"}


@pytest.fixture(scope="session")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The drive whose lists are tried."""
    with running(tmp_path_factory.mktemp("lists") / "data", limit_register="1000/hour") as live:
        yield live


@pytest.fixture
def seat(browser: Browser, lists: Live) -> Iterator[Seat]:
    """Somebody at an empty list."""
    with taken(browser, lists) as seat:
        yield seat


@pytest.fixture
def desk(seat: Seat) -> Seat:
    """Somebody at a list with things in it."""
    return furnish(seat)


@pytest.fixture(scope="session")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """The embedded drive behind a proxy; the proxy's address is the one people use."""
    with FaultProxy().running() as proxy:
        settings = {**MANY_ACCOUNTS, "SMARTDRIVE_PUBLIC_URL": proxy.url}
        with running_drive(tmp_path_factory.mktemp("drive"), settings) as url:
            proxy.upstream = int(url.rpartition(":")[2])
            yield Stand(proxy)


@pytest.fixture
def stand(proxied: Stand) -> Iterator[Stand]:
    """It passes everything on again at the end of each test."""
    yield proxied
    proxied.let_go()
