"""What was ticked in a list."""

from flask import request

from smartdrive.domain.errors import BadInput
from smartdrive.domain.words import _

ROWS = 200
"""Rows of a page of a list."""
MAX_TOGETHER = 1000


def ticked() -> list[str]:
    """The ids of a form's ticks; BadInput for none, or more than a request takes."""
    ids = request.form.getlist("ids")
    if not ids:
        raise BadInput(_("Tick at least one thing first."))
    if len(ids) > MAX_TOGETHER:
        raise BadInput(_("At most %(count)s things at once.", count=MAX_TOGETHER))
    return ids
