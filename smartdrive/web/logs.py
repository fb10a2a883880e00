"""One line in the log for every request, under an id that an error page shows too."""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from smartdrive import logs
from smartdrive.domain.clock import new_id
from smartdrive.services.services import Services

_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_AHEAD = ContextVar("ahead", default="")
UNKNOWN = "none"
"""The route of an address that is none of ours."""
QUIET = frozenset({"/status", "/status/ready", "/status/person", "/metrics"})
"""Asked every few seconds by whoever watches over the service, or by nginx about a request that is a line itself:
logged only when something is wrong."""
log = logging.getLogger("smartdrive.request")


def init(app: Flask, services: Services) -> None:
    """Give each request an id and log its end. With nginx in front the id is nginx's, so both logs agree."""
    behind_nginx, metrics = services.settings.behind_nginx, services.metrics
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
        took = time.perf_counter() - g.get("request_began", time.perf_counter())
        route = request.url_rule.rule if request.url_rule else UNKNOWN
        metrics.request(route, request.method, status=response.status_code, seconds=took)
        if request.path not in QUIET or response.status_code != 200:
            log.info("request", extra=_line(response, took))
        return response


@contextmanager
def under(given: str) -> Iterator[None]:
    """Lines of what answers before Flask is asked belong to the request with that id."""
    before = _AHEAD.set(given if _ID.fullmatch(given) else "")
    try:
        yield
    finally:
        _AHEAD.reset(before)


def _line(response: Response, took: float) -> dict[str, Any]:
    """No query, no body, no header: paths are masked by the formatter."""
    line = {"method": request.method, "path": request.path, "status": response.status_code}
    return line | {"ms": round(took * 1000, 1), "bytes": response.content_length, "address": request.remote_addr}


def _about_request() -> dict[str, str]:
    """What every line that is logged during a request holds."""
    if not has_request_context():
        return {"request_id": ahead} if (ahead := _AHEAD.get()) else {}
    user = g.get("user")
    about = {"request_id": g.get("request_id", "")}
    return about | ({"user": user.id} if user else {})
