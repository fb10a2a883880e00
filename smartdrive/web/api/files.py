"""Files in JSON, and the plain way in and out: a name in the query, bytes in the body."""

from http import HTTPStatus
from typing import BinaryIO, cast, get_args

from flask import Blueprint, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from pydantic import Field
from werkzeug.exceptions import LengthRequired

from smartdrive.current import services
from smartdrive.domain.errors import NotFound
from smartdrive.domain.models import Conflict
from smartdrive.domain.names import split_path
from smartdrive.services.files import DIRECT_LEAST, DIRECT_MOST
from smartdrive.services.wanted import Wanted
from smartdrive.web import present
from smartdrive.web.access import max_body, signed_in
from smartdrive.web.api.folders import ChangedItem, CopiedItem, changed
from smartdrive.web.api.uploads import ConflictChoice
from smartdrive.web.bodies import Body, body, parsed
from smartdrive.web.documented import BYTES, Bytes, Query, documented
from smartdrive.web.gate import current_user
from smartdrive.web.queries import INLINE, PAGED, cursor, inline, limit
from smartdrive.web.shapes import Files, OneFile, Presigned

bp = Blueprint("api_files", __name__)
FILENAME = Query("filename", {"type": "string"}, "A path below my top folder, as in `notes/today.txt`.")
CONFLICT = Query(
    "conflict", {"enum": list(get_args(Conflict)), "default": "replace"}, "What to do when the name is taken."
)


class Lasting(Body):
    """How many seconds an address is to live."""

    expires_in: int = Field(json_schema_extra={"minimum": DIRECT_LEAST, "maximum": DIRECT_MOST})


@bp.get("/files")
@signed_in
@documented({200: Files, 302: None}, query=(FILENAME, *PAGED), refuses=("not_found",))
def index() -> ResponseReturnValue:
    """With `?filename=a/b.txt` its bytes, else one page of the files of the top folder."""
    user = current_user()
    if "filename" in request.args:
        return fetch(request.args["filename"])
    page, stars = services().folders.files(user, limit=limit(), after=cursor()), services().stars.ids(user)
    items = [present.entry(item, user.id, starred=item.id in stars) for item in page.items]
    return jsonify(Files(items=items, next=page.next))


def fetch(path: str) -> ResponseReturnValue:
    """The file at a path below the top folder, by a signed address."""
    user = current_user()
    found = services().folders.find(services().tree.folder(user, "root"), split_path(path))
    if found.kind == "folder":
        raise NotFound
    return redirect(services().files.download(user, found.id), HTTPStatus.FOUND)


@bp.post("/files")
@signed_in
@max_body(None)
@documented(
    {200: OneFile, 201: OneFile},
    takes=Bytes,
    media=BYTES,
    query=(FILENAME, CONFLICT),
    refuses=("length_required", "exists", "over_quota"),
)
def store() -> ResponseReturnValue:
    """The body is the file; folders of the path are made; replaces unless `conflict` says otherwise."""
    if request.content_length is None:
        raise LengthRequired
    steps = split_path(request.args.get("filename", ""))
    choice = parsed(ConflictChoice, {"conflict": request.args.get("conflict", "replace")})
    wanted = Wanted(
        name=steps[-1], size=request.content_length, path="/".join(steps[:-1]), conflict=choice.conflict or "replace"
    )
    done = services().uploads.store(current_user(), wanted, stream=cast(BinaryIO, request.stream))
    return jsonify(OneFile(file=present.node(done.file))), 201 if done.created else 200


@bp.get("/files/<file_id>")
@signed_in
@documented({200: OneFile})
def read(file_id: str) -> ResponseReturnValue:
    """The file with its checksums, once they are computed."""
    file = services().tree.file(current_user(), file_id)
    return jsonify(OneFile(file=present.node(file, services().files.checksums(file))))


@bp.patch("/files/<file_id>")
@signed_in
@documented({200: OneFile}, takes=ChangedItem, refuses=("exists",))
def change(file_id: str) -> ResponseReturnValue:
    """Rename, move, star, or several of these."""
    return jsonify(OneFile(file=present.node(changed(file_id, body(ChangedItem), kind="file"))))


@bp.delete("/files/<file_id>")
@signed_in
@documented({204: None})
def delete(file_id: str) -> ResponseReturnValue:
    """Into the trash."""
    services().trash.put(current_user(), file_id, kind="file")
    return "", 204


@bp.post("/files/<file_id>/copy")
@signed_in
@documented({200: OneFile, 201: OneFile}, takes=CopiedItem, refuses=("exists", "over_quota"))
def copy(file_id: str) -> ResponseReturnValue:
    """A second file of the same bytes, or a new version of the file it replaces.

    200 with the file itself when its name is taken there and was to be skipped.
    """
    settled = services().copying.one(current_user(), file_id, kind="file", wish=body(CopiedItem).wish())
    return jsonify(OneFile(file=present.node(settled.node))), 200 if settled.skipped else 201


@bp.post("/files/<file_id>/presign")
@signed_in
@documented({201: Presigned}, takes=Lasting)
def presign(file_id: str) -> ResponseReturnValue:
    """A signed address with its true end: it works for everybody until then, and nobody can end it sooner."""
    made = services().files.direct(current_user(), file_id, seconds=body(Lasting).expires_in)
    return jsonify(Presigned(url=made.url, expires_at=present.moment(made.expires))), 201


@bp.get("/files/<file_id>/download")
@signed_in
@documented({302: None}, query=(INLINE,))
def download(file_id: str) -> ResponseReturnValue:
    """A redirect to a short-lived signed address; `?inline=1` to show it, where its type is safe to show."""
    return redirect(services().files.download(current_user(), file_id, inline=inline()), HTTPStatus.FOUND)
