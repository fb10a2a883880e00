"""Time and ids as they are handed in, and how times are written in keys and at the edges."""

import base64
import secrets
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
Ids = Callable[[], str]


def now() -> datetime:
    """The wall clock, aware and in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """130 random bits as 26 characters of lower-case base32: opaque, and safe in paths and addresses."""
    return base64.b32encode(secrets.token_bytes(17)).decode().lower()[:26]


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds: fixed width, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def parse(text: str) -> datetime:
    """The moment of a stamp."""
    return datetime.fromisoformat(text)


def day(moment: datetime) -> str:
    """The UTC day, `2026-11-21`; partitions of sweeps are named by it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d")
