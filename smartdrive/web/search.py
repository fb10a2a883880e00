"""The page of search: what answers the form that stands in the head of every page, and filters."""

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.domain.errors import NotFound
from smartdrive.domain.models import Node
from smartdrive.services.search import Question
from smartdrive.web.access import signed_in
from smartdrive.web.gate import current_user
from smartdrive.web.queries import cursor
from smartdrive.web.questions import last_days, question, words_asked
from smartdrive.web.trails import steps

bp = Blueprint("search", __name__)
ROWS = 50
"""Few, since they are asked for again with each letter that is typed."""


@bp.get("/search")
@signed_in
def index() -> ResponseReturnValue:
    """What answers the question of the address; without words nothing but the form."""
    wanted, days = question(), last_days()
    below = _below()
    page = services().search.find(current_user(), _within(wanted, days=days), limit=ROWS, after=cursor())
    return render_template(
        "files/search.html",
        place="search",
        text=words_asked(),
        question=wanted,
        days=days,
        below=below,
        rows=[(found.node, steps(found.trail[:-1])) for found in page.items],
        more=page.next,
    )


def _within(wanted: Question, *, days: int | None) -> Question:
    return replace(wanted, modified_after=services().clock() - timedelta(days=days)) if days else wanted


def _below() -> Node | None:
    """The folder to which the search is kept, or in which it began: the one that it may be kept to."""
    kept, began = request.args.get("folder", ""), request.args.get("from", "")
    try:
        found = services().tree.folder(current_user(), kept or began) if kept or began else None
    except NotFound:
        if kept:
            raise
        return None
    return found if found and found.parent else None
