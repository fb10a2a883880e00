"""One line in the log for every request, under an id that an error page shows too."""

import logging
import re
import time
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from smartdrive import logs
from smartdrive.domain.clock import new_id
from smartdrive.services.services import Services

_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
QUIET = frozenset({"/status", "/status/ready"})
"""Asked every few seconds by whoever watches over the service: logged only when something is wrong."""
log = logging.getLogger("smartdrive.request")


def init(app: Flask, services: Services) -> None:
    """Give each request an id and log its end. With nginx in front the id is nginx's, so both logs agree."""
    behind_nginx = services.settings.behind_nginx
    logs.configure(services.settings.log_level, about=_about_request)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-ID", "") if behind_nginx else ""
        g.request_id = given if _ID.fullmatch(given) else new_id()
        g.request_began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "")
        if request.path not in QUIET or response.status_code != 200:
            log.info("request", extra=_line(response))
        return response


def _line(response: Response) -> dict[str, Any]:
    """No query, no body, no header: paths are masked by the formatter."""
    took = time.perf_counter() - g.get("request_began", time.perf_counter())
    line = {"method": request.method, "path": request.path, "status": response.status_code}
    return line | {"ms": round(took * 1000, 1), "bytes": response.content_length, "address": request.remote_addr}


def _about_request() -> dict[str, str]:
    """What every line that is logged during a request holds."""
    if not has_request_context():
        return {}
    user = g.get("user")
    about = {"request_id": g.get("request_id", "")}
    return about | ({"user": user.id} if user else {})
