"""Asking a server as a stranger would: no credentials, no redirects, in bounded time."""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    context: ssl.SSLContext | None = None,
    patience: float = PATIENCE,
) -> Answer:
    """Raises OSError or HTTPException when nobody answers, or nobody whom `context` trusts."""
    parts = urlsplit(url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        trusted = context or ssl.create_default_context()
        connection = http.client.HTTPSConnection(parts.netloc, timeout=patience, context=trusted)
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=patience)
    try:
        where = f"{parts.path}?{parts.query}" if parts.query else parts.path
        connection.request(method, where, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
    finally:
        connection.close()
