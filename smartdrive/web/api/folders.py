"""Folders in JSON."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from smartdrive.web import present
from smartdrive.web.access import signed_in
from smartdrive.web.bodies import Body, body
from smartdrive.web.current import services
from smartdrive.web.gate import current_user
from smartdrive.web.queries import cursor, limit, sort

bp = Blueprint("api_folders", __name__)


class NewFolder(Body):
    """`parent` is a folder's id or `root`."""

    parent: str
    name: str


class ChangedItem(Body):
    """A new name, a new folder, or both."""

    name: str | None = None
    parent: str | None = None


@bp.get("/folders/<folder_id>")
@signed_in
def read(folder_id: str) -> ResponseReturnValue:
    """One page of a folder, folders first."""
    user = current_user()
    listing = services().folders.page(user, folder_id, sort=sort(), limit=limit(), after=cursor())
    return jsonify(
        folder=present.node(listing.place.node),
        trail=[present.step(step) for step in listing.place.trail],
        items=[present.entry(item, user.id) for item in listing.page.items],
        next=listing.page.next,
    )


@bp.post("/folders")
@signed_in
def create() -> ResponseReturnValue:
    """Make a folder."""
    wanted = body(NewFolder)
    folder = services().folders.create(current_user(), wanted.parent, name=wanted.name)
    return jsonify(folder=present.node(folder)), 201


@bp.patch("/folders/<folder_id>")
@signed_in
def change(folder_id: str) -> ResponseReturnValue:
    """Rename, move, or both."""
    wanted = body(ChangedItem)
    folder = services().items.change(current_user(), folder_id, kind="folder", name=wanted.name, parent=wanted.parent)
    return jsonify(folder=present.node(folder))


@bp.delete("/folders/<folder_id>")
@signed_in
def delete(folder_id: str) -> ResponseReturnValue:
    """Into the trash, with all below it."""
    services().trash.put(current_user(), folder_id, kind="folder")
    return "", 204
