"""Access and refresh tokens: bearer for programs, cookies for pages. What they open is judged by the session."""

import time
from datetime import timedelta
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_jwt_extended import (
    JWTManager,
    create_access_token,
    create_refresh_token,
    set_access_cookies,
    set_refresh_cookies,
    unset_jwt_cookies,
    verify_jwt_in_request,
)
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt import InvalidKeyError, PyJWTError

from smartdrive.current import services as current_services
from smartdrive.domain.keychain import Keychain
from smartdrive.domain.models import Session
from smartdrive.services.services import Services
from smartdrive.web.claims import Claims, Known

ACCESS_LIFE = timedelta(minutes=15)
NAME = "smartdrive"
LABEL = "tokens"
KNOWN = "smartdrive.claims"


def init(app: Flask, services: Services) -> None:
    """Configure the library; algorithm, issuer, audience and times are checked by it, the key by its id."""
    prefix = services.settings.cookie_prefix
    app.config.update(
        JWT_ALGORITHM="HS256",
        JWT_TOKEN_LOCATION=["headers", "cookies"],
        JWT_ACCESS_TOKEN_EXPIRES=ACCESS_LIFE,
        JWT_ENCODE_ISSUER=NAME,
        JWT_DECODE_ISSUER=NAME,
        JWT_ENCODE_AUDIENCE=NAME,
        JWT_DECODE_AUDIENCE=NAME,
        JWT_ACCESS_COOKIE_NAME=f"{prefix}access",
        JWT_REFRESH_COOKIE_NAME=f"{prefix}refresh",
        JWT_COOKIE_SECURE=services.settings.https,
        JWT_COOKIE_SAMESITE="Lax",
        JWT_COOKIE_CSRF_PROTECT=False,
    )
    manager = JWTManager(app)
    manager.encode_key_loader(lambda _: services.keys.current.derive(LABEL))
    manager.decode_key_loader(lambda header, _: _key(services.keys, header.get("kid")))
    app.extensions[KNOWN] = Known()
    app.after_request(_renew)


def by_bearer() -> bool:
    """Whether the request brings its own token; its cookies then count for nothing."""
    return request.headers.get("Authorization", "").lower().startswith("bearer")


def read(*, refresh: bool = False) -> tuple[str, str] | None:
    """Ids of person and session in the request's access (or refresh) token; None for no token or any flaw in it."""
    claims = _verified(refresh=True) if refresh else _access_claims()
    return (claims.user, claims.session) if claims else None


def _access_claims() -> Claims | None:
    known: Known = current_app.extensions[KNOWN]
    cookie = current_app.config["JWT_ACCESS_COOKIE_NAME"]
    shown = request.headers["Authorization"] if by_bearer() else request.cookies.get(cookie, "")
    found = known.find(shown, now=time.time())
    if found is None and (found := _verified(refresh=False)):
        known.keep(shown, found)
    return found


def _verified(*, refresh: bool) -> Claims | None:
    try:
        found = verify_jwt_in_request(refresh=refresh, locations=["headers" if by_bearer() else "cookies"])
    except (JWTExtendedException, PyJWTError):
        return None
    said: dict[str, Any] = found[1] if found else {}
    user, session, ends = said.get("sub"), said.get("sid"), said.get("exp")
    if isinstance(user, str) and isinstance(session, str) and isinstance(ends, int | float):
        return Claims(user, session, ends)
    return None


def access_token(session: Session) -> str:
    """A token that opens what the session opens, for a quarter of an hour."""
    claims = {"sid": session.id}
    return str(create_access_token(session.user, additional_claims=claims, additional_headers=_header()))


def refresh_token(session: Session) -> str:
    """A token that renews access tokens as long as the session lives."""
    left = session.expires - current_services().clock()
    claims = {"sid": session.id}
    token = create_refresh_token(
        session.user, expires_delta=left, additional_claims=claims, additional_headers=_header()
    )
    return str(token)


def set_cookies(response: Response, session: Session) -> None:
    """Sign this browser in."""
    left = int((session.expires - current_services().clock()).total_seconds())
    set_access_cookies(response, access_token(session), max_age=int(ACCESS_LIFE.total_seconds()))
    set_refresh_cookies(response, refresh_token(session), max_age=left)


def drop_cookies(response: Response) -> None:
    """Sign this browser out."""
    unset_jwt_cookies(response)
    g.pop("renew", None)


def signed_out() -> Response:
    """The empty answer of the API to whoever has ended their session: a browser forgets it."""
    response = Response(status=204)
    if not by_bearer():
        drop_cookies(response)
    return response


def _renew(response: Response) -> Response:
    """A new access token for a browser that showed its refresh token only."""
    if session := g.pop("renew", None):
        set_access_cookies(response, access_token(session), max_age=int(ACCESS_LIFE.total_seconds()))
    return response


def _header() -> dict[str, str]:
    return {"kid": current_services().keys.current.id}


def _key(keys: Keychain, key_id: object) -> bytes:
    found = keys.find(key_id) if isinstance(key_id, str) and key_id.isascii() else None
    if found is None:
        raise InvalidKeyError("unknown key id")
    return found.derive(LABEL)
