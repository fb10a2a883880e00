"""Log lines: one line of JSON each, whatever goes in; no secret comes out (SECURITY 55)."""

import json
import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartdrive.logs import LONGEST, JsonLines, masked

TOKEN = "Jx0aWQ2Zl9sZWFrZWQxMjM"


def line(message: str, **extra: object) -> str:
    record = logging.makeLogRecord({"msg": message, "levelname": "INFO", "name": "test", **extra})
    return JsonLines().format(record)


@given(st.text(), st.dictionaries(st.sampled_from(["path", "why", "who"]), st.text()))
def test_a_line_is_one_line_of_plain_characters(message: str, extra: dict[str, object]) -> None:
    found = line(message.replace("%", "%%"), **extra)
    assert found.isascii()
    assert found.isprintable()
    assert set(json.loads(found)) >= {"time", "level", "logger", "event", *extra}


@pytest.mark.parametrize(
    "text",
    [
        f"/s/{TOKEN}",
        f"/s/{TOKEN}/download",
        f"GET http://127.0.0.1:8000/objects/{TOKEN}/3 HTTP/1.1",
        f"https://bucket.s3.amazonaws.com/oabc?X-Amz-Algorithm=AWS4&X-Amz-Credential={TOKEN}&X-Amz-Signature={TOKEN}",
        f"?Signature={TOKEN}&AWSAccessKeyId={TOKEN}",
        f"Authorization: Bearer {TOKEN}",
        f"authorization: basic {TOKEN}=",
        f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.{TOKEN}",
        f'{{"password": "{TOKEN}"}}',
        f"{{'new_password': '{TOKEN}'}}",
        f"password={TOKEN}&email=ada",
        f"access_token={TOKEN}",
        f"/q?code={TOKEN}",
        f"SMARTDRIVE_SECRET={TOKEN}",
        f"csrf_token={TOKEN}",
        f"the token sd_{'a' * 26}{TOKEN} leaked",
        f"/api/files/SD_{TOKEN}",
    ],
)
def test_secrets_are_masked_wherever_they_stand(text: str) -> None:
    assert TOKEN not in masked(text)
    assert TOKEN not in line(text.replace("%", "%%"))
    assert TOKEN not in line("event", path=text)
    assert TOKEN not in line(failing(text))


def failing(text: str) -> str:
    try:
        raise RuntimeError(text)
    except RuntimeError:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": sys.exc_info()})
        return JsonLines().format(record)


def test_what_is_no_secret_stays() -> None:
    assert masked("/files/abc?sort=name") == "/files/abc?sort=name"
    assert json.loads(line("request", path="/api/files/x", ms=1.23456, status=200))["ms"] == 1.235


def test_a_trace_is_part_of_the_line_and_long_values_are_cut() -> None:
    assert "RuntimeError" in json.loads(failing("why"))["error"]
    assert len(json.loads(line("event", why="x" * 100_000))["why"]) == LONGEST
