"""The journal as a table for spreadsheets, sent as it is read."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import islice

from flask import Response

from smartdrive.current import services
from smartdrive.domain.clock import stamp
from smartdrive.domain.events import Event
from smartdrive.domain.models import User
from smartdrive.services.activity import Activity, Wanted

HEAD = ("time", "action", "kind", "name", "name before", "folder", "folder before", "by", "address", "id", "change")
ROWS = 200
MARK = "\ufeff"
"""Excel takes a table without it for one in the local 8-bit code."""
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""Some spreadsheets take the wide ones of East Asia for the others, and look past spaces."""


def exported(user: User, wanted: Wanted) -> Response:
    """The whole table as an attachment."""
    response = Response(_lines(services().activity, user, wanted=wanted), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=activity.csv"
    return response


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: names are given by whoever uploads."""
    return f"'{cell}" if cell.lstrip(" \u3000").startswith(FORMULA) else cell


def _lines(activity: Activity, user: User, *, wanted: Wanted) -> Iterator[str]:
    yield MARK + _written([HEAD])
    events = activity.all(user, wanted)
    while some := list(islice(events, ROWS)):
        things = activity.things(some)
        names = {node.id: node.name if node.parent else "/" for node in things.values()}
        yield _written([_cells(each, user, names=names) for each in some])


def _cells(event: Event, user: User, *, names: dict[str, str]) -> Sequence[str]:
    by = user.email if event.by == user.id else event.by
    folders = names.get(event.parent, event.parent), names.get(event.was_parent, event.was_parent)
    kind = event.kind if event.item else ""
    told = stamp(event.moment), event.act, kind, event.name, event.was_name, *folders, by, event.address
    return [*map(safe, told), event.item, event.change]


def _written(rows: Sequence[Sequence[str]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
