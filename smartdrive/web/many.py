"""What became of many things, and how far a job is, in JSON."""

from collections.abc import Mapping, Sequence
from typing import Literal

from smartdrive.domain.errors import DriveError
from smartdrive.domain.models import JobResult
from smartdrive.services.bulk import Action
from smartdrive.services.jobs import Progress
from smartdrive.services.landing import Settled
from smartdrive.services.tree import Place
from smartdrive.web.bulk_shapes import JobState, ResultOfMany
from smartdrive.web.errors import STATUS, problem

DONE: dict[Action, int] = {"move": 200, "copy": 201, "trash": 204, "restore": 200, "star": 200}
UNDER_WAY = 202
SKIPPED = "skipped"


def result(node_id: str, way: Settled | DriveError, *, action: Action) -> ResultOfMany:
    """What became of one of many things."""
    if isinstance(way, DriveError):
        return _refused(node_id, way)
    if way.skipped:
        return ResultOfMany(id=node_id, status=200, code=SKIPPED)
    found = ResultOfMany(id=node_id, status=UNDER_WAY if way.job else DONE[action])
    if action == "copy":
        found["copy"] = way.node.id
    return found


def name_folders(
    results: Sequence[ResultOfMany], outcomes: Mapping[str, Settled | DriveError], *, places: Mapping[str, Place]
) -> None:
    """Say where each came back to; nothing of a folder that has gone this moment."""
    for each in results:
        way = outcomes[each["id"]]
        if isinstance(way, Settled) and way.node.parent in places:
            home = places[way.node.parent].node
            each["folder"] = home.name if home.parent else ""


def job(progress: Progress) -> JobState:
    """How far a job is; one that is being ended still runs for whoever waits for it."""
    item = progress.job
    state: Literal["running", "done", "failed"] = "running" if not item.ended else "failed" if item.code else "done"
    found = JobState(id=item.id, state=state, done=item.done, total=max(item.done, item.total))
    if progress.why:
        found["code"], found["title"] = progress.why.code, progress.why.title
    if item.ended:
        found["results"] = [_copied(each) for each in progress.results]
    return found


def _refused(node_id: str, refusal: DriveError) -> ResultOfMany:
    told = problem(refusal)
    found = ResultOfMany(id=node_id, status=told["status"], code=told["code"], title=told["title"])
    if "existing" in told:
        found["existing"] = told["existing"]
    if "copy" in told:
        found["copy"] = told["copy"]
    return found


def _copied(item: JobResult) -> ResultOfMany:
    found = ResultOfMany(id=item.id, status=STATUS.get(item.code, 200) if item.code else DONE["copy"])
    if item.code:
        found["code"] = item.code
    if item.copy:
        found["copy"] = item.copy
    return found
