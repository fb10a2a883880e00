"""Many things at once, and the jobs that such acts leave to the worker."""

from typing import Annotated

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from smartdrive.current import services
from smartdrive.domain.models import Conflict
from smartdrive.services.bulk import MOST, Action, Wanted
from smartdrive.services.landing import Settled
from smartdrive.web import many
from smartdrive.web.access import signed_in
from smartdrive.web.bodies import Body, body
from smartdrive.web.bulk_shapes import BegunResults, JobState, Results
from smartdrive.web.documented import documented
from smartdrive.web.gate import current_user

bp = Blueprint("api_bulk", __name__)


class ManyThings(Body):
    """What to do with which things; `target` is a folder, `conflict` what to do with taken names (else `ask`).

    Of `star`, `starred` false takes stars away.
    """

    action: Action
    ids: Annotated[list[str], Field(min_length=1, max_length=MOST)]
    target: str = ""
    conflict: Conflict | None = None
    starred: bool | None = None


@bp.post("/bulk")
@signed_in
@documented({200: Results, 202: BegunResults}, takes=ManyThings, refuses=("not_found",))
def act() -> ResponseReturnValue:
    """Move, copy, delete, restore or star up to 1,000 things: each whole or not at all, whatever becomes of the others.

    202 when folders are copied that do not fit into a request.
    """
    wanted = body(ManyThings)
    act_on = Wanted(wanted.action, wanted.ids, wanted.target, wanted.conflict, wanted.starred)
    answer = services().bulk.run(current_user(), act_on)
    results = [many.result(each, way, action=wanted.action) for each, way in answer.outcomes.items()]
    if wanted.action == "restore":
        homes = {way.node.parent for way in answer.outcomes.values() if isinstance(way, Settled)}
        many.name_folders(results, answer.outcomes, places=services().tree.load_many(current_user(), list(homes)))
    if answer.job is None:
        return jsonify(Results(results=results))
    progress = services().jobs.read(current_user(), answer.job.id)
    return jsonify(BegunResults(results=results, job=many.job(progress))), 202


@bp.get("/jobs/<job_id>")
@signed_in
@documented({200: JobState})
def read(job_id: str) -> ResponseReturnValue:
    """How far a job is, and what came of it for a week after its end."""
    return jsonify(many.job(services().jobs.read(current_user(), job_id)))
