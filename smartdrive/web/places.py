"""Pages that gather things from all over the drive: what is starred, what is recent; the form of a star, and help."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.domain.models import Page
from smartdrive.services.tree import Place
from smartdrive.web.access import signed_in
from smartdrive.web.gate import current_user
from smartdrive.web.queries import cursor
from smartdrive.web.trails import steps

bp = Blueprint("places", __name__)
ROWS = 100


@bp.get("/starred")
@signed_in
def starred() -> ResponseReturnValue:
    """What is starred, the latest star first."""
    return _gathered("starred", services().stars.page(current_user(), limit=ROWS, after=cursor()))


@bp.get("/recent")
@signed_in
def recent() -> ResponseReturnValue:
    """Files that came or changed lately, the latest first."""
    return _gathered("recent", services().recent.page(current_user(), limit=ROWS, after=cursor()))


@bp.post("/files/<item_id>/star")
@signed_in
def star(item_id: str) -> ResponseReturnValue:
    """Star a thing from the form, or take its star away."""
    services().stars.mark(current_user(), item_id, starred=request.form.get("starred") == "1")
    return redirect(url_for("files.details", item_id=item_id), HTTPStatus.SEE_OTHER)


@bp.get("/help")
@signed_in
def help_page() -> ResponseReturnValue:
    """What one can do here, in plain words, with the limits of this drive."""
    return render_template("help.html", place="help", settings=services().settings)


def _gathered(place: str, page: Page[Place]) -> ResponseReturnValue:
    rows = [(each.node, steps(each.way)) for each in page.items]
    return render_template("files/gathered.html", place=place, rows=rows, more=page.next)
