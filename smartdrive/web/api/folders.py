"""Folders in JSON."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.domain.models import Conflict, Kind, Node
from smartdrive.services.copying import CopyWish
from smartdrive.services.items import Wish
from smartdrive.web import many, present
from smartdrive.web.access import signed_in
from smartdrive.web.bodies import Body, body
from smartdrive.web.bulk_shapes import BegunCopy
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
    """A new name, a new folder, a star or none, or several of these; `conflict` is for a name that is taken."""

    name: str | None = None
    parent: str | None = None
    starred: bool | None = None
    conflict: Conflict = "ask"


class CopiedItem(Body):
    """Where the copy goes, and its name if not the same; without one, a copy whose name is taken gets a number."""

    parent: str
    name: str | None = None
    conflict: Conflict | None = None

    def wish(self) -> CopyWish:
        """For the service."""
        return CopyWish(self.parent, self.conflict or ("ask" if self.name is not None else "keep_both"), self.name)


@bp.get("/folders/<folder_id>")
@signed_in
@documented({200: Listing}, query=(SORT, *PAGED))
def read(folder_id: str) -> ResponseReturnValue:
    """One page of a folder, folders first."""
    user = current_user()
    stars = services().stars.ids(user)
    listing = services().folders.page(user, folder_id, sort=sort(), limit=limit(), after=cursor())
    answer = Listing(
        folder=present.node(listing.place.node),
        trail=[present.step(step) for step in listing.place.trail],
        items=[present.entry(item, user.id, starred=item.id in stars) for item in listing.page.items],
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
    """Rename, move, star, or several of these."""
    return jsonify(OneFolder(folder=present.node(changed(folder_id, body(ChangedItem), kind="folder"))))


@bp.post("/folders/<folder_id>/copy")
@signed_in
@documented(
    {200: OneFolder, 201: OneFolder, 202: BegunCopy},
    takes=CopiedItem,
    refuses=("forbidden", "exists", "cycle", "over_quota"),
)
def copy(folder_id: str) -> ResponseReturnValue:
    """A second folder with all that is in this one; a large one is filled by a job.

    200 with the folder itself when its name is taken there and was to be skipped.
    """
    settled = services().copying.one(current_user(), folder_id, kind="folder", wish=body(CopiedItem).wish())
    shown = present.node(settled.node)
    if settled.job:
        progress = services().jobs.read(current_user(), settled.job)
        return jsonify(BegunCopy(folder=shown, job=many.job(progress))), 202
    return jsonify(OneFolder(folder=shown)), 200 if settled.skipped else 201


@bp.delete("/folders/<folder_id>")
@signed_in
@documented({204: None}, refuses=("forbidden",))
def delete(folder_id: str) -> ResponseReturnValue:
    """Into the trash, with all below it."""
    services().trash.put(current_user(), folder_id, kind="folder")
    return "", 204


def changed(item_id: str, wanted: ChangedItem, *, kind: Kind) -> Node:
    """The thing after its changes; the star comes last, so that a name that is taken changes nothing."""
    user, starred = current_user(), wanted.starred
    only_star = starred is not None and wanted.name is None and wanted.parent is None
    wish = Wish(wanted.name, wanted.parent, wanted.conflict)
    node = None if only_star else services().items.settle(user, item_id, kind=kind, wish=wish).node
    return node if node and starred is None else services().stars.mark(user, item_id, starred=bool(starred), kind=kind)
