"""One Chromium and one running drive for all tests of the folder; each test has a profile and an account of its own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.browser.chromium import FLAGS, PROGRAM
from tests.browser.desks import Stand
from tests.browser.drives import running_drive
from tests.browser.faults import FaultProxy

MANY_ACCOUNTS = {"SMARTDRIVE_LIMIT_REGISTER": "1000/hour"}
PATIENCE = 30_000
"""Milliseconds that something may take to show on a busy machine."""


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    chromium = playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """The embedded drive behind a proxy; the proxy's address is the one people use."""
    with FaultProxy().running() as proxy:
        settings = {**MANY_ACCOUNTS, "SMARTDRIVE_PUBLIC_URL": proxy.url}
        with running_drive(tmp_path_factory.mktemp("drive"), settings) as url:
            proxy.upstream = int(url.rpartition(":")[2])
            yield Stand(proxy)


@pytest.fixture(autouse=True)
def _closed_profiles(request: pytest.FixtureRequest) -> Iterator[None]:
    """Profiles of one test are gone before the next one starts."""
    yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()
