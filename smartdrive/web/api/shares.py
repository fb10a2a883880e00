"""Links in JSON; only their owner sees them here."""

from datetime import datetime, timedelta
from typing import Literal

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from pydantic import AwareDatetime, Field

from smartdrive.current import services
from smartdrive.domain.errors import BadInput
from smartdrive.domain.words import _
from smartdrive.web import present
from smartdrive.web.access import signed_in
from smartdrive.web.bodies import Body, body
from smartdrive.web.documented import documented
from smartdrive.web.gate import current_user
from smartdrive.web.queries import PAGED, cursor, limit
from smartdrive.web.shapes import OneShare, Shares

bp = Blueprint("api_shares", __name__)
YEAR = 366 * 24 * 60 * 60


class Ending(Body):
    """When a link ends: in so many seconds, or at a moment."""

    expires_in: int | None = Field(None, ge=0, le=YEAR)
    expires_at: AwareDatetime | None = Field(None, strict=False)

    def moment(self) -> datetime | None:
        """The moment, None when nothing was said."""
        if self.expires_in is not None and self.expires_at is not None:
            raise BadInput(_("Say expires_in or expires_at, not both."), fields={"expires_at": _("One is enough.")})
        if self.expires_in is not None:
            return services().clock() + timedelta(seconds=self.expires_in)
        return self.expires_at


class NewShare(Ending):
    """A link to a file or folder of mine."""

    item: str
    kind: Literal["link"] = "link"
    permission: Literal["view"] = "view"


@bp.get("/shares")
@signed_in
@documented({200: Shares}, query=PAGED)
def index() -> ResponseReturnValue:
    """A page of my links, newest first."""
    page = services().shares.page(current_user(), limit=limit(), after=cursor())
    return jsonify(Shares(items=[present.share(item) for item in page.items], next=page.next))


@bp.get("/items/<item_id>/shares")
@signed_in
@documented({200: Shares})
def of_item(item_id: str) -> ResponseReturnValue:
    """My live links to one thing."""
    found = services().shares.of(current_user(), item_id)
    return jsonify(Shares(items=[present.share(item) for item in found], next=None))


@bp.post("/shares")
@signed_in
@documented({201: OneShare}, takes=NewShare, refuses=("forbidden", "not_found"))
def create() -> ResponseReturnValue:
    """Make a link."""
    wanted = body(NewShare)
    made = services().shares.create(current_user(), wanted.item, expires=wanted.moment())
    return jsonify(OneShare(share=present.share(made))), 201


@bp.patch("/shares/<share_id>")
@signed_in
@documented({200: OneShare}, takes=Ending)
def change(share_id: str) -> ResponseReturnValue:
    """Let it end at another time."""
    ending = body(Ending).moment()
    if ending is None:
        raise BadInput(_("Say when the link ends."), fields={"expires_in": "Missing."})
    changed = services().shares.change(current_user(), share_id, expires=ending)
    return jsonify(OneShare(share=present.share(changed)))


@bp.delete("/shares/<share_id>")
@signed_in
@documented({204: None})
def revoke(share_id: str) -> ResponseReturnValue:
    """End it at once."""
    services().shares.revoke(current_user(), share_id)
    return "", 204
