"""The web server is reloaded in the middle of a mixed day, and nobody notices."""

from pathlib import Path

import pytest

from benchmarks.pace import Plan
from benchmarks.rolling import roll

pytestmark = pytest.mark.deploy


def test_a_reload_under_load_fails_and_repeats_nothing(tmp_path: Path) -> None:
    rolled = roll(tmp_path, Plan(20, 250), reloads=1, people=1, gap=1)
    assert rolled.reloads == 1
    assert rolled.unnoticed, (rolled.result.told(), rolled.twice)
