"""A drive for each test whose processes can be killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from smartdrive.settings import ensure_secret
from tests.crash.nursery import Nursery
from tests.crash.volumes import memory_disk


@contextmanager
def serving(data: Path, log: Path) -> Iterator[Nursery]:
    ensure_secret(data)
    found = Nursery(data, log=log)
    found.start()
    yield found
    found.close()


@pytest.fixture
def nursery(tmp_path: Path) -> Iterator[Nursery]:
    """Serves the folder "data"."""
    with serving(tmp_path / "data", tmp_path / "log") as found:
        yield found


@pytest.fixture
def small_nursery(tmp_path: Path) -> Iterator[Nursery]:
    """Serves the folder "disk/data", on a disk of 96 MiB of its own."""
    with memory_disk(tmp_path / "disk", size="96m") as disk, serving(disk / "data", tmp_path / "log") as found:
        yield found
