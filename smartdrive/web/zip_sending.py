"""A zip on its way out: where files are on a disk of ours the kernel sends them, and they never pass through here."""

import os
import socket
from collections.abc import Iterable, Iterator

from flask import request

from smartdrive.current import services
from smartdrive.ports.objects import Door
from smartdrive.services.zip_stream import TOGETHER, Extent, Torn, ZipStream


def body(stream: ZipStream, start: int, *, stop: int) -> Iterable[bytes]:
    """The bytes from `start` up to `stop`, for the web server to send."""
    door, line = services().door, request.environ.get("gunicorn.socket")
    if door is None or line is None or not stream.contents.complete:
        return stream.between(start, stop)
    return _handed(stream, door, line=line, span=(start, stop))


def _handed(stream: ZipStream, door: Door, *, line: socket.socket, span: tuple[int, int]) -> Iterator[bytes]:
    """Small pieces are put together and given to the web server, large ones go past it.

    gunicorn has sent whatever it was given, the head of the answer first, before it asks for more.
    """
    held: list[bytes] = []
    size = 0
    for piece in stream.pieces(*span):
        large = isinstance(piece, Extent) and piece.length > TOGETHER
        if large or size > TOGETHER:
            yield b"".join(held)
            held, size = [], 0
        if isinstance(piece, bytes):
            held.append(piece)
            size += len(piece)
        elif large:
            _send(door, piece, line=line)
        else:
            held += stream.read(piece)
            size += piece.length
    yield b"".join(held)


def _send(door: Door, extent: Extent, *, line: socket.socket) -> None:
    with door.file(extent.object) as file:
        at, end = extent.start, extent.start + extent.length
        while at < end:
            sent = os.sendfile(line.fileno(), file.fileno(), at, end - at)
            if not sent:
                raise Torn(extent.object)
            at += sent
