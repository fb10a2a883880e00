"""Who is signed in: looked up once a request, when somebody asks."""

from flask import g

from smartdrive.domain.errors import NotSignedIn
from smartdrive.domain.models import Session, User
from smartdrive.web import tokens
from smartdrive.web.current import services


def session_now() -> Session | None:
    """The live session of this request, None for strangers.

    A browser whose access token is over, but whose refresh token is not, gets a new one along with the answer.
    """
    if "session" not in g:
        g.session, g.user = _found() or (None, None)
    session: Session | None = g.session
    return session


def current_session() -> Session:
    """The live session; NotSignedIn without one."""
    session = session_now()
    if session is None:
        raise NotSignedIn
    return session


def current_user() -> User:
    """The person who is signed in; NotSignedIn for strangers."""
    current_session()
    user: User = g.user
    return user


def _found() -> tuple[Session, User] | None:
    claims = tokens.read()
    renewing = claims is None and not tokens.by_bearer()
    if renewing:
        claims = tokens.read(refresh=True)
    if claims is None:
        return None
    try:
        session, user = services().sessions.load(claims[0], claims[1])
    except NotSignedIn:
        return None
    services().sessions.see(session)
    if renewing:
        g.renew = session
    return session, user
