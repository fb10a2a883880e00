"""Sizes, times and file kinds as people read them: the filters of the templates."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal
from unicodedata import bidirectional
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from smartdrive.domain.clock import stamp
from smartdrive.domain.names import split_extension
from smartdrive.domain.search import marked
from smartdrive.domain.sizes import human_size

Style = Literal["date", "minute", "full"]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ICONS = {
    "application/pdf": "file-earmark-pdf",
    "application/zip": "file-earmark-zip",
    "application/gzip": "file-earmark-zip",
    "application/x-7z-compressed": "file-earmark-zip",
    "application/x-tar": "file-earmark-zip",
    "application/vnd.rar": "file-earmark-zip",
    "application/json": "file-earmark-code",
    "application/xml": "file-earmark-code",
    "text/css": "file-earmark-code",
    "text/html": "file-earmark-code",
    "text/javascript": "file-earmark-code",
    "text/csv": "file-earmark-spreadsheet",
    "application/msword": "file-earmark-text",
    "application/rtf": "file-earmark-text",
    "application/vnd.ms-excel": "file-earmark-spreadsheet",
    "application/vnd.ms-powerpoint": "file-earmark-slides",
}
FAMILIES = {
    "image/": "file-earmark-image",
    "audio/": "file-earmark-music",
    "video/": "file-earmark-play",
    "text/": "file-earmark-text",
    "application/vnd.openxmlformats-officedocument.spreadsheetml": "file-earmark-spreadsheet",
    "application/vnd.openxmlformats-officedocument.presentationml": "file-earmark-slides",
    "application/vnd.openxmlformats-officedocument.wordprocessingml": "file-earmark-text",
    "application/vnd.oasis.opendocument.spreadsheet": "file-earmark-spreadsheet",
    "application/vnd.oasis.opendocument.presentation": "file-earmark-slides",
    "application/vnd.oasis.opendocument.text": "file-earmark-text",
}


WORDS = {
    "file-earmark-pdf": "document",
    "file-earmark-zip": "archive",
    "file-earmark-code": "code",
    "file-earmark-spreadsheet": "spreadsheet",
    "file-earmark-text": "text",
    "file-earmark-slides": "slides",
    "file-earmark-image": "image",
    "file-earmark-music": "audio",
    "file-earmark-play": "video",
}
LONGEST_EXTENSION = 5
TURNING = frozenset({"R", "AL", "LRE", "LRO", "RLE", "RLO", "LRI", "RLI", "FSI"})
"""Letters from right to left, and signs that turn what follows."""


def zone_named(name: str) -> tzinfo:
    """The time zone of this name; UTC for an empty, unknown or malformed one (it may come from a cookie)."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def local_time(moment: datetime | str, zone: tzinfo, *, style: Style = "date") -> str:
    """`8 Nov 2026`, `8 Nov 2026, 09:00` (minute) or `Sunday 8 November 2026, 09:00` (full).

    UTC where the zone's own time would lie outside the calendar.
    """
    local = _aware(moment)
    with suppress(OverflowError):
        local = local.astimezone(zone)
    if style == "full":
        return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"
    date = f"{local.day} {MONTHS[local.month - 1]} {local.year}"
    return f"{date}, {local.hour:02}:{local.minute:02}" if style == "minute" else date


def iso_time(moment: datetime | str) -> str:
    """UTC to the second, as `datetime` attributes hold it."""
    return (moment if isinstance(moment, str) else stamp(moment))[:19] + "Z"


def kind_icon(media_type: str) -> str:
    """The icon of a file of this type; kinds differ by shape, not by colour alone."""
    plain = media_type.partition(";")[0].strip().lower()
    family = next((icon for start, icon in FAMILIES.items() if plain.startswith(start)), "file-earmark")
    return ICONS.get(plain, family)


def kind_name(media_type: str, name: str) -> str:
    """What a file is in words: `PNG image`, `MKV file`, or `Text` where its name has no extension."""
    extension = split_extension(name)[1].rpartition(".")[2]
    word = WORDS.get(kind_icon(media_type), "file")
    plain = extension.isascii() and extension.isalnum() and len(extension) <= LONGEST_EXTENSION
    return f"{extension.upper()} {word}" if plain else word.capitalize()


def isolate(name: str) -> str:
    """For use inside a sentence: a name that runs from right to left keeps to itself, and nothing around it moves."""
    return f"\u2068{name}\u2069" if any(bidirectional(letter) in TURNING for letter in name) else name


def template_filters(zone_name: Callable[[], str]) -> Mapping[str, Callable[..., Any]]:
    """The filters for Jinja; `zone_name` names the time zone of whoever looks at the page ("" is UTC)."""

    def in_zone(moment: datetime | str, style: Style = "date") -> str:
        return local_time(moment, zone_named(zone_name()), style=style)

    return {
        "human_size": human_size,
        "isolate": isolate,
        "local_time": in_zone,
        "iso_time": iso_time,
        "kind_icon": kind_icon,
        "kind_name": kind_name,
        "marked": marked,
    }


def _aware(moment: datetime | str) -> datetime:
    """Rows of a list carry their times as they are stored: ISO 8601 text in UTC."""
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment
