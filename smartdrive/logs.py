"""Logs: one JSON line an event, whatever it holds, without secrets.

Text is escaped to ASCII, so no name, header or address can break a line or a terminal. Whatever looks like a link of
ours, a signed address, a token or a password is masked wherever it stands, tracebacks too.
"""

import json
import logging
import math
import re
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TextIO

LONGEST = 8000
"""Characters of one value; what is longer is cut, so that a line stays one write."""
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_MASKS = (
    (re.compile(r"(/(?:s|objects|api/zips)/)[^/\s?#\"'<>]+"), r"\1***"),
    (re.compile(r"(?i)sd_[a-z0-9]{16,}"), "***"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), "***"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), r"\1 ***"),
    (
        re.compile(
            r"(?i)([?&;\s\"'{(,]|^)((?:x-amz-[\w-]+|signature|awsaccesskeyid|[\w-]*token|[\w-]*password|[\w-]*secret"
            r"|code|csrf\w*)[\"']?\s*[=:]\s*)([\"']?)[^&\s\"',;})]+"
        ),
        r"\1\2\3***",
    ),
)
_JSON = json.JSONEncoder(allow_nan=False)
_HINT = re.compile(r"(?i)[\s=:]|eyj|sd_|/s/|/objects/|/zips/")
"""Without one of these no mask finds anything; most of what is logged has none."""


def masked(text: str) -> str:
    """The text without tokens, signatures and passwords."""
    if not _HINT.search(text):
        return text
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON; fields given by `extra` stand beside time, level, logger and event."""

    def __init__(self, about: Callable[[], Mapping[str, Any]] = dict) -> None:
        super().__init__()
        self._about = about

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {"event": record.getMessage()}
        line |= self._about()
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        head = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        return _JSON.encode(head | {name: _plain(value) for name, value in line.items()})


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at that moment; the only handler of ours."""

    def __init__(self, about: Callable[[], Mapping[str, Any]]) -> None:
        logging.Handler.__init__(self)
        self.setFormatter(JsonLines(about))

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """Where lines go."""
        return sys.stderr


def configure(level: str, *, about: Callable[[], Mapping[str, Any]] = dict) -> None:
    """Let everything that logs in this process log JSON lines to standard error.

    `about` says what holds for all lines of the moment, such as the request they belong to.
    """
    root = logging.getLogger()
    root.handlers = [*(each for each in root.handlers if not isinstance(each, StandardError)), StandardError(about)]
    root.setLevel(level)


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return round(value, 3) if math.isfinite(value) else str(value)
    return masked(str(value))[:LONGEST]
