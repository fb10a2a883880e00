"""A small HTTP/1.1 client on a plain socket: cheap enough that the server is what gets measured.

It keeps its connection, sends files by sendfile and throws large answers away as they arrive.
"""

import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

END_OF_HEAD = b"\r\n\r\n"
BLOCK = 1 << 20
LOOPBACK = "127.0.0.1"


class Refused(Exception):
    """An answer that is not the wanted one."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a file as a body."""

    path: Path
    offset: int
    length: int

    @classmethod
    def whole(cls, path: Path) -> Self:
        return cls(path, 0, path.stat().st_size)


Body = bytes | Piece | Mapping[str, object]


@dataclass(frozen=True)
class Answer:
    """`body` is empty when it was thrown away; `length` counts it all the same."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    length: int

    def json(self) -> Any:  # noqa: ANN401  # whatever the server says
        return json.loads(self.body)

    def wanted(self, *statuses: int) -> Self:
        """Itself, or Refused when the status is none of these."""
        if self.status not in statuses:
            raise Refused(f"{self.status}: {self.body[:300]!r}")
        return self


@dataclass(frozen=True)
class Place:
    """Where a server is: `named` is what the Host header says, `source` the address that connections come from."""

    host: str
    port: int
    named: str
    tls: bool = False
    source: str = ""

    @classmethod
    def of(cls, address: str, *, source: str = "") -> Self:
        """Of an http or https address; whatever stands behind its host does not matter."""
        there = urlsplit(address)
        if there.scheme not in {"http", "https"} or not there.hostname:
            raise ValueError(f"{address} is no http or https address")
        tls = there.scheme == "https"
        return cls(there.hostname, there.port or (443 if tls else 80), there.netloc, tls, source)


class Line:
    """One kept-alive connection to a port on loopback, or to another place; `headers` go with every request that brings
    none. `resent` counts the requests that were sent again because the server had hung up meanwhile."""

    def __init__(self, place: int | Place, *, headers: Mapping[str, str] | None = None) -> None:
        self._place = Place(LOOPBACK, place, f"{LOOPBACK}:{place}") if isinstance(place, int) else place
        self._headers = dict(headers or {})
        self._block = bytearray(BLOCK)
        self._left = b""
        self._socket: socket.socket | None = None
        self.resent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._socket:
            self._socket.close()
        self._socket, self._left = None, b""

    def ask(
        self,
        method: str,
        target: str,
        *,
        body: Body = b"",
        headers: Mapping[str, str] | None = None,
        keep: bool = True,
    ) -> Answer:
        """`body`: bytes, a piece of a file, or what becomes JSON; `headers` stand in for the line's own.

        A request that met a connection closed while it was idle is sent again once, on a fresh one.
        """
        fresh = self._socket is None
        sent = self._headers if headers is None else headers
        try:
            return self._exchange(method, target, body=body, headers=sent, keep=keep)
        except (ConnectionResetError, BrokenPipeError):
            self.close()
            if fresh:
                raise
            self.resent += 1
            return self._exchange(method, target, body=body, headers=sent, keep=keep)

    def take(self, address: str, *, span: tuple[int, int] | None = None) -> int:
        """Fetch and throw away; a signed address needs no credentials. The length of what came."""
        there, signed = urlsplit(address), address.startswith("http")
        headers = ({} if signed else self._headers) | ({"Range": f"bytes={span[0]}-{span[1]}"} if span else {})
        target = there.path + (f"?{there.query}" if there.query else "")
        return self.ask("GET", target, headers=headers, keep=False).wanted(206 if span else 200).length

    def _exchange(self, method: str, target: str, *, body: Body, headers: Mapping[str, str], keep: bool) -> Answer:
        line = self._connected()
        payload, kind = _payload(body)
        length = payload.length if isinstance(payload, Piece) else len(payload)
        own = {"Content-Length": str(length)} if length or method in {"PUT", "POST"} else {}
        line.sendall(self._head(method, target, headers={**own, **kind, **headers}))
        if isinstance(payload, Piece):
            with payload.path.open("rb") as file:
                line.sendfile(file, payload.offset, payload.length or None)
        elif payload:
            line.sendall(payload)
        return self._answer(method, keep=keep)

    def _connected(self) -> socket.socket:
        if self._socket is None:
            there = self._place
            source = (there.source, 0) if there.source else None
            line = socket.create_connection((there.host, there.port), timeout=300, source_address=source)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = (
                ssl.create_default_context().wrap_socket(line, server_hostname=there.host) if there.tls else line
            )
        return self._socket

    def _head(self, method: str, target: str, *, headers: Mapping[str, str]) -> bytes:
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self._place.named}"]
        lines += [f"{name}: {text}" for name, text in headers.items()]
        return "\r\n".join(lines).encode() + END_OF_HEAD

    def _answer(self, method: str, *, keep: bool) -> Answer:
        status, headers = self._read_head()
        if method == "HEAD" or status in {204, 304}:
            body, length = b"", 0
        elif "chunked" in headers.get("transfer-encoding", ""):
            body, length = self._read_chunks(keep=keep)
        elif "content-length" in headers:
            length = int(headers["content-length"])
            body = self._read(length, keep=keep)
        else:
            body, length = self._read_to_end()
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, headers, body, length)

    def _read_head(self) -> tuple[int, dict[str, str]]:
        lines = self._until(END_OF_HEAD).decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ", 2)[1])
        if status == 100:
            return self._read_head()
        pairs = (line.partition(":") for line in lines[1:])
        return status, {name.strip().lower(): text.strip() for name, _, text in pairs}

    def _read_chunks(self, *, keep: bool) -> tuple[bytes, int]:
        found, total = b"", 0
        while size := int(self._until(b"\r\n").split(b";")[0], 16):
            found += self._read(size, keep=keep)
            total += size
            self._until(b"\r\n")
        self._until(b"\r\n")
        return found, total

    def _read(self, length: int, *, keep: bool) -> bytes:
        """Exactly so many bytes; thrown away unless kept."""
        taken, self._left = self._left[:length], self._left[length:]
        kept, missing = bytearray(taken if keep else b""), length - len(taken)
        while missing:
            count = self._receive(min(missing, BLOCK))
            if keep:
                kept += memoryview(self._block)[:count]
            missing -= count
        return bytes(kept)

    def _read_to_end(self) -> tuple[bytes, int]:
        """All until the server hangs up; thrown away."""
        total, self._left = len(self._left), b""
        while count := self._connected().recv_into(self._block, BLOCK):
            total += count
        self.close()
        return b"", total

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._left:
            count = self._receive(BLOCK)
            self._left += bytes(memoryview(self._block)[:count])
        found, _, self._left = self._left.partition(mark)
        return found

    def _receive(self, most: int) -> int:
        count = self._connected().recv_into(self._block, most)
        if not count:
            raise ConnectionResetError("the server closed the connection")
        return count


def _payload(body: Body) -> tuple[bytes | Piece, dict[str, str]]:
    if isinstance(body, bytes | Piece):
        return body, {}
    return json.dumps(body, separators=(",", ":")).encode(), {"Content-Type": "application/json"}
