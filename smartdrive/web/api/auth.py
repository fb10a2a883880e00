"""Accounts and tokens for programs: bearer tokens in the body, never a cookie."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.domain.errors import NotSignedIn
from smartdrive.web import devices, present, tokens
from smartdrive.web.access import in_session, no_csrf, public
from smartdrive.web.bodies import Body, body
from smartdrive.web.documented import documented
from smartdrive.web.gate import current_session, current_user
from smartdrive.web.limiter import count_miss, limits_registering
from smartdrive.web.shapes import OneAccount, Refreshed, SignedIn

bp = Blueprint("api_auth", __name__)


class Registration(Body):
    """A new account."""

    email: str
    password: str
    name: str = ""


class Credentials(Body):
    """An account and its password."""

    email: str
    password: str


@bp.post("/auth/register")
@public
@no_csrf
@limits_registering
@documented({201: OneAccount}, takes=Registration, refuses=("email_taken", "registration_closed"))
def register() -> ResponseReturnValue:
    """Make an account; signing in is another call."""
    wanted = body(Registration)
    user = services().accounts.register(wanted.email, password=wanted.password, name=wanted.name)
    return jsonify(OneAccount(user=present.account(user))), 201


@bp.post("/auth/login")
@public
@no_csrf
@documented({200: SignedIn}, takes=Credentials, refuses=("wrong_credentials", "too_many"))
def login() -> ResponseReturnValue:
    """Begin a session; its tokens are in the answer and nowhere else."""
    given = body(Credentials)
    user = services().accounts.sign_in(given.email, given.password, visitor=devices.visitor())
    session = services().sessions.begin(user, agent=request.user_agent.string, address=request.remote_addr or "")
    answer = SignedIn(
        access_token=tokens.access_token(session),
        refresh_token=tokens.refresh_token(session),
        token_type="Bearer",
        expires_in=int(tokens.ACCESS_LIFE.total_seconds()),
        user=present.account(user),
    )
    return jsonify(answer)


@bp.post("/auth/refresh")
@public
@no_csrf
@documented({200: Refreshed}, bearer="refresh", refuses=("not_signed_in", "too_many"))
def refresh() -> ResponseReturnValue:
    """A new access token for a refresh token, sent as bearer, of a session that lives."""
    claims = tokens.read(refresh=True) if tokens.by_bearer() else None
    if claims is None:
        count_miss("refresh")
        raise NotSignedIn
    session, _ = services().sessions.load(claims[0], claims[1])
    services().sessions.see(session)
    seconds = int(tokens.ACCESS_LIFE.total_seconds())
    return jsonify(Refreshed(access_token=tokens.access_token(session), expires_in=seconds))


@bp.post("/auth/logout")
@in_session
@documented({204: None})
def logout() -> ResponseReturnValue:
    """End the session of the token or cookie that was sent."""
    services().sessions.end(current_user(), current_session().id)
    return tokens.signed_out()
