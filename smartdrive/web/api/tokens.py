"""One's own access tokens in JSON; only who logged in makes, sees and revokes them."""

from datetime import datetime, timedelta

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from pydantic import AwareDatetime, Field

from smartdrive.current import services
from smartdrive.domain.errors import BadInput
from smartdrive.domain.models import Scope
from smartdrive.domain.words import _
from smartdrive.services.tokens import LONGEST, SHORTEST, USUAL
from smartdrive.web import present
from smartdrive.web.access import in_session
from smartdrive.web.bodies import Body, body
from smartdrive.web.documented import documented
from smartdrive.web.gate import current_user
from smartdrive.web.shapes import NewToken, Tokens

bp = Blueprint("api_tokens", __name__)


def _seconds(span: timedelta) -> int:
    return int(span.total_seconds())


class WantedToken(Body):
    """What to call it, what it may do, and its end: in so many seconds (null is never), or at a moment."""

    name: str
    scope: Scope
    expires_in: int | None = Field(_seconds(USUAL), ge=_seconds(SHORTEST), le=_seconds(LONGEST))
    expires_at: AwareDatetime | None = Field(None, strict=False)

    def moment(self) -> datetime | None:
        """The end, None for never."""
        if self.expires_at is not None and "expires_in" in self.model_fields_set:
            raise BadInput(_("Say expires_in or expires_at, not both."), fields={"expires_at": _("One is enough.")})
        if self.expires_at is not None or self.expires_in is None:
            return self.expires_at
        return services().clock() + timedelta(seconds=self.expires_in)


@bp.get("/tokens")
@in_session
@documented({200: Tokens})
def index() -> ResponseReturnValue:
    """All that live, the newest first; never their texts."""
    found = services().tokens.list(current_user())
    return jsonify(Tokens(items=[present.token(each) for each in found], next=None))


@bp.post("/tokens")
@in_session
@documented({201: NewToken}, takes=WantedToken, refuses=("enough",))
def create() -> ResponseReturnValue:
    """Make one; `token` in the answer is the only time it is shown."""
    wanted = body(WantedToken)
    made, text = services().tokens.make(current_user(), name=wanted.name, scope=wanted.scope, expires=wanted.moment())
    return jsonify(NewToken(token=text, **present.token(made))), 201


@bp.delete("/tokens/<token_id>")
@in_session
@documented({204: None})
def revoke(token_id: str) -> ResponseReturnValue:
    """End one at once, on all workers."""
    services().tokens.revoke(current_user(), token_id)
    return "", 204
