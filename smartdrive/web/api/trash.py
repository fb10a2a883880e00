"""The trash in JSON; ids are the items' own."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from smartdrive.web import present
from smartdrive.web.access import signed_in
from smartdrive.web.current import services
from smartdrive.web.gate import current_user
from smartdrive.web.queries import cursor, limit

bp = Blueprint("api_trash", __name__)


@bp.get("/trash")
@signed_in
def index() -> ResponseReturnValue:
    """One page, newest first."""
    page = services().trash.page(current_user(), limit=limit(), after=cursor())
    return jsonify(items=[present.trashed(item) for item in page.items], next=page.next)


@bp.post("/trash/<item_id>/restore")
@signed_in
def restore(item_id: str) -> ResponseReturnValue:
    """Back to where it was; the answer says where that is now."""
    item = services().trash.restore(current_user(), item_id)
    return jsonify({item.kind: present.node(item)})


@bp.delete("/trash/<item_id>")
@signed_in
def purge(item_id: str) -> ResponseReturnValue:
    """Gone for good."""
    services().trash.purge(current_user(), item_id)
    return "", 204


@bp.delete("/trash")
@signed_in
def empty() -> ResponseReturnValue:
    """All that is in the trash now, gone for good."""
    services().trash.empty(current_user())
    return "", 204
