"""Requests as written: http.client does not tidy paths, and `raw` sends any bytes at all."""

import http.client
import json
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:  # whatever the server says
        return json.loads(self.body)


def ask(
    port: int,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes | Iterable[bytes] | None = None,
    *,
    source: str = "",
) -> Answer:
    """`source` is another address of this machine that the request comes from."""
    whence = (source, 0) if source else None
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120, source_address=whence)
    try:
        given = dict(headers or {})
        connection.request(method, path, body=body, headers=given, encode_chunked="Transfer-Encoding" in given)
        got = connection.getresponse()
        return Answer(got.status, {name.lower(): text for name, text in got.getheaders()}, got.read())
    finally:
        connection.close()


def parsed(said: bytes) -> Answer:
    """What `raw` got, when that is one answer."""
    head, _, body = said.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [line.partition(": ") for line in lines]
    return Answer(int(first.split()[1]), {name.lower(): text for name, _, text in pairs}, body)


def begun(port: int, sent: bytes) -> bytes:
    """The first thing that comes back: an answer whole, or the word to go on."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(sent)
        got = b""
        while b"\r\n\r\n" not in got and (block := line.recv(65536)):
            got += block
        length = int(parsed(got).headers.get("content-length", "0"))
        while len(got.partition(b"\r\n\r\n")[2]) < length and (block := line.recv(65536)):
            got += block
        return got


def raw(port: int, sent: bytes) -> bytes:
    """What comes back, however late, up to the end of the connection or two silent seconds."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(sent)
        try:
            while block := line.recv(65536):
                got += block
                line.settimeout(2)
        except TimeoutError:
            pass
    return got
