"""Finding things by the words of their names, in the whole drive, whatever its size.

A page reads at most READ_MOST rows of the index and then answers what it has, with a cursor for the rest: a question
that many names have in common is answered as quickly as a rare one.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from smartdrive.domain.models import Level, Node, Page, User
from smartdrive.domain.search import MOST_WORDS, matches, words
from smartdrive.domain.types import family
from smartdrive.ports.table import MAX_KEYS, BadCursor, Item, Slice, Table
from smartdrive.records import words as records
from smartdrive.records.codec import text
from smartdrive.records.nodes import read_with_tree
from smartdrive.services.pages import known_cursor
from smartdrive.services.tree import Tree

KINDS = ("file", "folder", "document", "image", "audio", "video", "archive")
CHUNK = MAX_KEYS - 1
"""Rows of one read: what they name is read together with the tree version."""
READ_MOST = 1000


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: words of the name (see domain/search.py), and what else must be true.

    `kind` is file, folder or a family of types; `folder` one that it lies below, "" for anywhere; sizes are bytes.
    Times and sizes are those of files: asked for either, no folder is found.
    """

    words: tuple[str, ...]
    kind: str = ""
    folder: str = ""
    modified_after: datetime | None = None
    modified_before: datetime | None = None
    min_size: int | None = None
    max_size: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A thing and the way to it, itself last."""

    node: Node
    trail: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one is in the index: among the rows of which word of the question, the cursor of some of them, and the key
    of the last one looked at."""

    word: str
    chunk: str = ""
    past: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """Use cases of search."""

    table: Table
    tree: Tree

    def find(self, user: User, question: Question, *, limit: int, after: str | None = None) -> Page[Found]:
        """A page of what answers the question, in order of the matching words; nothing without words.

        NotFound for a folder that is not theirs. A page may be short, even empty, and have a next one.
        """
        if question.folder:
            question = replace(question, folder=self.tree.folder(user, question.folder).id)
        if not question.words:
            return Page([])
        with known_cursor():
            return self._page(user, question, limit=limit, place=_place_of(after))

    def _page(self, user: User, question: Question, *, limit: int, place: Place | None) -> Page[Found]:
        place, rows = self._start(user, question, place=place)
        found, read = list[Found](), 0
        while True:
            fresh = [row for row in rows.items if text(row, "sk") > place.past]
            for row, each in self._answers(user, question, rows=fresh, lead=place.word):
                found.append(each)
                if len(found) == limit:
                    return Page(found, _cursor_at(replace(place, past=text(row, "sk"))))
            if rows.cursor is None:
                return Page(found)
            place, read = Place(place.word, rows.cursor), read + len(rows.items)
            if read >= READ_MOST:
                return Page(found, _cursor_at(place))
            rows = self._read(user, place)

    def _start(self, user: User, question: Question, *, place: Place | None) -> tuple[Place, Slice]:
        """Where the page begins, and the rows there; unless it is said, with a word of which one read shows all rows.

        Where there is no such word, with the longest.
        """
        if place:
            if place.word not in question.words:
                raise BadCursor
            return place, self._read(user, place)
        places = [Place(word) for word in sorted(question.words, key=len, reverse=True)]
        first = None
        for each in places:
            rows = self._read(user, each)
            if rows.cursor is None:
                return each, rows
            first = first or (each, rows)
        if first is None:
            raise BadCursor
        return first

    def _read(self, user: User, place: Place) -> Slice:
        return records.read(self.table, user.id, begins=place.word, limit=CHUNK, cursor=place.chunk or None)

    def _answers(
        self, user: User, question: Question, *, rows: Sequence[Item], lead: str
    ) -> Iterator[tuple[Item, Found]]:
        """What these rows name, if it is live and answers all of the question; a name once, at its first such word."""
        hits = {hit.node: row for row in rows if _tells(hit := records.hit_of(row), question.words, lead=lead)}
        if not hits:
            return
        nodes, version = read_with_tree(self.table, list(hits), user_id=user.id)
        read = [node for node in nodes if node and _fits(node, question)]
        for node, trail in zip(read, self.tree.ways.above(read, version=version), strict=True):
            if trail and (not question.folder or question.folder in {level.id for level in trail[:-1]}):
                yield hits[node.id], Found(node, trail)


def _tells(hit: records.Hit, question: Sequence[str], *, lead: str) -> bool:
    """Whether the name has all that was asked for; only at the first of its words that begin with `lead`."""
    first = min(word for word in hit.words[:MOST_WORDS] if word.startswith(lead))
    return hit.word == first and matches(hit.words, question)


def _fits(node: Node, question: Question) -> bool:
    """Whether the thing is as asked; its name is compared again, for it may have changed since."""
    return matches(words(node.name), question.words) and _is_kind(node, question.kind) and _is_within(node, question)


def _is_kind(node: Node, kind: str) -> bool:
    return not kind or kind == node.kind or (node.kind == "file" and kind == family(node.type))


def _is_within(node: Node, question: Question) -> bool:
    """Whether times and sizes are as asked."""
    after, before = question.modified_after, question.modified_before
    least, most = question.min_size, question.max_size
    if node.kind == "folder":
        return all(bound is None for bound in (after, before, least, most))
    in_time = (after is None or node.modified >= after) and (before is None or node.modified < before)
    return in_time and (least is None or node.size >= least) and (most is None or node.size <= most)


def _place_of(cursor: str | None) -> Place | None:
    if not cursor:
        return None
    try:
        parts = json.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        raise BadCursor from None
    if not isinstance(parts, list) or len(parts) != 3 or not all(isinstance(part, str) for part in parts):
        raise BadCursor
    return Place(*parts)


def _cursor_at(place: Place) -> str:
    packed = json.dumps([place.word, place.chunk, place.past], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(packed.encode()).decode().rstrip("=")
