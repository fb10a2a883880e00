"""Whoever serves people on a network by http is told so, once."""

from pathlib import Path

import pytest

from tests.live import running

WARNING = "people come by http"


# SECURITY 12
@pytest.mark.parametrize(("url", "times"), [("http://drive.example:8000", 1), ("http://127.0.0.1:8000", 0)])
def test_one_warning_beyond_this_computer(tmp_path: Path, url: str, times: int) -> None:
    with running(tmp_path / "data", public_url=url) as live:
        assert live.client.send("GET", "/status").status == 200
    assert live.log.read_text("utf-8").count(WARNING) == times
