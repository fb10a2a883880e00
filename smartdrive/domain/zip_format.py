"""The bytes of a zip around its files (PKWARE's APPNOTE 6.3.10): stored, with UTF-8 names, as zip64 where needed.

Lengths are known before anything is read, so that a zip has a Content-Length and any range of it can be made.
"""

import struct
from datetime import UTC, datetime
from typing import NamedTuple

LAYOUT = 1
"""Counted up whenever the same files would make other bytes: part of every ETag."""
LONGEST_PATH = 0xFFFF
"""Bytes of a path within a zip; its length has two bytes."""

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_TIME = struct.Struct("<HHBL")
_ZIP64 = struct.Struct("<HH")
_END = struct.Struct("<4sHHHHLLH")
_END64 = struct.Struct("<4sQHHLLQQQQ")
_LOCATOR = struct.Struct("<4sLQL")
_LARGE = 0xFFFFFFFF
_MANY = 0xFFFF
_PLAIN, _WITH_64 = 20, 45
_BY_UNIX = 3 << 8
_UTF8, _SUM_FOLLOWS = 1 << 11, 1 << 3
_FOLDER, _FILE = 0o40755 << 16 | 0x10, 0o100644 << 16
_FIRST, _LAST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC)
_LAST_SIGNED = 0x7FFFFFFF


class Member(NamedTuple):
    """A file or folder of a zip; a folder's path ends with a slash. `modified` in Unix seconds.

    `crc` is None as long as nobody has computed it: then it stands after the bytes instead of before them.
    """

    path: bytes
    size: int
    crc: int | None
    modified: int


def head_length(path_length: int, size: int) -> int:
    """Bytes before those of the file."""
    return _LOCAL.size + path_length + _TIME.size + (_ZIP64.size + 16 if size >= _LARGE else 0)


def tail_length(size: int, *, known: bool) -> int:
    """Bytes after those of the file: its checksum, when that was not `known` before."""
    return 0 if known else 24 if size >= _LARGE else 16


def entry_length(path_length: int, size: int, *, offset: int) -> int:
    """Bytes of its line in the directory at the end."""
    return _CENTRAL.size + path_length + _TIME.size + _zip64_length(size, offset)


def end_length(count: int, *, start: int, length: int) -> int:
    """Bytes after the directory."""
    return _END.size + (_END64.size + _LOCATOR.size if _needs_64(count, start=start, length=length) else 0)


def head(member: Member) -> bytes:
    """What stands before the bytes of a file."""
    known = member.crc is not None
    size = member.size if known else 0
    more = struct.pack("<HHQQ", 1, 16, size, size) if member.size >= _LARGE else b""
    shown = _LARGE if more else size
    version, flags = _needs(more), _flags(known=known)
    time, date = _dos(member.modified)
    lengths = (len(member.path), _TIME.size + len(more))
    fixed = _LOCAL.pack(b"PK\3\4", version, flags, 0, time, date, member.crc or 0, shown, shown, *lengths)
    return fixed + member.path + _exact(member.modified) + more


def tail(member: Member, crc: int) -> bytes:
    """What stands after the bytes of a file whose checksum was not known before."""
    sizes = "QQ" if member.size >= _LARGE else "LL"
    return struct.pack(f"<4sL{sizes}", b"PK\7\x08", crc, member.size, member.size)


def entry(member: Member, crc: int, *, offset: int) -> bytes:
    """A line of the directory: where a file or folder begins."""
    large = [member.size, member.size] if member.size >= _LARGE else []
    large += [offset] if offset >= _LARGE else []
    more = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    version, flags, size = _needs(more), _flags(known=member.crc is not None), min(member.size, _LARGE)
    attributes = _FOLDER if member.path.endswith(b"/") else _FILE
    lengths = (len(member.path), _TIME.size + len(more), 0, 0, 0)
    time, date = _dos(member.modified)
    place = (attributes, min(offset, _LARGE))
    named = (b"PK\1\2", _BY_UNIX | version, version, flags, 0, time, date, crc, size, size)
    return _CENTRAL.pack(*named, *lengths, *place) + member.path + _exact(member.modified) + more


def end(count: int, *, start: int, length: int) -> bytes:
    """What closes a zip of so many members, whose directory begins at `start`."""
    shown, at = min(count, _MANY), start + length
    last = _END.pack(b"PK\5\6", 0, 0, shown, shown, min(length, _LARGE), min(start, _LARGE), 0)
    if not _needs_64(count, start=start, length=length):
        return last
    by, size = _BY_UNIX | _WITH_64, _END64.size - 12
    larger = _END64.pack(b"PK\6\6", size, by, _WITH_64, 0, 0, count, count, length, start)
    return larger + _LOCATOR.pack(b"PK\6\7", 0, at, 1) + last


def _needs(more: bytes) -> int:
    return _WITH_64 if more else _PLAIN


def _flags(*, known: bool) -> int:
    return _UTF8 if known else _UTF8 | _SUM_FOLLOWS


def _zip64_length(size: int, offset: int) -> int:
    numbers = (2 if size >= _LARGE else 0) + (1 if offset >= _LARGE else 0)
    return _ZIP64.size + 8 * numbers if numbers else 0


def _needs_64(count: int, *, start: int, length: int) -> bool:
    return count >= _MANY or start >= _LARGE or length >= _LARGE


def _dos(modified: int) -> tuple[int, int]:
    """Time and date by FAT: two seconds fine, from 1980 on. It has no zone; ours is UTC."""
    moment = max(_FIRST, min(datetime.fromtimestamp(modified, UTC), _LAST))
    date = (moment.year - 1980) << 9 | moment.month << 5 | moment.day
    return moment.hour << 11 | moment.minute << 5 | moment.second // 2, date


def _exact(modified: int) -> bytes:
    """The same in Unix seconds, which most programs prefer (Info-ZIP's extended timestamp)."""
    return _TIME.pack(0x5455, 5, 1, max(0, min(modified, _LAST_SIGNED)))
