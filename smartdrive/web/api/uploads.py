"""The upload contract: one client for both engines (`docs/api.md`, "Uploads")."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from pydantic import AwareDatetime, Field

from smartdrive.current import services
from smartdrive.domain.errors import DriveError
from smartdrive.domain.models import Conflict
from smartdrive.services.beginning import Begun
from smartdrive.services.settling import Finished
from smartdrive.services.wanted import MAX_SIZE, Wanted
from smartdrive.web import present
from smartdrive.web.access import signed_in
from smartdrive.web.bodies import Body, body
from smartdrive.web.documented import documented
from smartdrive.web.errors import problem
from smartdrive.web.gate import current_user
from smartdrive.web.queries import PAGED, cursor, limit
from smartdrive.web.shapes import Item, OneFile, Refusal
from smartdrive.web.upload_shapes import (
    BegunOfMany,
    BegunUpload,
    BegunUploads,
    CompletedOfMany,
    CompletedUploads,
    NeedlessOfMany,
    NeedlessUpload,
    OpenUploads,
    RefusedOfMany,
    SignedPart,
    SignedParts,
    UploadDone,
    UploadUnderWay,
)

bp = Blueprint("api_uploads", __name__)

Text = Annotated[str, Field(max_length=1024)]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST = datetime(9999, 12, 30, tzinfo=UTC)
"""A day before the calendar ends: every zone can tell it."""


class NewUpload(Body):
    """What is to be uploaded; `path` names folders below `parent`, which are made."""

    name: Text
    size: int = Field(ge=0, le=10 * MAX_SIZE)
    parent: str = "root"
    path: Annotated[str, Field(max_length=8192)] = ""
    type: Text = ""
    mtime: AwareDatetime | None = Field(None, strict=False)
    key: Annotated[str, Field(max_length=128)] = ""
    fingerprint: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    conflict: Conflict = "ask"

    def wanted(self) -> Wanted:
        """For the service."""
        return Wanted(
            name=self.name,
            size=self.size,
            parent=self.parent,
            path=self.path,
            type=self.type,
            modified=min(max(self.mtime, EPOCH), LAST) if self.mtime else None,
            key=self.key,
            fingerprint=self.fingerprint,
            conflict=self.conflict,
        )


class NewUploads(Body):
    """Many small files in few round trips."""

    items: Annotated[list[NewUpload], Field(min_length=1, max_length=100)]


class Parts(Body):
    """Numbers of parts to sign."""

    parts: Annotated[list[int], Field(min_length=1, max_length=64)]


class ConflictChoice(Body):
    """What to do when the name is taken; None keeps what was said at begin."""

    conflict: Literal["ask", "replace", "keep_both", "skip"] | None = None


class ManyIds(ConflictChoice):
    """Uploads to complete."""

    ids: Annotated[list[str], Field(min_length=1, max_length=100)]


@bp.post("/uploads")
@signed_in
@documented(
    {200: NeedlessUpload, 201: BegunUpload},
    takes=NewUpload,
    refuses=("not_found", "exists", "too_large", "over_quota"),
)
def begin() -> ResponseReturnValue:
    """Open an upload; a file of one part gets its address at once."""
    answer = _begun(services().uploads.begin(current_user(), body(NewUpload).wanted()))
    return jsonify({name: value for name, value in answer.items() if name != "status"}), answer["status"]


@bp.post("/uploads/batch")
@signed_in
@documented({200: BegunUploads}, takes=NewUploads)
def begin_many() -> ResponseReturnValue:
    """Open up to 100 uploads; the answers stand in the order of the items."""
    wanted = [item.wanted() for item in body(NewUploads).items]
    begun = services().uploads.begin_many(current_user(), wanted)
    return jsonify(BegunUploads(results=[_begun_or_not(each) for each in begun]))


@bp.get("/uploads")
@signed_in
@documented({200: OpenUploads}, query=PAGED)
def index() -> ResponseReturnValue:
    """My open uploads, so that another browser can go on."""
    page = services().uploads.page(current_user(), limit=limit(), after=cursor())
    return jsonify(OpenUploads(items=[present.listed_upload(item) for item in page.items], next=page.next))


@bp.get("/uploads/<upload_id>")
@signed_in
@documented({200: UploadUnderWay | UploadDone})
def read(upload_id: str) -> ResponseReturnValue:
    """How far an upload is, or its file."""
    begun = services().uploads.state(current_user(), upload_id)
    if begun.file or begun.upload is None:
        return jsonify(UploadDone(state="done", file=_file(begun)))
    return jsonify(UploadUnderWay(state="open", **present.upload(begun.upload), done=list(begun.done)))


@bp.post("/uploads/<upload_id>/sign")
@signed_in
@documented({200: SignedParts}, takes=Parts)
def sign(upload_id: str) -> ResponseReturnValue:
    """Addresses for up to 64 parts, good for 15 minutes."""
    signed = services().uploads.sign(current_user(), upload_id, numbers=body(Parts).parts)
    urls = {str(number): SignedPart(url=each.url, headers=dict(each.headers)) for number, each in signed.items()}
    return jsonify(SignedParts(urls=urls))


@bp.post("/uploads/<upload_id>/complete")
@signed_in
@documented(
    {200: OneFile, 201: OneFile}, takes=ConflictChoice, optional=True, refuses=("exists", "incomplete", "over_quota")
)
def complete(upload_id: str) -> ResponseReturnValue:
    """Make the file: 201 when it is new, 200 when it replaced one or had been completed before."""
    choice = body(ConflictChoice, optional=True)
    done = services().uploads.finish(current_user(), upload_id, conflict=choice.conflict)
    return jsonify(OneFile(file=present.node(done.file))), 201 if done.created else 200


@bp.post("/uploads/complete")
@signed_in
@documented({200: CompletedUploads}, takes=ManyIds)
def complete_many() -> ResponseReturnValue:
    """Make up to 100 files; the answers stand in the order of the ids."""
    wanted = body(ManyIds)
    results = services().uploads.finish_many(current_user(), wanted.ids, conflict=wanted.conflict)
    answers = [_finished(name, each) for name, each in zip(wanted.ids, results, strict=True)]
    return jsonify(CompletedUploads(results=answers))


@bp.delete("/uploads/<upload_id>")
@signed_in
@documented({204: None})
def cancel(upload_id: str) -> ResponseReturnValue:
    """End an upload and give its room back."""
    services().uploads.cancel(current_user(), upload_id)
    return "", 204


def _begun_or_not(outcome: Begun | DriveError) -> BegunOfMany | NeedlessOfMany | Refusal:
    return problem(outcome) if isinstance(outcome, DriveError) else _begun(outcome)


def _begun(begun: Begun) -> BegunOfMany | NeedlessOfMany:
    if begun.file or begun.upload is None:
        return NeedlessOfMany(status=200, file=_file(begun))
    upload = begun.upload
    answer = BegunOfMany(status=201, id=upload.id, part_size=upload.part_size, done=list(begun.done))
    if upload.size <= upload.part_size and not begun.done:
        only = services().uploads.sign_parts(upload, [1])[1]
        answer["url"], answer["headers"] = only.url, dict(only.headers)
    return answer


def _file(begun: Begun) -> Item | None:
    return present.node(begun.file) if begun.file else None


def _finished(upload_id: str, outcome: Finished | DriveError) -> CompletedOfMany | RefusedOfMany:
    if isinstance(outcome, DriveError):
        return RefusedOfMany(id=upload_id, **problem(outcome))
    return CompletedOfMany(id=upload_id, status=201 if outcome.created else 200, file=present.node(outcome.file))
