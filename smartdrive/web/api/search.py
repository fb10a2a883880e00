"""Search in JSON."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.web import present
from smartdrive.web.access import signed_in
from smartdrive.web.documented import documented
from smartdrive.web.gate import current_user
from smartdrive.web.queries import PAGED, cursor, limit
from smartdrive.web.questions import ASKED, question
from smartdrive.web.shapes import Answers

bp = Blueprint("api_search", __name__)


@bp.get("/search")
@signed_in
@documented({200: Answers}, query=(*ASKED, *PAGED), refuses=("not_found",))
def index() -> ResponseReturnValue:
    """One page of what answers the question; it may be short, even empty, and have a next one."""
    wanted = question()
    page = services().search.find(current_user(), wanted, limit=limit(), after=cursor())
    return jsonify(Answers(items=[present.found(each, wanted.words) for each in page.items], next=page.next))
