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
) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        given = dict(headers or {})
        connection.request(method, path, body=body, headers=given, encode_chunked="Transfer-Encoding" in given)
        got = connection.getresponse()
        return Answer(got.status, {name.lower(): text for name, text in got.getheaders()}, got.read())
    finally:
        connection.close()


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
