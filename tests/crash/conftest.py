"""A drive for each test whose processes can be killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smartdrive.settings import ensure_secret
from tests.crash.nursery import Nursery


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Nursery]:
    """Serves the folder "data"."""
    ensure_secret(tmp_path / "data")
    found = Nursery(tmp_path / "data", log=tmp_path / "log")
    found.start()
    yield found
    found.close()
