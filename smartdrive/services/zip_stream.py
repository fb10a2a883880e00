"""The bytes of a zip, any range of them, read from storage as they are sent: never whole, never on disk."""

import zlib
from array import array
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

from smartdrive.domain import zip_format
from smartdrive.ports.objects import Objects
from smartdrive.services.zip_contents import Contents, Placed

FETCHED = 4 * 1024 * 1024
"""Bytes that one call to distant storage asks for at most."""
AHEAD = 16 * 1024 * 1024
"""Bytes that may be on their way from there."""
CALLS = 16
"""Calls that may be on their way: small files wait for each other no more than large ones."""
TOGETHER = 64 * 1024
"""Pieces smaller than this are sent together."""


class Extent(NamedTuple):
    """Bytes of a stored object that stand in a zip."""

    object: str
    version: str
    start: int
    length: int


Piece = bytes | Extent


class Torn(Exception):
    """A file's bytes are not as long as its zip was told: the rest of the zip cannot be right."""


@dataclass(frozen=True, slots=True)
class ZipStream:
    """Sends what is listed. `distant`: storage answers slowly, but many questions at a time."""

    contents: Contents
    objects: Objects
    distant: bool

    def between(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from `start` up to `stop` in blocks; Torn or Missing when they cannot be had any more.

        As long as a checksum is missing it is the whole zip, whatever was asked for.
        """
        if not self.contents.complete:
            return gathered(self._summed())
        pieces = self.pieces(start, stop)
        return gathered(self._ahead(pieces) if self.distant else self._in_order(pieces))

    def pieces(self, start: int, stop: int) -> Iterator[Piece]:
        """What stands there; all checksums must be known."""
        at = 0
        for each in self.contents:
            following = at + each.length
            if following > start and at < stop:
                yield from self._member(each, start=start - at, stop=stop - at)
            at = following
        yield from self._directory(start, stop)

    def _member(self, each: Placed, *, start: int, stop: int) -> Iterator[Piece]:
        head = zip_format.head(each.member)
        yield head[max(start, 0) : stop]
        first, last = max(start - len(head), 0), min(stop - len(head), each.member.size)
        step = FETCHED if self.distant else max(last - first, 1)
        for at in range(first, last, step):
            yield Extent(each.object, each.object_version, at, min(step, last - at))

    def _summed(self) -> Iterator[bytes]:
        """The whole, with the checksums that nobody has computed yet computed on the way."""
        sums = array("I")
        for each in self.contents:
            member, crc = each.member, 0
            yield zip_format.head(member)
            for block in self.read(Extent(each.object, each.object_version, 0, member.size)) if member.size else ():
                crc = zlib.crc32(block, crc)
                yield block
            if member.crc is None:
                sums.append(crc)
                yield zip_format.tail(member, crc)
        yield from self._directory(0, self.contents.length, sums=sums)

    def _directory(self, start: int, stop: int, *, sums: Iterable[int] = ()) -> Iterator[bytes]:
        """Every file and folder again, with where it begins; then the end. `sums`: those that were not known."""
        contents, rest, offset = self.contents, iter(sums), 0
        at = contents.directory_at
        if stop <= at:
            return
        for member, length in ((each.member, each.length) for each in contents):
            crc = next(rest) if member.crc is None else member.crc
            line = zip_format.entry(member, crc, offset=offset)
            yield line[max(start - at, 0) : max(stop - at, 0)]
            at, offset = at + len(line), offset + length
        end = zip_format.end(contents.count, start=contents.directory_at, length=contents.directory_length)
        yield end[max(start - at, 0) : max(stop - at, 0)]

    def read(self, extent: Extent) -> Iterator[bytes]:
        """These bytes in blocks."""
        left, (name, version, start, length) = extent.length, extent
        for block in self.objects.open(name, version=version, start=start, length=length):
            left -= len(block)
            if left < 0:
                break
            yield block
        if left:
            raise Torn(name)

    def _in_order(self, pieces: Iterable[Piece]) -> Iterator[bytes]:
        for piece in pieces:
            if isinstance(piece, bytes):
                yield piece
            else:
                yield from self.read(piece)

    def _ahead(self, pieces: Iterable[Piece]) -> Iterator[bytes]:
        """The same, while what comes next is being fetched already."""
        coming: deque[tuple[int, bytes | Future[bytes]]] = deque()
        flying = 0
        with ThreadPoolExecutor(CALLS) as pool:
            try:
                for piece in pieces:
                    size = len(piece) if isinstance(piece, bytes) else piece.length
                    while coming and (flying + size > AHEAD or len(coming) >= 2 * CALLS):
                        flying -= coming[0][0]
                        yield _arrived(coming.popleft()[1])
                    coming.append((size, piece if isinstance(piece, bytes) else pool.submit(self._whole, piece)))
                    flying += size
                while coming:
                    yield _arrived(coming.popleft()[1])
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _whole(self, extent: Extent) -> bytes:
        return b"".join(self.read(extent))


def gathered(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in fewer blocks: small ones are put together, large ones are sent as they are."""
    held: list[bytes] = []
    size = 0
    for block in blocks:
        if size and size + len(block) > TOGETHER:
            yield b"".join(held)
            held, size = [], 0
        if len(block) > TOGETHER:
            yield block
        else:
            held.append(block)
            size += len(block)
    if size:
        yield b"".join(held)


def _arrived(piece: "bytes | Future[bytes]") -> bytes:
    return piece if isinstance(piece, bytes) else piece.result()
