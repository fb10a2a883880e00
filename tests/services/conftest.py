"""A drive for each test."""

from pathlib import Path

import pytest

from smartdrive.domain.models import User
from tests.services.drive import Drive, make_drive


@pytest.fixture
def drive(tmp_path: Path) -> Drive:
    """A drive on SQLite and disk."""
    return make_drive(tmp_path / "data")


@pytest.fixture
def alice(drive: Drive) -> User:
    """Owns what the tests make."""
    return drive.person("alice")


@pytest.fixture
def carol(drive: Drive) -> User:
    """A stranger to alice's things."""
    return drive.person("carol")
