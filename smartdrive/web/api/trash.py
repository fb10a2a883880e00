"""The trash in JSON; ids are the items' own."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.web import present
from smartdrive.web.access import signed_in
from smartdrive.web.documented import documented
from smartdrive.web.gate import current_user
from smartdrive.web.queries import PAGED, cursor, limit
from smartdrive.web.shapes import OneFile, OneFolder, TrashPage

bp = Blueprint("api_trash", __name__)


@bp.get("/trash")
@signed_in
@documented({200: TrashPage}, query=PAGED)
def index() -> ResponseReturnValue:
    """One page, newest first."""
    page = services().trash.page(current_user(), limit=limit(), after=cursor())
    return jsonify(TrashPage(items=[present.trashed(item) for item in page.items], next=page.next))


@bp.post("/trash/<item_id>/restore")
@signed_in
@documented({200: OneFile | OneFolder}, refuses=("exists",))
def restore(item_id: str) -> ResponseReturnValue:
    """Back to where it was; the answer says where that is now."""
    item = services().trash.restore(current_user(), item_id)
    shown = present.node(item)
    return jsonify(OneFile(file=shown) if item.kind == "file" else OneFolder(folder=shown))


@bp.delete("/trash/<item_id>")
@signed_in
@documented({204: None})
def purge(item_id: str) -> ResponseReturnValue:
    """Gone for good."""
    services().trash.purge(current_user(), item_id)
    return "", 204


@bp.delete("/trash")
@signed_in
@documented({204: None})
def empty() -> ResponseReturnValue:
    """All that is in the trash now, gone for good."""
    services().trash.empty(current_user())
    return "", 204
