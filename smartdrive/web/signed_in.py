"""Who is signed in, by a session or by an access token: looked up once a request, when somebody asks."""

from dataclasses import replace
from http import HTTPStatus

from flask import Response, g, request

from smartdrive.current import services
from smartdrive.domain.clock import new_id
from smartdrive.domain.errors import NotSignedIn, SessionNeeded
from smartdrive.domain.events import change_id
from smartdrive.domain.models import AccessToken, Acting, Session, User
from smartdrive.services.tokens import PREFIX
from smartdrive.web import tokens
from smartdrive.web.access import SAFE

Found = tuple[Session | None, AccessToken | None, User | None]
CHANGE = "Change-Id"
NOBODY: Found = (None, None, None)


def session_now() -> Session | None:
    """The live session of this request, None for strangers and programs with an access token.

    A browser whose access token is over, but whose refresh token is not, gets a new one along with the answer.
    """
    if "session" not in g:
        g.session, g.access_token, user = _found()
        g.user = _acting(user) if user and request.method not in SAFE else user
    session: Session | None = g.session
    return session


def token_now() -> AccessToken | None:
    """The live access token of this request, None for everybody else."""
    session_now()
    token: AccessToken | None = g.access_token
    return token


def user_now() -> User | None:
    """The person who is signed in, None for strangers."""
    session_now()
    user: User | None = g.user
    return user


def current_session() -> Session:
    """The live session; NotSignedIn without one, SessionNeeded when an access token is all there is."""
    session = session_now()
    if session is None:
        raise SessionNeeded if token_now() else NotSignedIn
    return session


def current_user() -> User:
    """The person who is signed in; NotSignedIn for strangers."""
    user = user_now()
    if user is None:
        raise NotSignedIn
    return user


def name_change(response: Response) -> Response:
    """Tell whoever changed something under which id it can be undone."""
    user: User | None = g.get("user")
    if user and user.acting.change and response.status_code < HTTPStatus.BAD_REQUEST:
        response.headers[CHANGE] = user.acting.change
    return response


def _acting(user: User) -> User:
    change = change_id(services().clock(), new_id())
    return replace(user, acting=Acting(change, request.remote_addr or ""))


def _found() -> Found:
    try:
        given = _own_token()
        return _by_token(given) if given else _by_session()
    except NotSignedIn:
        return NOBODY


def _own_token() -> str:
    """The access token that the request brings as its bearer; "" when it is a session's, or nothing."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" and given.lstrip().startswith(PREFIX) else ""


def _by_token(text: str) -> Found:
    token, user = services().tokens.load(text)
    services().tokens.see(token)
    return None, token, user


def _by_session() -> Found:
    claims = tokens.read()
    renewing = claims is None and not tokens.by_bearer()
    if renewing:
        claims = tokens.read(refresh=True)
    if claims is None:
        return NOBODY
    session, user = services().sessions.load(claims[0], claims[1])
    services().sessions.see(session)
    if renewing:
        g.renew = session
    return session, None, user
