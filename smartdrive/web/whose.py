"""Tells nginx whose a request is before a byte of its body is taken: what holds a thread is for people, a few each."""

from flask import Blueprint, Response

from smartdrive.web.access import public
from smartdrive.web.signed_in import user_now

bp = Blueprint("whose", __name__)
PERSON = "X-Person"
"""The header with their id; nginx.conf names it, and counts by it."""


@bp.get("/status/person")
@public
def person() -> Response:
    """200 for whoever is signed in, 401 for everybody else; nothing is changed but when they were last seen."""
    user = user_now()
    if user is None:
        return Response(status=401)
    return Response(headers={PERSON: user.id, "Cache-Control": "no-store"})
