"""The landing page."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.web.access import public
from smartdrive.web.gate import signed_in_now

bp = Blueprint("pages", __name__)


@bp.get("/")
@public
def landing() -> ResponseReturnValue:
    """What this is; whoever is signed in goes to their files."""
    if signed_in_now():
        return redirect(url_for("files.home"), HTTPStatus.SEE_OTHER)
    return render_template("landing.html", registration=services().settings.registration)
