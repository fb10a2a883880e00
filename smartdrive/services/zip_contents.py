"""What will be in a zip: one packed row of some 90 bytes a file, from which every byte around the files can be made.

The whole list is kept while a zip is sent, so that what changes in the drive meanwhile does not tear it. Its size is
bounded, and that of the files does not matter.
"""

import hashlib
import struct
from array import array
from collections.abc import Iterator
from typing import NamedTuple

from smartdrive.domain.errors import TooLarge
from smartdrive.domain.words import _
from smartdrive.domain.zip_format import (
    LAYOUT,
    LONGEST_PATH,
    Member,
    end_length,
    entry_length,
    head_length,
    tail_length,
)

MOST_BYTES = 36 * 1024 * 1024
"""Of all rows: 100,000 files even with the longest names, some 400,000 with usual ones."""
_ROW = struct.Struct("<QqIIBBH")
_FOLDER, _KNOWN = 1, 2


class Stored(NamedTuple):
    """Where the bytes of a file are; `crc` is None until it is computed, `modified` in Unix seconds."""

    object: str
    object_version: str
    size: int
    crc: int | None
    modified: int


class Placed(NamedTuple):
    """A member of the zip, with the object that has its bytes and that object's version; "" for a folder."""

    member: Member
    object: str
    object_version: str

    @property
    def length(self) -> int:
        """Bytes it takes in the zip, without its line in the directory."""
        _, size, crc, _ = self.member
        return head_length(len(self.member.path), size) + size + tail_length(size, known=crc is not None)


class Contents:
    """Files and folders in the order in which they stand in the zip; 0 is the number of its top."""

    def __init__(self) -> None:
        self.count = 0
        self.complete = True
        """Whether all checksums are known."""
        self.directory_at = 0
        """Where the directory begins: the length of all before it."""
        self.directory_length = 0
        self._rows = bytearray()
        self._parents, self._places, self._lengths = array("I", [0]), array("Q", [0]), array("I", [0])

    @property
    def folders(self) -> int:
        """How many there are, the top included: the number of the next one."""
        return len(self._parents)

    @property
    def length(self) -> int:
        """Bytes of the whole zip."""
        start, length = self.directory_at, self.directory_length
        return start + length + end_length(self.count, start=start, length=length)

    @property
    def etag(self) -> str:
        """The same for the same bytes, and for no others; "" while a checksum is missing."""
        if not self.complete:
            return ""
        return hashlib.sha256(b"%d " % LAYOUT + self._rows).hexdigest()[:40]

    def add_folder(self, parent: int, *, name: str, node_id: str, modified: int) -> None:
        """Put a folder into another one; TooLarge when there is no more room for names."""
        place = len(self._rows)
        size = self._lengths[parent] + len(name.encode()) + 1
        self._add(parent, Stored(node_id, "", 0, 0, modified), name=name, flags=_FOLDER | _KNOWN, path=size)
        self._parents.append(parent)
        self._places.append(place)
        self._lengths.append(size)

    def add_file(self, parent: int, *, name: str, stored: Stored) -> None:
        """Put a file into a folder; TooLarge when there is no more room for names."""
        size = self._lengths[parent] + len(name.encode())
        self._add(parent, stored, name=name, flags=0 if stored.crc is None else _KNOWN, path=size)

    def _add(self, parent: int, stored: Stored, *, name: str, flags: int, path: int) -> None:
        encoded, where = name.encode(), f"{stored.object} {stored.object_version}".encode()
        if len(self._rows) + _ROW.size + len(encoded) + len(where) > MOST_BYTES:
            raise TooLarge(_("These are more files than fit into one zip. Download them in several."))
        if path > LONGEST_PATH:
            raise TooLarge(_("A folder lies too deep for a zip. Download it by itself."))
        lengths = (len(encoded), len(where))
        self._rows += _ROW.pack(stored.size, stored.modified, stored.crc or 0, parent, flags, *lengths)
        self._rows += encoded + where
        self._count(stored.size, path=path, known=bool(flags & _KNOWN))

    def _count(self, size: int, *, path: int, known: bool) -> None:
        self.count += 1
        self.complete = self.complete and known
        self.directory_length += entry_length(path, size, offset=self.directory_at)
        self.directory_at += head_length(path, size) + size + tail_length(size, known=known)

    def folder_id(self, number: int) -> str:
        """The id of a folder's node."""
        return self._row(self._places[number])[2].rstrip()

    def __iter__(self) -> Iterator[Placed]:
        at, parent, above = 0, 0, b""
        while at < len(self._rows):
            numbers, name, where, after = self._read(at)
            size, modified, crc, inside, flags, _, _ = numbers
            if inside != parent:
                parent, above = inside, self._path(inside)
            folder = bool(flags & _FOLDER)
            path = above + name + (b"/" if folder else b"")
            key, _, version = ("", "", "") if folder else where.partition(" ")
            yield Placed(Member(path, size, crc if flags & _KNOWN else None, modified), key, version)
            at = after

    def _path(self, number: int) -> bytes:
        steps: list[bytes] = []
        while number:
            steps.append(self._row(self._places[number])[1])
            number = self._parents[number]
        return b"".join(step + b"/" for step in reversed(steps))

    def _row(self, at: int) -> tuple[tuple[int, ...], bytes, str]:
        return self._read(at)[:3]

    def _read(self, at: int) -> tuple[tuple[int, ...], bytes, str, int]:
        """Numbers, name and where of the row at that place, and the place of the next one."""
        numbers = _ROW.unpack_from(self._rows, at)
        name = at + _ROW.size
        where = name + numbers[5]
        after = where + numbers[6]
        return numbers, bytes(self._rows[name:where]), self._rows[where:after].decode(), after
