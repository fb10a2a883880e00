"""One's own account in JSON."""

from typing import Literal

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.web import present, tokens
from smartdrive.web.access import in_session, signed_in
from smartdrive.web.bodies import Body, body
from smartdrive.web.documented import documented
from smartdrive.web.gate import current_session, current_user
from smartdrive.web.shapes import OneAccount, Room

bp = Blueprint("api_me", __name__)


class Profile(Body):
    """What a person may change about themselves; what is left out stays."""

    name: str | None = None
    timezone: str | None = None
    theme: Literal["auto", "light", "dark"] | None = None


class NewPassword(Body):
    """The current password and the one to come."""

    current: str
    password: str


class OwnPassword(Body):
    """The password once more, for what cannot be undone."""

    password: str


@bp.get("/me")
@signed_in
@documented({200: OneAccount})
def read() -> ResponseReturnValue:
    """Who I am."""
    return jsonify(OneAccount(user=present.account(current_user())))


@bp.patch("/me")
@signed_in
@documented({200: OneAccount}, takes=Profile)
def change() -> ResponseReturnValue:
    """Change name, time zone or theme."""
    wanted = body(Profile)
    changed = services().accounts.change_profile(
        current_user(), name=wanted.name, timezone=wanted.timezone, theme=wanted.theme
    )
    return jsonify(OneAccount(user=present.account(changed)))


@bp.get("/me/usage")
@signed_in
@documented({200: Room})
def usage() -> ResponseReturnValue:
    """Room in bytes."""
    return jsonify(present.usage(services().accounts.usage(current_user())))


@bp.post("/me/password")
@in_session
@documented({204: None}, takes=NewPassword, refuses=("wrong_password", "too_many"))
def password() -> ResponseReturnValue:
    """Change the password; all other sessions and all access tokens end."""
    given = body(NewPassword)
    services().accounts.change_password(current_user(), current_session(), current=given.current, new=given.password)
    return "", 204


@bp.delete("/me")
@in_session
@documented({204: None}, takes=OwnPassword, refuses=("forbidden", "wrong_password", "too_many"))
def delete() -> ResponseReturnValue:
    """Delete the account after its password was given again; a browser is signed out."""
    services().accounts.delete_own(current_user(), password=body(OwnPassword).password)
    return tokens.signed_out()
