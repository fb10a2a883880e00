"""The page of what was done, by day, and the form that takes a change back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.domain.errors import DriveError
from smartdrive.domain.events import ACTS, Event
from smartdrive.domain.models import Node
from smartdrive.services.activity import Wanted
from smartdrive.web.access import signed_in
from smartdrive.web.formats import local_time, zone_named
from smartdrive.web.gate import current_user
from smartdrive.web.queries import cursor, wanted_activity
from smartdrive.web.templating import zone_name

bp = Blueprint("activity", __name__)
ROWS = 100
AT_FIRST = 5
"""How many stand with the details of a thing; all of them are on the page of activity."""
TOLD = 5
"""Lines of a change of many things."""
DONE = ("undone", "partly")


@dataclass(frozen=True, slots=True)
class Change:
    """What one request did, and whether any of it can be undone."""

    id: str
    events: Sequence[Event]
    undoable: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The changes of a day, as whoever looks at them counts days."""

    date: str
    changes: Sequence[Change]


@bp.get("/activity")
@signed_in
def index() -> ResponseReturnValue:
    """What was done to my things, newest first; filters stand in the address."""
    wanted = wanted_activity()
    page = services().activity.whole(current_user(), wanted, limit=ROWS, after=cursor())
    things = services().activity.things(page.items)
    able = services().undo.able(current_user(), page.items, things=things)
    said = request.args.get("done", "")
    return render_template(
        "activity/activity.html",
        place="activity",
        days=_days(page.items, able),
        things=things,
        wanted=wanted,
        about=services().tree.node(wanted.item),
        acts=ACTS,
        told_at_most=TOLD,
        next=page.next,
        filters=_filters(wanted),
        done=said if said in DONE else "",
    )


@bp.post("/activity/undo")
@signed_in
def undo() -> ResponseReturnValue:
    """Take a change back from the form."""
    outcomes = services().undo.undo(current_user(), request.form.get("change", ""))
    whole = not any(isinstance(each, DriveError) for each in outcomes.values())
    done = "undone" if whole else "partly"
    return redirect(url_for("activity.index", done=done, **_filters(wanted_activity())), HTTPStatus.SEE_OTHER)


def latest(item: Node) -> tuple[Sequence[Event], Mapping[str, Node]]:
    """What was done last to a thing, one more than is shown, and the things that this names."""
    page = services().activity.page(current_user(), Wanted(item=item.id), limit=AT_FIRST + 1)
    return page.items, services().activity.things(page.items)


def _days(events: Sequence[Event], able: Collection[str]) -> list[Day]:
    zone = zone_named(zone_name())
    days = groupby(events, key=lambda each: local_time(each.moment, zone))
    return [Day(date, _changes(list(some), able)) for date, some in days]


def _changes(events: Sequence[Event], able: Collection[str]) -> list[Change]:
    groups = [list(some) for _, some in groupby(events, key=lambda each: each.change)]
    return [Change(some[0].change, some, any(each.id in able for each in some)) for some in groups]


def _filters(wanted: Wanted) -> dict[str, Any]:
    """The filters that are set, as they stand in the address."""
    names = {"item": wanted.item, "actor": wanted.actor, "action": wanted.action}
    return {name: value for name, value in names.items() if value}
