"""The local door: signed addresses of parts and downloads, where storage has none of its own.

The token in the address is the whole authority: no cookie is looked at, so there is nothing to forge across
sites. Behind the shipped nginx.conf bodies come and downloads leave as files; without it both are streamed.
"""

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO, cast

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import FileWrapper, wrap_file

from smartdrive.current import services
from smartdrive.domain.errors import BadInput, Forbidden, NotFound
from smartdrive.domain.http_names import disposition
from smartdrive.domain.words import _
from smartdrive.ports.objects import BadBody, Delivery, Door, Grant, Incomplete, Missing
from smartdrive.web.access import max_body, no_csrf, public
from smartdrive.web.documented import BYTES, Bytes, documented

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

bp = Blueprint("objects", __name__, url_prefix="/objects")

BLOCK = 256 * 1024
MAX_DRAINED = 64 * 1024 * 1024
"""More than a part of ours; who sends more than that after a refusal is cut off."""
PARTS_SOCKET = "/parts.sock"
"""How the path of the socket ends that only nginx's upload location talks to; nginx.conf names it."""

_PART = re.compile(r"/objects/([A-Za-z0-9_-]+)/([1-9][0-9]{0,4})", re.ASCII)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'; img-src 'self'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private",
}
_NOT_VALID = _("This address is not valid, or not any more.")
_WRONG_LENGTH = _("The body does not have the length this address was signed for.")


@bp.put("/<token>/<part>")
@bp.put("/<token>/<part>/small")
@public
@no_csrf
@max_body(None)
@documented({200: None}, takes=Bytes, media=BYTES, refuses=("forbidden", "length_required"))
def put_part(token: str, part: str) -> Response:
    """Take the body of one part; answers its ETag."""
    try:
        with _told():
            etag = _take(_granted(token, "PUT", part=_number(part)))
    except Exception:
        _drain()
        raise
    return Response(status=200, headers={"ETag": etag})


@bp.get("/<token>")
@public
@documented({200: Bytes, 206: Bytes, 304: None}, refuses=("forbidden", "requested_range_not_satisfiable"))
def fetch(token: str) -> Response:
    """Hand over one object as its token says."""
    with _told():
        grant = _granted(token, request.method)
        if grant.delivery is None:
            raise Forbidden(_NOT_VALID)
        if services().settings.behind_nginx:
            return Response(headers=handed_over(_door(), grant.key, delivery=grant.delivery))
        response = _streamed(grant.key)
    response.headers.update(_dress(grant.delivery))
    return response


@bp.get("/check")
@public
def check() -> Response:
    """Tell nginx whether it may take a body at all: 204 or 403. Nobody but nginx can ask."""
    if not came_through_parts():
        raise NotFound
    return Response(status=204 if may_take(_door(), request.environ) else 403)


def may_take(door: Door, environ: "WSGIEnvironment") -> bool:
    """Whether the body that nginx was sent has the address, method and length that were signed."""
    asked = _PART.fullmatch(environ.get("HTTP_X_ORIGINAL_URI", ""))
    if asked is None or environ.get("HTTP_X_ORIGINAL_METHOD") != "PUT":
        return False
    try:
        grant = door.admit(asked[1], "PUT", part=int(asked[2]))
    except Missing:
        return False
    return grant is not None and environ.get("HTTP_X_ORIGINAL_LENGTH") == str(grant.length)


def came_through_parts() -> bool:
    """Whether nginx's upload location sent this: the socket itself tells, since any header can be forged."""
    return came_through(request.environ)


def came_through(environ: "WSGIEnvironment") -> bool:
    """The same of a request that no framework has looked at yet."""
    held = environ.get("gunicorn.socket")
    name = held.getsockname() if held is not None else ""
    return isinstance(name, str) and name.endswith(PARTS_SOCKET)


def _door() -> Door:
    """These views are registered only where there is one."""
    return cast(Door, services().door)


def _number(part: str) -> int:
    return int(part) if part.isascii() and part.isdigit() and len(part) <= 5 else 0


def _granted(token: str, method: str, *, part: int = 0) -> Grant:
    if grant := _door().admit(token, method, part=part):
        return grant
    raise Forbidden(_NOT_VALID)


def _take(grant: Grant) -> str:
    if came_through_parts():
        path = request.headers.get("X-Body-File", "")
        return _door().accept_file(grant, path) if path else _door().accept(grant, io.BytesIO())
    if "Transfer-Encoding" in request.headers:
        abort(411)
    if (request.content_length or 0) != grant.length:
        raise BadInput(_WRONG_LENGTH)
    return _door().accept(grant, request.stream)  # type: ignore[arg-type]  # it is typed as IO[bytes]


def _drain() -> None:
    """Read on after a refusal: who is cut off while sending sees a network fault, never the answer."""
    left = MAX_DRAINED
    with suppress(HTTPException, OSError):
        while left > 0 and (block := request.stream.read(min(BLOCK, left))):
            left -= len(block)


def handed_over(door: Door, key: str, *, delivery: Delivery) -> dict[str, str]:
    """The headers by which nginx sends the file itself, with ranges and validators of its own."""
    return {"X-Accel-Redirect": f"/_objects/{door.path(key)}", **_dress(delivery)}


def _streamed(key: str) -> Response:
    file = _door().file(key)
    try:
        return _conditional(file, key)
    except BaseException:
        file.close()
        raise


def _conditional(file: BinaryIO, key: str) -> Response:
    """The whole file, one range of it, or 304; several ranges or another unit than bytes get the whole."""
    found = os.fstat(file.fileno())
    asked = request.range
    single = asked is not None and asked.units == "bytes" and len(asked.ranges) == 1
    # The server's own wrapper sends whole files fastest; Werkzeug's can seek to a range instead of reading up to it.
    wrapped = FileWrapper(file, BLOCK) if single else wrap_file(request.environ, file, BLOCK)
    response = Response(wrapped, direct_passthrough=True)
    response.content_length = found.st_size
    response.last_modified = datetime.fromtimestamp(found.st_mtime, UTC)
    response.set_etag(key)
    response.make_conditional(request, accept_ranges=True, complete_length=found.st_size if single else None)
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _dress(delivery: Delivery) -> dict[str, str]:
    told = disposition(delivery.filename, inline=delivery.inline)
    return {**_HEADERS, "Content-Type": delivery.content_type, "Content-Disposition": told}


@contextmanager
def _told() -> Iterator[None]:
    """Say what storage refused in the words of the drive."""
    try:
        yield
    except Missing:
        raise NotFound from None
    except (Incomplete, BadBody):
        raise BadInput(_WRONG_LENGTH) from None
