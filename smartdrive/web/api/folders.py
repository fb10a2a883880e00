"""Folders in JSON."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.web import present
from smartdrive.web.access import signed_in
from smartdrive.web.bodies import Body, body
from smartdrive.web.documented import documented
from smartdrive.web.gate import current_user
from smartdrive.web.queries import PAGED, SORT, cursor, limit, sort
from smartdrive.web.shapes import Listing, OneFolder

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
@documented({200: Listing}, query=(SORT, *PAGED))
def read(folder_id: str) -> ResponseReturnValue:
    """One page of a folder, folders first."""
    user = current_user()
    listing = services().folders.page(user, folder_id, sort=sort(), limit=limit(), after=cursor())
    answer = Listing(
        folder=present.node(listing.place.node),
        trail=[present.step(step) for step in listing.place.trail],
        items=[present.entry(item, user.id) for item in listing.page.items],
        next=listing.page.next,
    )
    return jsonify(answer)


@bp.post("/folders")
@signed_in
@documented({201: OneFolder}, takes=NewFolder, refuses=("not_found", "exists"))
def create() -> ResponseReturnValue:
    """Make a folder."""
    wanted = body(NewFolder)
    folder = services().folders.create(current_user(), wanted.parent, name=wanted.name)
    return jsonify(OneFolder(folder=present.node(folder))), 201


@bp.patch("/folders/<folder_id>")
@signed_in
@documented({200: OneFolder}, takes=ChangedItem, refuses=("forbidden", "exists", "cycle"))
def change(folder_id: str) -> ResponseReturnValue:
    """Rename, move, or both."""
    wanted = body(ChangedItem)
    folder = services().items.change(current_user(), folder_id, kind="folder", name=wanted.name, parent=wanted.parent)
    return jsonify(OneFolder(folder=present.node(folder)))


@bp.delete("/folders/<folder_id>")
@signed_in
@documented({204: None}, refuses=("forbidden",))
def delete(folder_id: str) -> ResponseReturnValue:
    """Into the trash, with all below it."""
    services().trash.put(current_user(), folder_id, kind="folder")
    return "", 204
