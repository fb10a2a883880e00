"""One's own sessions in JSON."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from smartdrive.current import services
from smartdrive.web import present
from smartdrive.web.access import in_session
from smartdrive.web.documented import documented
from smartdrive.web.gate import current_session, current_user
from smartdrive.web.shapes import SignIns

bp = Blueprint("api_sessions", __name__)


@bp.get("/sessions")
@in_session
@documented({200: SignIns})
def index() -> ResponseReturnValue:
    """All that live, the one seen last first."""
    found, current = services().sessions.list(current_user()), current_session()
    return jsonify(SignIns(items=[present.session(each, current=current) for each in found], next=None))


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
