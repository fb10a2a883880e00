"""One CSRF token a session, unchanged while it lasts; signed-out forms are bound to a random cookie instead.

Every answer writes it under a mask of its own: pages are compressed, and what stands in them alike each time could be
guessed from the length of many answers (BREACH).
"""

import hmac
import secrets

from flask import Response, g, request

from smartdrive.current import services
from smartdrive.domain.errors import BadToken
from smartdrive.domain.keychain import Keys
from smartdrive.ports.table import Unavailable
from smartdrive.web.signed_in import session_now

HEADER = "X-CSRF-Token"
FIELD = "csrf_token"
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
COOKIE = "visitor"
COOKIE_BYTES = 16
TOKEN_BYTES = 16


def token() -> str:
    """The token for the forms of this answer; makes a visitor cookie when nobody is signed in."""
    if "csrf_token" not in g:
        g.csrf_token = _masked(_token_for(_bound_to() or _new_visitor(), services().keys.current))
    masked: str = g.csrf_token
    return masked


def check() -> None:
    """Raise BadToken unless the request carries the token of its session or visitor."""
    bound = _bound_to()
    given = _unmasked(request.headers.get(HEADER, "") or _field())
    right = (_token_for(bound, keys) for keys in services().keys.all())
    if not bound or not any(hmac.compare_digest(given, each) for each in right):
        raise BadToken


def remember_visitor(response: Response) -> Response:
    """Set the visitor cookie when this page made one; it ends with the browser."""
    if made := g.get("new_visitor"):
        https = services().settings.https
        response.set_cookie(cookie_name(), made, secure=https, httponly=True, samesite="Lax", path="/")
    return response


def cookie_name() -> str:
    """The visitor cookie's name here."""
    return services().settings.cookie_prefix + COOKIE


def _bound_to() -> str:
    try:
        session = session_now()
    except Unavailable:
        session = None
    if session:
        return f"session:{session.id}"
    visitor = g.get("new_visitor") or request.cookies.get(cookie_name(), "")
    return f"visitor:{visitor}" if visitor else ""


def _new_visitor() -> str:
    g.new_visitor = secrets.token_urlsafe(COOKIE_BYTES)
    return f"visitor:{g.new_visitor}"


def _field() -> str:
    return request.form.get(FIELD, "") if request.mimetype in FORMS else ""


def _token_for(bound: str, keys: Keys) -> bytes:
    return hmac.digest(keys.derive("csrf"), bound.encode("utf-8", "replace"), "sha256")[:TOKEN_BYTES]


def _masked(plain: bytes) -> str:
    """A pad that is used once, and the token under it."""
    pad = secrets.token_bytes(TOKEN_BYTES)
    return (pad + _crossed(plain, pad)).hex()


def _unmasked(given: str) -> bytes:
    """The token of what a page was given; nothing for all else."""
    try:
        sealed = bytes.fromhex(given)
    except ValueError:
        return b""
    return _crossed(sealed[TOKEN_BYTES:], sealed[:TOKEN_BYTES]) if len(sealed) == 2 * TOKEN_BYTES else b""


def _crossed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
