"""The API for people: Swagger UI from our own files."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from smartdrive.web.access import public

bp = Blueprint("api_page", __name__)


@bp.get("/api/docs")
@public
def read() -> ResponseReturnValue:
    """All addresses, to look at and to try."""
    return render_template("api.html")
