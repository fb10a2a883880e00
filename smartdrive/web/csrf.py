"""One CSRF token a session, unchanged while it lasts; signed-out forms are bound to a random cookie instead."""

import hmac
import secrets

from flask import Response, g, request

from smartdrive.domain.errors import BadToken
from smartdrive.domain.keychain import Keys
from smartdrive.ports.table import Unavailable
from smartdrive.web.current import services
from smartdrive.web.signed_in import session_now

HEADER = "X-CSRF-Token"
FIELD = "csrf_token"
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
COOKIE = "visitor"
COOKIE_BYTES = 16


def token() -> str:
    """The token for the forms of this page; makes a visitor cookie when nobody is signed in."""
    return _token_for(_bound_to() or _new_visitor(), services().keys.current)


def check() -> None:
    """Raise BadToken unless the request carries the token of its session or visitor."""
    bound = _bound_to()
    given = request.headers.get(HEADER, "") or _field()
    right = (_token_for(bound, keys) for keys in services().keys.all())
    if not bound or not any(hmac.compare_digest(given.encode("utf-8", "replace"), each.encode()) for each in right):
        raise BadToken


def remember_visitor(response: Response) -> Response:
    """Set the visitor cookie when this page made one; it ends with the browser."""
    if made := g.get("new_visitor"):
        https = services().settings.https
        response.set_cookie(cookie_name(), made, secure=https, httponly=True, samesite="Lax", path="/")
    return response


def cookie_name() -> str:
    """With the __Host- prefix wherever browsers honour it."""
    return ("__Host-" if services().settings.https else "") + COOKIE


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


def _token_for(bound: str, keys: Keys) -> str:
    return hmac.digest(keys.derive("csrf"), bound.encode("utf-8", "replace"), "sha256").hex()[:32]
