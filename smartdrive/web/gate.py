"""The one gate before every view: our host, an address of text, a marked view, a live session or token, CSRF token."""

from urllib.parse import unquote_to_bytes

from flask import Flask, current_app, request

from smartdrive.domain.errors import BadInput, Forbidden, ReadOnly
from smartdrive.domain.words import _
from smartdrive.services.services import Services
from smartdrive.web import csrf, hosts, tokens
from smartdrive.web.access import SAFE, Access, access_of, needs_csrf
from smartdrive.web.signed_in import current_session, current_user, name_change, token_now, user_now

ANY_HOST = "/status"
FROM_NEAR = frozenset({"/status/ready", "/metrics"})
"""Who watches over the drive on its own machine calls that by a name of its own; strangers get nothing there."""

__all__ = ["check", "current_session", "current_user", "init", "signed_in_now"]


def init(app: Flask, services: Services) -> None:
    """Stand before every view of the application."""
    names = hosts.names_of(services.settings.public_url)
    app.before_request(lambda: _check_host(names))
    app.before_request(_check_text)
    app.before_request(_check_access)
    app.after_request(csrf.remember_visitor)
    app.after_request(name_change)


def check(app: Flask) -> None:
    """Raise LookupError when a view says nothing about who may call it: that is a mistake of ours."""
    unmarked = {
        rule.endpoint for rule in app.url_map.iter_rules() if access_of(app.view_functions[rule.endpoint]) is None
    }
    if unmarked:
        raise LookupError(f"views without a mark of access: {', '.join(sorted(unmarked))}")


def signed_in_now() -> bool:
    """Whether somebody is signed in, for views that anyone may call."""
    return user_now() is not None


def _check_host(names: frozenset[str]) -> None:
    if request.path == ANY_HOST:
        return
    known = names | hosts.LOOPBACK_NAMES if request.path in FROM_NEAR else names
    if not hosts.is_ours(request.environ.get("HTTP_HOST", ""), names=known):
        raise BadInput(_("This drive does not answer to that name."))


def _check_text() -> None:
    """Bytes that are no UTF-8 would come to the views as other signs than were sent: a file under another name."""
    path, query = (request.environ.get(name, "").encode("latin-1") for name in ("PATH_INFO", "QUERY_STRING"))
    try:
        path.decode(), unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        raise BadInput(_("This address holds bytes that are no text in UTF-8.")) from None


def _check_access() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return
    access = access_of(view)
    if access is None:
        raise Forbidden
    if access is not Access.PUBLIC:
        _check_person(access)
    if request.method not in SAFE and needs_csrf(view) and not tokens.by_bearer():
        csrf.check()


def _check_person(access: Access) -> None:
    user = current_user()
    if access is not Access.SIGNED_IN:
        current_session()
    if access is Access.OPERATOR and user.role != "operator":
        raise Forbidden
    token = token_now()
    if token and token.scope == "read" and request.method not in SAFE:
        raise ReadOnly
