"""What the address of a search asks for."""

from datetime import datetime

from flask import request

from smartdrive.domain.errors import BadInput
from smartdrive.domain.search import asked
from smartdrive.domain.words import _
from smartdrive.services.search import KINDS, Question
from smartdrive.web.documented import Query

MOST_LETTERS = 255
MOST_BYTES = 2**63 - 1
MOST_DAYS = 36_500
MOMENT = {"type": "string", "format": "date-time"}
BYTES = {"type": "integer", "minimum": 0, "maximum": MOST_BYTES}
ASKED = (
    Query("q", {"type": "string", "maxLength": MOST_LETTERS}, "Words of the name, or how they begin, in any order."),
    Query("kind", {"enum": list(KINDS)}, "Only files, folders, or files of one family."),
    Query("folder", {"type": "string"}, "Only what is below this folder."),
    Query("modified_after", MOMENT, "Only files changed then or later; with its offset from UTC."),
    Query("modified_before", MOMENT, "Only files changed before."),
    Query("min_size", BYTES, "Only files of at least so many bytes."),
    Query("max_size", BYTES, "Only files of at most so many bytes."),
)


def question() -> Question:
    """The question of this request; BadInput names what cannot be read."""
    return Question(
        words=asked(words_asked()),
        kind=_kind(),
        folder=request.args.get("folder", ""),
        modified_after=_moment("modified_after"),
        modified_before=_moment("modified_before"),
        min_size=_size("min_size"),
        max_size=_size("max_size"),
    )


def last_days() -> int | None:
    """`?days=`, as the page of search says how long ago a file was changed at most."""
    text = request.args.get("days", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:5]) <= MOST_DAYS and len(text) <= 5):
        raise _unreadable("days", _("A number of days from 1 to %(count)s.", count=MOST_DAYS))
    return int(text)


def words_asked() -> str:
    """The words as they were typed."""
    text = request.args.get("q", "")
    if len(text) > MOST_LETTERS:
        raise _unreadable("q", _("A question has at most %(count)s letters.", count=MOST_LETTERS))
    return text


def _kind() -> str:
    kind = request.args.get("kind", "")
    if kind and kind not in KINDS:
        raise _unreadable("kind", _("Unknown kind."))
    return kind


def _moment(name: str) -> datetime | None:
    text = request.args.get(name, "")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _unreadable(name, _("Not a date and time.")) from None
    if moment.tzinfo is None:
        raise _unreadable(name, _("Say its offset from UTC, as in 2026-11-21T09:00:00Z."))
    return moment


def _size(name: str) -> int | None:
    text = request.args.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= MOST_BYTES):
        raise _unreadable(name, _("A size is a whole number of bytes."))
    return int(text)


def _unreadable(name: str, sentence: str) -> BadInput:
    return BadInput(sentence, fields={name: sentence})
