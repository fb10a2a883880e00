"""Sending a zip: exact length, ranges that resume, and no more of them at once than the pool holds."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from flask import Flask, Response, current_app, request
from werkzeug.datastructures import ContentRange
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from smartdrive.current import services
from smartdrive.domain.errors import Full
from smartdrive.domain.http_names import disposition
from smartdrive.services.services import Services
from smartdrive.services.zips import Zip
from smartdrive.web.zip_sending import body

POOL = "smartdrive_zips"
_HEADERS = {
    "Content-Type": "application/zip",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "private, no-cache",
}


def init(app: Flask, drive: Services) -> None:
    """Make the pool of this process."""
    app.extensions[POOL] = threading.BoundedSemaphore(drive.settings.zips)


def send(make: Callable[[], Zip]) -> Response:
    """Answer with the zip that `make` finds; Full when as many as may be are on their way.

    A place in the pool is held from the first read to the last byte: reading what is in 10,000 folders is work, too.
    """
    pool: threading.BoundedSemaphore = current_app.extensions[POOL]
    if not pool.acquire(blocking=False):
        raise Full
    with ExitStack() as place:
        place.callback(pool.release)
        response = _answer(make())
        if response.status_code in (200, 206) and request.method == "GET":
            held = place.pop_all()
            response.response = _until_sent(response.iter_encoded(), held)
            response.call_on_close(held.close)
        return response


def _until_sent(blocks: Iterator[bytes], held: ExitStack) -> Iterator[bytes]:
    with held:
        yield from blocks


def _answer(found: Zip) -> Response:
    """The whole zip, one range of it, or that it is the one they have."""
    response = Response(headers=_HEADERS)
    response.headers["Content-Disposition"] = disposition(found.name, inline=False)
    response.headers["Accept-Ranges"] = "bytes" if found.etag else "none"
    response.content_length = found.length
    if found.etag:
        response.set_etag(found.etag)
        response.make_conditional(request)
    if response.status_code == 200:
        _fill(response, found)
    return response


def _fill(response: Response, found: Zip) -> None:
    span = _span(found)
    start, stop = span or (0, found.length)
    if span:
        response.status_code = 206
        response.content_length = stop - start
        response.content_range = ContentRange("bytes", start, stop, found.length)
    if request.method == "GET":
        services().metrics.downloaded("zip", stop - start)
    response.response = body(found.stream, start, stop=stop)


def _span(found: Zip) -> tuple[int, int] | None:
    """What they have not got yet, None for everything: also when theirs is the beginning of another zip."""
    asked = request.range
    if request.method != "GET" or not found.etag or asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    if request.headers.get("If-Range", f'"{found.etag}"').strip() != f'"{found.etag}"':
        return None
    start, stop = asked.ranges[0]
    start = max(start + found.length, 0) if start < 0 else start
    if start >= found.length:
        raise RequestedRangeNotSatisfiable(found.length)
    return start, min(stop or found.length, found.length)
