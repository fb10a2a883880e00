"""tools/engines.sh as people use it beside running engines."""

import subprocess
from pathlib import Path

import pytest

from tests.engines.conftest import Engines

pytestmark = pytest.mark.engines
SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "engines.sh"


def say(act: str) -> str:
    return subprocess.run([SCRIPT, act], capture_output=True, text=True, check=True).stdout


def test_starting_again_leaves_the_running_engines_alone(engines: Engines) -> None:
    assert engines.s3_url in say("start")
    assert say("env") == say("start")


def test_an_unknown_word_is_answered_with_the_known_ones() -> None:
    answer = subprocess.run([SCRIPT, "restart"], capture_output=True, text=True)
    assert answer.returncode == 2
    assert "install|start|stop|env" in answer.stderr
