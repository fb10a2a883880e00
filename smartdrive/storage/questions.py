"""One query, checked and named alike for every engine, with the cursor that continues it."""

import base64
import hashlib
import json
from dataclasses import dataclass

from smartdrive.ports.table import (
    GLOBAL_INDEXES,
    LOCAL_INDEXES,
    MAX_PAGE,
    MAX_PARTITION_KEY_BYTES,
    MAX_SORT_KEY_BYTES,
    BadCursor,
    Index,
    Item,
    Slice,
)
from smartdrive.storage.strict import check_key_text, text_bytes

_LONGEST_CURSOR = 12_000


@dataclass(frozen=True, slots=True)
class Question:
    """What a query asks for, without where its page starts: a cursor belongs to exactly one Question."""

    pk: str
    begins: str
    index: Index | None
    descending: bool

    @property
    def partition(self) -> str:
        """Name the attribute that `pk` is matched against."""
        return self.index if self.index in GLOBAL_INDEXES else "pk"

    @property
    def place(self) -> tuple[str, ...]:
        """Name the attributes that order the answer and tell its items apart; the sort key stands first."""
        if self.index is None:
            return ("sk",)
        if self.index in LOCAL_INDEXES:
            return (self.index, "sk")
        return (self.index + "s", "pk", "sk")

    def cursor_after(self, item: Item) -> str:
        """Return the cursor of the page that starts after this item."""
        parts = [self._fingerprint(), *(item[name] for name in self.place)]
        text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def page_of(self, items: list[Item], limit: int) -> Slice:
        """Return the page of what was found when one more than `limit` was asked for: none more, no cursor."""
        page = items[:limit]
        return Slice(page, self.cursor_after(page[-1]) if len(items) > limit else None)

    def read_cursor(self, cursor: str) -> tuple[str, ...]:
        """Return the values of `place` that the page starts after; raise BadCursor if it is not ours."""
        fingerprint, *values = _decoded(cursor)
        if fingerprint != self._fingerprint() or len(values) != len(self.place):
            raise BadCursor("the cursor belongs to another query")
        if not values[0].startswith(self.begins):
            raise BadCursor("the cursor leads out of its query")
        for name, value in zip(self.place, values, strict=True):
            _check_place(name, value)
        return tuple(values)

    def _fingerprint(self) -> str:
        asked = json.dumps([self.pk, self.begins, self.index, self.descending])
        return hashlib.blake2b(asked.encode(), digest_size=8).hexdigest()


def check_question(question: Question, limit: int) -> None:
    """Refuse a query that DynamoDB would not answer."""
    if question.index is not None and question.index not in (*LOCAL_INDEXES, *GLOBAL_INDEXES):
        raise ValueError(f"there is no index {question.index}")
    check_key_text("pk", question.pk, limit=MAX_PARTITION_KEY_BYTES)
    if text_bytes("begins", question.begins) > MAX_SORT_KEY_BYTES:
        raise ValueError("the prefix is longer than any sort key")
    if not 1 <= limit <= MAX_PAGE:
        raise ValueError(f"a page has 1 to {MAX_PAGE} items")


def _decoded(cursor: str) -> list[str]:
    if len(cursor) > _LONGEST_CURSOR:
        raise BadCursor("the cursor is no cursor")
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True).decode())
    except (ValueError, RecursionError):
        raise BadCursor("the cursor is no cursor") from None
    if not isinstance(parts, list) or not parts or not all(isinstance(part, str) for part in parts):
        raise BadCursor("the cursor is no cursor")
    return parts


def _check_place(name: str, value: str) -> None:
    try:
        check_key_text(name, value, limit=MAX_PARTITION_KEY_BYTES if name == "pk" else MAX_SORT_KEY_BYTES)
    except ValueError as error:
        raise BadCursor(f"the cursor is no cursor: {error}") from None
