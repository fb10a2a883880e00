"""The OpenAPI document of this drive."""

from typing import Any

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from smartdrive.web.access import public
from smartdrive.web.documented import documented
from smartdrive.web.openapi import document

bp = Blueprint("api_document", __name__)
KEPT = "smartdrive.openapi"


@bp.get("/openapi.json")
@public
@documented({200: dict[str, Any]})
def read() -> ResponseReturnValue:
    """All addresses, what they take and what they answer (OpenAPI 3.1)."""
    if KEPT not in current_app.extensions:
        current_app.extensions[KEPT] = document(current_app)
    return jsonify(current_app.extensions[KEPT])
