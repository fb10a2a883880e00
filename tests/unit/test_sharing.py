"""The folder in which processes count together, where another server starts at the same moment."""

import os
from pathlib import Path

import pytest

from smartdrive.run import sharing

NOBODY = 2**22 + 1
"""More than any process has for its number."""


def test_what_a_killed_server_left_may_be_taken_away_by_two_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MEMORY", tmp_path)
    left = tmp_path / f"smartdrive-{os.getuid()}-{NOBODY}-left"
    left.mkdir()

    def another_is_faster(_: Path) -> bool:
        left.rmdir()
        return False

    with monkeypatch.context() as patch:
        patch.setattr(Path, "exists", another_is_faster)
        folder = Path(sharing.folder_of(os.getpid(), ""))
    assert list(tmp_path.iterdir()) == [folder]
