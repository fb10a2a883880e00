"""One running drive for all tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.live import Live, running


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A drive with two web processes and a worker, and generous limits."""
    settings = {"limit_register": "100000/hour", "limit_login": "100000/minute"}
    with running(tmp_path_factory.mktemp("live") / "data", **settings) as live:
        yield live
