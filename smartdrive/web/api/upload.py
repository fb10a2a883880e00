"""`POST /api/upload`: files as a multipart form, for programs and for pages without JavaScript."""

from http import HTTPStatus
from typing import BinaryIO, Literal, cast

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from smartdrive.current import services
from smartdrive.domain.errors import BadInput
from smartdrive.domain.models import Conflict
from smartdrive.domain.words import _
from smartdrive.services.settling import Finished
from smartdrive.services.wanted import Wanted
from smartdrive.web import present
from smartdrive.web.access import max_body, signed_in
from smartdrive.web.api.uploads import ConflictChoice
from smartdrive.web.bodies import Body, parsed
from smartdrive.web.documented import FORM, documented
from smartdrive.web.errors import from_page
from smartdrive.web.gate import current_user
from smartdrive.web.upload_shapes import FromForm

bp = Blueprint("api_upload", __name__)
FORM_LIMIT = 10**9
SHARE_WORDS = ("1", "true", "on", "yes")


class UploadForm(Body):
    """The form: one or more files, and for all of them the folder, what a taken name means, and whether to share."""

    file: list[bytes]
    folder: str = "root"
    conflict: Conflict = "ask"
    share: Literal["", "1", "true", "on", "yes"] = ""


@bp.post("/upload")
@signed_in
@max_body(FORM_LIMIT)
@documented({200: FromForm, 201: FromForm}, takes=UploadForm, media=FORM, refuses=("not_found", "exists", "over_quota"))
def upload() -> ResponseReturnValue:
    """Store each `file` of the form in `folder`; people get back to the folder, programs the files."""
    files = [file for file in request.files.getlist("file") if file.filename]
    if not files:
        raise BadInput(_("Choose a file first."), fields={"file": "Missing."})
    folder = request.form.get("folder") or "root"
    choice = parsed(ConflictChoice, {"conflict": request.form.get("conflict") or "ask"})
    done = [_store(file, folder=folder, choice=choice) for file in files]
    answer = FromForm(file=present.node(done[0].file))
    if request.form.get("share") in SHARE_WORDS:
        answer["share"] = present.share(services().shares.create(current_user(), done[0].file.id))
    if from_page():
        return redirect(url_for("files.folder", folder_id=folder), HTTPStatus.SEE_OTHER)
    if len(done) > 1:
        answer["files"] = [present.node(each.file) for each in done]
    return jsonify(answer), 201 if any(each.created for each in done) else 200


def _store(file: FileStorage, *, folder: str, choice: ConflictChoice) -> Finished:
    size = file.stream.seek(0, 2)
    file.stream.seek(0)
    wanted = Wanted(
        name=file.filename or "", size=size, parent=folder, type=file.mimetype, conflict=choice.conflict or "ask"
    )
    return services().uploads.store(current_user(), wanted, stream=cast(BinaryIO, file.stream))
