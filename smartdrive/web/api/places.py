"""Starred and recent things in JSON. A star itself is set by PATCH on a file or folder."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.web import present
from smartdrive.web.access import signed_in
from smartdrive.web.documented import documented
from smartdrive.web.gate import current_user
from smartdrive.web.queries import PAGED, cursor, limit
from smartdrive.web.shapes import PlacedItems

bp = Blueprint("api_places", __name__)


@bp.get("/starred")
@signed_in
@documented({200: PlacedItems}, query=PAGED)
def starred() -> ResponseReturnValue:
    """One page of what I have starred, the latest star first."""
    page = services().stars.page(current_user(), limit=limit(), after=cursor())
    return jsonify(PlacedItems(items=[present.placed(each) for each in page.items], next=page.next))


@bp.get("/recent")
@signed_in
@documented({200: PlacedItems}, query=PAGED)
def recent() -> ResponseReturnValue:
    """One page of my files, the one that was added or replaced last first."""
    page = services().recent.page(current_user(), limit=limit(), after=cursor())
    return jsonify(PlacedItems(items=[present.placed(each) for each in page.items], next=page.next))
