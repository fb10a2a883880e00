"""Who did what, and undoing it, in JSON."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.domain.errors import DriveError
from smartdrive.domain.events import ACTS, Event
from smartdrive.services.undo import Outcome
from smartdrive.web import present
from smartdrive.web.access import signed_in
from smartdrive.web.activity_csv import exported
from smartdrive.web.activity_shapes import ActivityEvent, ActivityPage, Before, Undone, UndoneItem
from smartdrive.web.bodies import Body, body
from smartdrive.web.documented import Bytes, Query, documented
from smartdrive.web.errors import problem
from smartdrive.web.gate import current_user
from smartdrive.web.queries import PAGED, cursor, limit, wanted_activity

bp = Blueprint("api_activity", __name__)
FILTERS = (
    Query("item", {"type": "string"}, "Only what was done to this thing."),
    Query("actor", {"type": "string"}, "Only what this person did."),
    Query("action", {"type": "string", "enum": list(ACTS)}, "Only acts of this kind."),
)


class WantedUndo(Body):
    """`change` is the `Change-Id` of an answer, or the `change` of an event."""

    change: str


@bp.get("/activity")
@signed_in
@documented({200: ActivityPage}, query=(*FILTERS, *PAGED))
def index() -> ResponseReturnValue:
    """One page of what was done to my things, newest first.

    A page may hold fewer than asked for, even none, and have a next one: a filter looks at a thousand events a page.
    """
    page = services().activity.page(current_user(), wanted_activity(), limit=limit(), after=cursor())
    things = services().activity.things(page.items)
    able = services().undo.able(current_user(), page.items, things=things)
    return jsonify(ActivityPage(items=[_shown(each, undoable=each.id in able) for each in page.items], next=page.next))


@bp.get("/activity.csv")
@signed_in
@documented({200: Bytes}, query=FILTERS)
def export() -> ResponseReturnValue:
    """All of it as a table for spreadsheets: UTF-8 with its mark, newest first."""
    return exported(current_user(), wanted_activity())


@bp.post("/undo")
@signed_in
@documented({200: Undone}, takes=WantedUndo, refuses=("not_found", "stands_in_the_way", "over_quota"))
def undo() -> ResponseReturnValue:
    """Take back all that one request did: moves, renames, copies, replaced files, and what went into the trash or out.

    Each thing by itself, where it is still as that change left it; 409 when none is. Undoing is a change as well.
    """
    change = body(WantedUndo).change
    outcomes = services().undo.undo(current_user(), change)
    return jsonify(Undone(results=[_undone(event, outcome) for event, outcome in outcomes.items()]))


def _shown(event: Event, *, undoable: bool) -> ActivityEvent:
    was = {"name": event.was_name, "parent": event.was_parent, "version": event.was_version}
    before = Before(**{name: value for name, value in was.items() if value})  # type: ignore[typeddict-item]
    return ActivityEvent(
        id=event.id,
        change=event.change,
        time=present.moment(event.moment),
        actor=event.by or None,
        address=event.address,
        action=event.act,
        item=event.item or None,
        kind=event.kind if event.item else None,
        name=event.name,
        parent=event.parent or None,
        version=event.version,
        before=before,
        undoes=event.undoes or None,
        undoable=undoable,
    )


def _undone(event: Event, outcome: Outcome) -> UndoneItem:
    if isinstance(outcome, DriveError):
        told = problem(outcome)
        return UndoneItem(id=event.item, status=told["status"], code=told["code"], title=told["title"])
    return UndoneItem(id=event.item, status=200, item=present.node(outcome))
