"""The versions of a file in JSON."""

from http import HTTPStatus

from flask import Blueprint, jsonify, redirect
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.domain.models import Node
from smartdrive.domain.models import Version as Kept
from smartdrive.services.versions import as_of
from smartdrive.web import present
from smartdrive.web.access import signed_in
from smartdrive.web.bodies import Body, body
from smartdrive.web.documented import documented
from smartdrive.web.gate import current_user
from smartdrive.web.queries import INLINE, PAGED, cursor, inline, limit
from smartdrive.web.shapes import OneFile, OneVersion, Version, Versions

bp = Blueprint("api_versions", __name__)


class NamedVersion(Body):
    """What to call it, 100 characters at most; "" takes its name away."""

    name: str


@bp.get("/files/<file_id>/versions")
@signed_in
@documented({200: Versions}, query=PAGED)
def index(file_id: str) -> ResponseReturnValue:
    """One page, the current one first; with their SHA-256, once it is computed."""
    file = services().tree.file(current_user(), file_id)
    page = services().versions.page(file, limit=limit(), after=cursor())
    return jsonify(Versions(items=_shown(file, page.items), next=page.next))


@bp.get("/files/<file_id>/versions/<version_id>/download")
@signed_in
@documented({302: None}, query=(INLINE,))
def download(file_id: str, version_id: str) -> ResponseReturnValue:
    """A redirect to a short-lived signed address of its bytes, under the name that the file has now."""
    file, version = services().versions.load(current_user(), file_id, version_id=version_id)
    return redirect(services().files.address(as_of(file, version), inline=inline()), HTTPStatus.FOUND)


@bp.post("/files/<file_id>/versions/<version_id>/restore")
@signed_in
@documented({200: OneFile}, refuses=("over_quota",))
def restore(file_id: str, version_id: str) -> ResponseReturnValue:
    """Make it the newest version: the file as it was then, and all versions after it are kept."""
    file = services().versions.restore(current_user(), file_id, version_id=version_id)
    return jsonify(OneFile(file=present.node(file, services().files.checksums(file))))


@bp.patch("/files/<file_id>/versions/<version_id>")
@signed_in
@documented({200: OneVersion}, takes=NamedVersion)
def name(file_id: str, version_id: str) -> ResponseReturnValue:
    """Give it a name, with which it is kept for as long as the file; or take its name away."""
    wanted = body(NamedVersion).name
    file, version = services().versions.name(current_user(), file_id, version_id=version_id, name=wanted)
    return jsonify(OneVersion(version=_shown(file, [version])[0]))


@bp.delete("/files/<file_id>/versions/<version_id>")
@signed_in
@documented({204: None}, refuses=("current_version",))
def delete(file_id: str, version_id: str) -> ResponseReturnValue:
    """Gone at once, and its room given back; never the current one."""
    services().versions.delete(current_user(), file_id, version_id=version_id)
    return "", 204


def _shown(file: Node, some: list[Kept]) -> list[Version]:
    sums = services().versions.sha256(some)
    return [present.version(each, of=file, sha256=sums[each.object]) for each in some]
