"""One running drive for all tests of the folder; each test has a profile and an account of its own."""

from collections.abc import Iterator

import pytest

from tests.browser.desks import Stand
from tests.browser.drives import running_drive
from tests.browser.faults import FaultProxy

MANY_ACCOUNTS = {"SMARTDRIVE_LIMIT_REGISTER": "1000/hour"}


@pytest.fixture(scope="session")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """The embedded drive behind a proxy; the proxy's address is the one people use."""
    with FaultProxy().running() as proxy:
        settings = {**MANY_ACCOUNTS, "SMARTDRIVE_PUBLIC_URL": proxy.url}
        with running_drive(tmp_path_factory.mktemp("drive"), settings) as url:
            proxy.upstream = int(url.rpartition(":")[2])
            yield Stand(proxy)
