"""Names of files and folders: what is kept, what is refused, and when two are the same."""

import unicodedata
from collections.abc import Iterator
from itertools import count

from smartdrive.domain.errors import BadInput
from smartdrive.domain.words import _

MAX_NAME_BYTES = 255
MAX_PATH_DEPTH = 100


def check_name(name: str) -> str:
    """Return the name as it is kept (NFC); raises BadInput with the reason when it cannot be a name.

    Kept as given otherwise: nothing is trimmed, replaced or decoded.
    """
    kept = unicodedata.normalize("NFC", name)
    if reason := _refusal(kept):
        raise BadInput(reason, fields={"name": reason})
    return kept


def fold(name: str) -> str:
    """What two names share when they are the same in a folder: NFC, case folded, NFC again."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def split_path(path: str) -> list[str]:
    """The checked names along a relative path such as `a/b.txt`; empty steps are refused."""
    steps = path.split("/")
    if len(steps) > MAX_PATH_DEPTH:
        raise BadInput(_("This path has too many folders."))
    return [check_name(step) for step in steps]


def split_extension(name: str) -> tuple[str, str]:
    """Stem and extension with its dot; a leading dot alone makes no extension, `.tar.gz` counts as one."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension) > 16:
        return name, ""
    inner, dot, tar = stem.rpartition(".")
    if dot and inner and tar.lower() == "tar":
        return inner, f".{tar}.{extension}"
    return stem, f".{extension}"


def under_number(name: str, number: int) -> str:
    """`name (number).ext`, cut to the longest name where needed; under 0 the name as it is."""
    if not number:
        return name
    stem, extension = split_extension(name)
    tail = f" ({number}){extension}"
    room = MAX_NAME_BYTES - len(tail.encode())
    return unicodedata.normalize("NFC", stem.encode()[:room].decode(errors="ignore") + tail)


def numbered(name: str) -> Iterator[str]:
    """Yield `name (1).ext`, `name (2).ext` … for keeping both."""
    return (under_number(name, number) for number in count(1))


def _refusal(name: str) -> str:
    if not name.strip():
        return _("A name cannot be empty.")
    if name in (".", ".."):
        return _("This name is reserved.")
    if "/" in name:
        return _("A name cannot hold a slash.")
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or _noncharacter(ord(c)) for c in name):
        return _("A name cannot hold control characters.")
    if len(name.encode()) > MAX_NAME_BYTES:
        return _("This name is too long: 255 bytes at most.")
    return ""


def _noncharacter(point: int) -> bool:
    """Code points that Unicode reserves for no character (chapter 23.7)."""
    return point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
