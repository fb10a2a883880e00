"""Pages of versions: all of a file's, one by itself, and the forms to bring one back, to name and to delete it."""

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.domain.models import Node, Version
from smartdrive.services.versions import as_of
from smartdrive.web.access import signed_in
from smartdrive.web.gate import current_user
from smartdrive.web.previews import preview_of
from smartdrive.web.queries import cursor

bp = Blueprint("versions", __name__)
ROWS = 100
AT_FIRST = 5
"""How many stand with the details of a file; the others are on a page of their own."""
DONE = ("restored", "named", "deleted")


def newest(file: Node) -> list[Version]:
    """The first versions of a file, one more than are shown; none of a folder."""
    return services().versions.page(file, limit=AT_FIRST + 1).items if file.kind == "file" else []


def done() -> str:
    """What a form has just done, "" for nothing."""
    said = request.args.get("done", "")
    return said if said in DONE else ""


@bp.get("/files/<file_id>/versions")
@signed_in
def index(file_id: str) -> ResponseReturnValue:
    """All versions of a file, page by page."""
    file = services().tree.file(current_user(), file_id)
    page = services().versions.page(file, limit=ROWS, after=cursor())
    return render_template("files/versions.html", place="files", item=file, page=page, done=done())


@bp.get("/files/<file_id>/versions/<version_id>")
@signed_in
def version(file_id: str, version_id: str) -> ResponseReturnValue:
    """One version, shown as the file itself would be."""
    file, found = services().versions.load(current_user(), file_id, version_id=version_id)
    shown = as_of(file, found)
    return render_template(
        "files/version.html",
        place="files",
        item=shown,
        current=file,
        version=found,
        sums=services().files.checksums(shown),
        preview=preview_of(shown),
    )


@bp.post("/files/<file_id>/versions/<version_id>/restore")
@signed_in
def restore(file_id: str, version_id: str) -> ResponseReturnValue:
    """Bring it back from the form."""
    services().versions.restore(current_user(), file_id, version_id=version_id)
    return _back(file_id, "restored")


@bp.post("/files/<file_id>/versions/<version_id>/name")
@signed_in
def name(file_id: str, version_id: str) -> ResponseReturnValue:
    """Name it from the form."""
    wanted = request.form.get("name", "")
    services().versions.name(current_user(), file_id, version_id=version_id, name=wanted)
    return _back(file_id, "named")


@bp.post("/files/<file_id>/versions/<version_id>/delete")
@signed_in
def delete(file_id: str, version_id: str) -> ResponseReturnValue:
    """Delete it from the form."""
    services().versions.delete(current_user(), file_id, version_id=version_id)
    return _back(file_id, "deleted")


def _back(file_id: str, said: str) -> ResponseReturnValue:
    """To the page that the form stood on."""
    if request.form.get("back") == "list":
        return redirect(url_for("versions.index", file_id=file_id, done=said), HTTPStatus.SEE_OTHER)
    return redirect(url_for("files.details", item_id=file_id, done=said), HTTPStatus.SEE_OTHER)
