"""A drive for each test whose upkeep, clock and stored bytes are at hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smartdrive.domain.models import User
from tests.services.kept.kept_drive import KeptDrive, drive_in


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[KeptDrive]:
    """A drive on SQLite and disk."""
    with drive_in(tmp_path) as found:
        yield found


@pytest.fixture
def alice(drive: KeptDrive) -> User:
    """Owns what the tests make."""
    return drive.person("alice")
