"""One's own sessions in JSON."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.domain.models import Session
from smartdrive.web import present
from smartdrive.web.access import in_session
from smartdrive.web.documented import documented
from smartdrive.web.gate import current_session, current_user
from smartdrive.web.shapes import SignIn, SignIns

bp = Blueprint("api_sessions", __name__)


@bp.get("/sessions")
@in_session
@documented({200: SignIns})
def index() -> ResponseReturnValue:
    """All that live, the one seen last first."""
    return jsonify(SignIns(items=[_shown(each) for each in services().sessions.list(current_user())], next=None))


@bp.delete("/sessions/<session_id>")
@in_session
@documented({204: None})
def end(session_id: str) -> ResponseReturnValue:
    """End one at once, on all workers."""
    services().sessions.end(current_user(), session_id)
    return "", 204


@bp.delete("/sessions")
@in_session
@documented({204: None})
def end_others() -> ResponseReturnValue:
    """End all but the one that asks."""
    services().sessions.end_others(current_user(), current_session())
    return "", 204


def _shown(session: Session) -> SignIn:
    return {
        "id": session.id,
        "device": session.agent,
        "address": session.address,
        "created": present.moment(session.created),
        "seen": present.moment(session.seen),
        "expires": present.moment(session.expires),
        "current": session.id == current_session().id,
    }
