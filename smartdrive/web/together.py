"""Moving and copying what was ticked, without scripts: choose a folder, a level at a time, then do it."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.domain.errors import BadInput, DriveError
from smartdrive.domain.models import Conflict, Node
from smartdrive.domain.words import _
from smartdrive.services.bulk import Action, Wanted
from smartdrive.services.landing import Settled
from smartdrive.web.access import signed_in
from smartdrive.web.gate import current_user
from smartdrive.web.ticks import ROWS, ticked
from smartdrive.web.trails import steps

bp = Blueprint("together", __name__)
VERBS: dict[str, Action] = {"move": "move", "copy": "copy"}
CHOICES: dict[str, Conflict] = {"ask": "ask", "keep_both": "keep_both", "replace": "replace", "skip": "skip"}


@bp.post("/files/<folder_id>/choose")
@signed_in
def choose(folder_id: str) -> ResponseReturnValue:
    """Choose where things of a folder go; nothing is done yet."""
    ids, user = ticked(), current_user()
    listing = services().folders.page(
        user, request.form.get("into") or folder_id, sort="name", limit=ROWS, after=request.form.get("after") or None
    )
    return render_template(
        "files/together.html",
        place="files",
        verb=_verb(),
        things=[place.node for place in services().tree.load_many(user, ids).values()],
        folder=folder_id,
        listing=listing,
        trail=steps(listing.place.trail),
    )


@bp.post("/files/<folder_id>/put")
@signed_in
def put(folder_id: str) -> ResponseReturnValue:
    """Do it; whatever could not be done is said by name."""
    ids, user, into = ticked(), current_user(), request.form.get("parent", "")
    places = services().tree.load_many(user, ids)
    conflict = CHOICES.get(request.form.get("conflict", "ask"))
    if conflict is None:
        raise BadInput(_("Ask, replace, keep both or skip."))
    answer = services().bulk.run(user, Wanted(_verb(), ids, into, conflict))
    names = {each: place.node for each, place in places.items()}
    refused, filling = _refused(answer.outcomes, names), _filling(answer.outcomes)
    if not refused and not filling:
        return redirect(url_for("files.folder", folder_id=into), HTTPStatus.SEE_OTHER)
    return render_template(
        "files/done.html", place="files", verb=_verb(), into=into, folder=folder_id, refused=refused, filling=filling
    )


def _verb() -> Action:
    verb = VERBS.get(request.form.get("verb", ""))
    if verb is None:
        raise BadInput(_("Say whether to move or to copy."))
    return verb


def _refused(outcomes: Mapping[str, Settled | DriveError], things: Mapping[str, Node]) -> Sequence[tuple[str, str]]:
    """Names and reasons."""
    return [
        (things[each].name if each in things else "", way.title)
        for each, way in outcomes.items()
        if isinstance(way, DriveError)
    ]


def _filling(outcomes: Mapping[str, Settled | DriveError]) -> Sequence[str]:
    """Names of the folders that the worker still fills."""
    return [way.node.name for way in outcomes.values() if isinstance(way, Settled) and way.job]
