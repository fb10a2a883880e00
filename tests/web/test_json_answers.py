"""JSON answers read as the standard library would have written them."""

import json
from typing import Any

import pytest
from flask import Flask

from smartdrive.web.json_answers import JsonAnswers


@pytest.mark.parametrize(
    "said",
    [
        {"name": "Grüße \u202e 文件 \U0001f9ff", "size": 2**63 - 1, "none": None, "is": True, "at": [1, 2]},
        {"urls": {1: "a", 20: "b"}},
        {"half": "\ud800 a character"},
        {"control": "\x00\x1f\x7f\u2028"},
        {"large": 10**30},
    ],
    ids=["text", "numbers as keys", "half a character", "control characters", "a number beyond 64 bits"],
)
def test_an_answer_says_what_it_was_given(said: dict[str, Any]) -> None:
    app = Flask("test")
    answer = JsonAnswers(app).response(**said)
    assert json.loads(answer.get_data()) == json.loads(json.dumps(said))
    assert answer.content_type == "application/json"
    assert answer.get_data().endswith(b"\n")
