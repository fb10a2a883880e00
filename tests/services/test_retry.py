"""A write that meets others is tried again, a bounded number of times and for a bounded time."""

import pytest

from smartdrive.domain.errors import Busy
from smartdrive.ports.table import Contended
from smartdrive.services import retry


@pytest.mark.parametrize(("patience", "tries"), [(10.0, retry.TRIES), (0.0, 1)])
def test_it_ends_after_so_many_tries_or_so_long(
    monkeypatch: pytest.MonkeyPatch, patience: float, tries: int
) -> None:  # SECURITY 50
    monkeypatch.setattr(retry, "PATIENCE", patience)
    seen = []

    def act() -> None:
        seen.append(1)
        raise Contended

    with pytest.raises(Busy):
        retry.until_settled(act)
    assert len(seen) == tries
