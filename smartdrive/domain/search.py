"""What search compares: names and questions as words, blind to case and accents.

A word is a run of letters or a run of digits, so that `report2024.pdf` is found by 2024. Scripts that write without
spaces have no such runs: there each character is a word.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

MOST_WORDS = 24
"""Distinct words of one name that are indexed, its first ones."""
MOST_ASKED = 8
"""Words of one question that count."""
LONGEST = 64
"""Characters of a word that count."""
LETTER, DIGIT, SINGLE, JOINED = "letter", "digit", "single", "joined"
"""Sorts of characters: runs of the first two are words, each of the third is one, the fourth joins the one before."""
_KEPT_MARKS = (0, 7, 8, 9)
"""Combining classes of marks that make another letter: vowel signs, nukta, voicing of kana, virama."""
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
"""Letters that people write plainly and Unicode does not take apart."""
_WITHOUT_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO", "YI", "THAI", "LAO", "KHMER", "MYANMAR")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a name as it is compared, and where it stands in the name."""

    text: str
    start: int
    end: int


def words(name: str) -> tuple[str, ...]:
    """The distinct words of a name in their order."""
    return tuple(dict.fromkeys(word.text for word in spans(name)))


def indexed(name: str) -> tuple[str, ...]:
    """Those that a name is found by."""
    return words(name)[:MOST_WORDS]


def asked(question: str) -> tuple[str, ...]:
    """The distinct words of a question, its first MOST_ASKED; what begins another one of them says nothing more."""
    found = words(question)
    telling = [word for word in found if not any(other != word and other.startswith(word) for other in found)]
    return tuple(telling[:MOST_ASKED])


def matches(name_words: Sequence[str], question: Sequence[str]) -> bool:
    """Whether each word of the question begins a word of the name."""
    return all(any(word.startswith(part) for word in name_words) for part in question)


def marked(name: str, question: Sequence[str]) -> list[tuple[str, bool]]:
    """The name in pieces, and of each whether it is what the question asked for."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for word in spans(name):
        part = max((part for part in question if word.text.startswith(part)), key=len, default="")
        if part:
            end = word.end if part == word.text else _after(name, start=word.start, count=len(part), end=word.end)
            pieces += [(name[at : word.start], False), (name[word.start : end], True)]
            at = end
    return [piece for piece in [*pieces, (name[at:], False)] if piece[0]]


def spans(text: str) -> Iterator[Word]:
    """The words of a text one after the other."""
    run, kind, start = "", "", 0
    for at, character in enumerate(text):
        folded, sort = _fold(character)
        if sort == JOINED:
            run += folded if run else ""
            continue
        if run and (sort != kind or sort == SINGLE):
            yield Word(_whole(run), start, at)
            run = ""
        if not run:
            start, kind = at, sort
        run += folded
    if run:
        yield Word(_whole(run), start, len(text))


def _whole(run: str) -> str:
    return unicodedata.normalize("NFC", run)[:LONGEST]


def _after(name: str, *, start: int, count: int, end: int) -> int:
    """Where so many compared characters of a word end in the name, with the marks that stand on the last one."""
    at, seen = start, 0
    while at < end and (seen < count or _fold(name[at])[1] == JOINED):
        seen += len(_fold(name[at])[0])
        at += 1
    return at


@lru_cache(maxsize=4096)
def _fold(character: str) -> tuple[str, str]:
    """A character as it is compared, and its sort; ("", "") for what stands between words."""
    apart = unicodedata.normalize("NFKD", character)
    bare = "".join(c for c in apart if not _is_dropped(c))
    folded = unicodedata.normalize("NFC", bare.casefold().translate(_PLAIN))
    if not folded or unicodedata.category(folded[0])[0] == "M":
        return folded, JOINED
    if unicodedata.name(folded[0], "").startswith(_WITHOUT_SPACES) and folded.isalnum():
        return folded, SINGLE
    if folded.isdigit():
        return folded, DIGIT
    return (folded, LETTER) if folded.isalnum() else ("", "")


def _is_dropped(character: str) -> bool:
    return unicodedata.category(character) == "Mn" and unicodedata.combining(character) not in _KEPT_MARKS
