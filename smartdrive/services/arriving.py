"""What storage holds of an open upload: the room for it, and the parts that have come."""

from contextlib import suppress

from smartdrive.domain.errors import NotFound
from smartdrive.domain.models import Upload
from smartdrive.ports.objects import Missing, Objects
from smartdrive.records.uploads import plan_of


def take_room(objects: Objects, upload: Upload) -> None:
    """Let storage take what an upload in parts lacks of its room; OutOfRoom when it has none."""
    plan = plan_of(upload)
    if plan.parts > 1:
        with suppress(Missing):
            objects.set_aside(plan)


def arrived(objects: Objects, upload: Upload) -> tuple[int, ...]:
    """The parts that are there: all of them when the bytes were made whole but the file was not made yet.

    NotFound when storage does not know the upload: a power cut may take one that was begun and had nothing yet.
    """
    plan = plan_of(upload)
    try:
        return tuple(objects.list_parts(plan))
    except Missing:
        if objects.stat(upload.key) is None:
            raise NotFound from None
        return tuple(range(1, plan.parts + 1))
