"""Zips without a drive: what is in them is made up, and so are the bytes."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from smartdrive.ports.objects import Missing, Objects
from smartdrive.services.zip_contents import Contents, Stored
from smartdrive.services.zip_stream import Extent, ZipStream

NOON = 1_795_262_400


@dataclass
class Bytes:
    """Storage in memory; notes how many calls are under way, and what was asked for."""

    stored: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, int, int]] = field(default_factory=list)

    def open(self, key: str, *, version: str = "", start: int = 0, length: int | None = None) -> Iterator[bytes]:
        self.asked.append((key, start, length or 0))
        if key not in self.stored:
            raise Missing
        data = self.stored[key]
        end = len(data) if length is None else start + length
        for at in range(start, end, 100_000):
            yield data[at : min(at + 100_000, end)]


def put(contents: Contents, objects: Bytes, name: str, *, data: bytes, parent: int = 0, summed: bool = True) -> None:
    """A file with its bytes in storage."""
    key = f"o{len(objects.stored)}"
    objects.stored[key] = data
    crc = zlib.crc32(data) if summed else None
    contents.add_file(parent, name=name, stored=Stored(key, "", len(data), crc, NOON))


def stream_of(contents: Contents, objects: Bytes, *, distant: bool = False) -> ZipStream:
    return ZipStream(contents, cast(Objects, objects), distant)


def whole(stream: ZipStream) -> bytes:
    return b"".join(stream.between(0, stream.contents.length))


def write_sparse(stream: ZipStream, path: Path) -> None:
    """The zip as a file, with a hole in place of the bytes of what is large."""
    with path.open("wb") as file:
        for piece in stream.pieces(0, stream.contents.length):
            if isinstance(piece, Extent) and piece.length > 1_000_000:
                file.seek(piece.length, 1)
            else:
                blocks: Any = stream.read(piece) if isinstance(piece, Extent) else [piece]
                file.writelines(blocks)
