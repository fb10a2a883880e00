"""Pages of the drive: a folder, a file's details, and the acts that plain forms can do."""

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.domain.errors import DriveError
from smartdrive.domain.models import Node
from smartdrive.services.bulk import Wanted
from smartdrive.services.folders import SORTS
from smartdrive.services.landing import Settled
from smartdrive.web import activity
from smartdrive.web.access import signed_in
from smartdrive.web.gate import current_user
from smartdrive.web.previews import preview_of
from smartdrive.web.queries import cursor, sort
from smartdrive.web.ticks import ROWS, ticked
from smartdrive.web.trails import steps
from smartdrive.web.versions import AT_FIRST, done, newest

bp = Blueprint("files", __name__)
VIEWS = ("list", "grid")
YEAR = 365 * 24 * 60 * 60


@bp.get("/files")
@signed_in
def home() -> ResponseReturnValue:
    """The top folder."""
    return _folder("root")


@bp.get("/files/<folder_id>")
@signed_in
def folder(folder_id: str) -> ResponseReturnValue:
    """One page of a folder in the order of the address, else in the one chosen last."""
    return _folder(folder_id)


@bp.get("/files/<item_id>/details")
@signed_in
def details(item_id: str) -> ResponseReturnValue:
    """All that is known of one thing, and forms to rename, move, share and delete it."""
    place = services().tree.load(current_user(), item_id)
    events, things = activity.latest(place.node)
    return render_template(
        "files/details.html",
        place="files",
        item=place.node,
        trail=steps(place.trail),
        sums=services().files.checksums(place.node) if place.node.kind == "file" else None,
        preview=preview_of(place.node),
        versions=newest(place.node),
        at_first=AT_FIRST,
        events=events,
        things=things,
        events_at_first=activity.AT_FIRST,
        done=done(),
        links=services().shares.of(current_user(), item_id),
    )


@bp.post("/files/<folder_id>/new-folder")
@signed_in
def new_folder(folder_id: str) -> ResponseReturnValue:
    """Make a folder from the form."""
    services().folders.create(current_user(), folder_id, name=request.form.get("name", ""))
    return _back_to(folder_id)


@bp.post("/files/<item_id>/rename")
@signed_in
def rename(item_id: str) -> ResponseReturnValue:
    """Rename from the form."""
    node = services().tree.load(current_user(), item_id).node
    services().items.change(current_user(), item_id, kind=node.kind, name=request.form.get("name", ""))
    return _back_to(node.parent)


@bp.get("/files/<item_id>/move")
@signed_in
def choose_folder(item_id: str) -> ResponseReturnValue:
    """Choose where a thing goes, a folder at a time."""
    node = services().tree.load(current_user(), item_id).node
    into = request.args.get("into") or node.parent or "root"
    listing = services().folders.page(current_user(), into, sort="name", limit=ROWS, after=cursor())
    trail = steps(listing.place.trail, lambda each: url_for("files.choose_folder", item_id=item_id, into=each.id))
    return render_template("files/move.html", place="files", item=node, listing=listing, trail=trail)


@bp.post("/files/<item_id>/move")
@signed_in
def move(item_id: str) -> ResponseReturnValue:
    """Move from the form."""
    node = services().tree.load(current_user(), item_id).node
    parent = request.form.get("parent", "")
    services().items.change(current_user(), item_id, kind=node.kind, parent=parent)
    return _back_to(parent)


@bp.post("/files/<folder_id>/delete")
@signed_in
def delete(folder_id: str) -> ResponseReturnValue:
    """Move what was ticked to the trash."""
    _all_or_say_why(Wanted("trash", ticked()))
    return _back_to(folder_id)


@bp.post("/files/zip")
@signed_in
def zipped() -> ResponseReturnValue:
    """Fetch what was ticked as one zip; where it was ticked does not matter."""
    return redirect(services().zips.address(current_user(), ticked()), HTTPStatus.SEE_OTHER)


@bp.get("/trash")
@signed_in
def trash() -> ResponseReturnValue:
    """What was deleted, and when it goes for good."""
    page = services().trash.page(current_user(), limit=ROWS, after=cursor())
    back = request.args.get("back", "")
    home = services().tree.load_many(current_user(), [back]).get(back) if back else None
    return render_template("files/trash.html", place="trash", page=page, home=home.node if home else None)


@bp.post("/trash/restore")
@signed_in
def restore() -> ResponseReturnValue:
    """Bring back what was ticked."""
    homes = {node.parent for node in _all_or_say_why(Wanted("restore", ticked()))}
    back = homes.pop() if len(homes) == 1 else None
    return redirect(url_for("files.trash", back=back), HTTPStatus.SEE_OTHER)


@bp.post("/trash/purge")
@signed_in
def purge() -> ResponseReturnValue:
    """Delete for good what was ticked."""
    for item_id in ticked():
        services().trash.purge(current_user(), item_id)
    return redirect(url_for("files.trash"), HTTPStatus.SEE_OTHER)


@bp.post("/trash/empty")
@signed_in
def empty_trash() -> ResponseReturnValue:
    """Delete all of the trash for good."""
    services().trash.empty(current_user())
    return redirect(url_for("files.trash"), HTTPStatus.SEE_OTHER)


def _folder(folder_id: str) -> ResponseReturnValue:
    order, view = sort(_remembered("sort", "name")), _view()
    listing = services().folders.page(current_user(), folder_id, sort=order, limit=ROWS, after=cursor())
    page = render_template(
        "files/folder.html",
        place="files",
        listing=listing,
        stars=services().stars.ids(current_user()),
        trail=steps(listing.place.trail),
        sort=order,
        view=view,
    )
    return _remembering(make_response(page), {"sort": order, "view": view})


def _remembering(response: Response, choices: dict[str, str]) -> Response:
    """What the address chose is the usual from now on: preferences of one browser, nothing of anybody's data."""
    for name, value in choices.items():
        if name in request.args:
            secure = services().settings.https
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=secure)
    return response


def _remembered(name: str, usual: str) -> str:
    kept = request.cookies.get(name, "")
    return kept if kept in SORTS else usual


def _view() -> str:
    wanted = request.args.get("view") or request.cookies.get("view") or "list"
    return wanted if wanted in VIEWS else "list"


def _all_or_say_why(wanted: Wanted) -> list[Node]:
    """Do it for all, and what they are then; why the first was refused, if one was, when the others are done."""
    outcomes = services().bulk.run(current_user(), wanted).outcomes.values()
    if refusal := next((way for way in outcomes if isinstance(way, DriveError)), None):
        raise refusal
    return [way.node for way in outcomes if isinstance(way, Settled)]


def _back_to(folder_id: str) -> ResponseReturnValue:
    return redirect(url_for("files.folder", folder_id=folder_id or "root"), HTTPStatus.SEE_OTHER)
