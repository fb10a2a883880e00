"""Ending uploads that become no file."""

from datetime import datetime, timedelta

from smartdrive.domain.models import Upload
from smartdrive.ports.objects import Objects
from smartdrive.ports.table import Refused, Table
from smartdrive.records import objects as object_records
from smartdrive.records import uploads as records
from smartdrive.services.releasing import room_back
from smartdrive.services.retry import until_settled

SIGN_SECONDS = 15 * 60
"""How long an address of a part lives; bytes that come by one until then are cleared after it."""


def drop(table: Table, objects: Objects, *, upload: Upload, moment: datetime) -> None:
    """Forget an open upload, give its room back exactly once, and delete what arrived of it."""
    plan = records.plan_of(upload)
    doom = object_records.doom(plan, not_before=moment + timedelta(seconds=SIGN_SECONDS))
    try:
        until_settled(lambda: table.write(records.drop(upload), *room_back(upload.owner, upload.size), doom))
    except Refused:
        return
    objects.abandon_put(plan)
