"""Zips in JSON: a folder at once, or a selection by an address of its own."""

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue
from pydantic import Field

from smartdrive.current import services
from smartdrive.domain.errors import NotFound
from smartdrive.services.zips import MOST, Zip
from smartdrive.web.access import public, signed_in
from smartdrive.web.bodies import Body, body
from smartdrive.web.documented import Bytes, documented
from smartdrive.web.gate import current_user
from smartdrive.web.limiter import count_miss
from smartdrive.web.shapes import ZipAddress
from smartdrive.web.zipping import send

bp = Blueprint("api_zips", __name__)
SENDS = {200: Bytes, 206: Bytes, 304: None, 412: None}
REFUSES = ("full", "too_large", "requested_range_not_satisfiable")


class Chosen(Body):
    """Ids of files and folders of mine, up to a thousand; what is in the folders comes along."""

    ids: list[str] = Field(json_schema_extra={"minItems": 1, "maxItems": MOST})


@bp.get("/folders/<folder_id>/zip")
@signed_in
@documented(SENDS, refuses=REFUSES)
def folder(folder_id: str) -> Response:
    """A folder as one zip, made while it is sent.

    Its length is exact. `ETag`, `Range` and `If-Range` resume one that was cut, once the checksums of all its files
    are known.
    """
    user = current_user()
    return send(lambda: services().zips.folder(user, folder_id))


@bp.post("/zips")
@signed_in
@documented({201: ZipAddress}, takes=Chosen, refuses=("not_found",))
def create() -> ResponseReturnValue:
    """Choose what goes into a zip; the answer's address fetches it for an hour."""
    return jsonify(ZipAddress(url=services().zips.address(current_user(), body(Chosen).ids))), 201


@bp.get("/zips/<token>")
@public
@documented(SENDS, refuses=(*REFUSES, "too_many"))
def fetch(token: str) -> Response:
    """The zip of an address that was made before; the address is all it takes."""
    return send(lambda: _found(token))


def _found(token: str) -> Zip:
    """Who asks for many that are not there has to wait."""
    try:
        return services().zips.open(token)
    except NotFound:
        count_miss("zip")
        raise
