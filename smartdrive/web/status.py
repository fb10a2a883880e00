"""Whether the service is alive, and whether its engines answer: for load balancers and monitors."""

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from ipaddress import ip_address

from flask import Blueprint, Response, current_app, jsonify, request

from smartdrive.current import services
from smartdrive.domain.errors import NotFound
from smartdrive.ports.table import Unavailable
from smartdrive.records import keys
from smartdrive.web.access import public
from smartdrive.web.documented import documented
from smartdrive.web.shapes import Health

bp = Blueprint("status", __name__)
PATIENCE = 3.0
"""Seconds an engine gets to answer; a monitor gives up soon after."""
AT_ONCE = 2
"""Threads that may hang on an engine that does not answer; further questions wait behind them and fail in time."""


@bp.get("/status")
@public
@documented({200: Health})
def alive() -> Response:
    """This process answers. Touches no engine."""
    return _answer("alive", 200)


@bp.get("/status/ready")
@public
@documented({200: Health, 503: Health}, refuses=("not_found",))
def ready() -> Response:
    """Table and storage answer: 200, else 503. There is nothing here for strangers."""
    if not _close(request.remote_addr):
        raise NotFound
    pool = current_app.extensions.setdefault("smartdrive.ready", ThreadPoolExecutor(AT_ONCE))
    drive = services()
    waits = [pool.submit(lambda: drive.table.get(keys.schema())), pool.submit(drive.objects.ready)]
    answers = [_answers(wait) for wait in waits]
    return _answer("ready", 200) if all(answers) else _answer("unavailable", 503)


def _answers(wait: "Future[object]") -> bool:
    try:
        wait.result(PATIENCE)
    except (Unavailable, TooLate):
        wait.cancel()
        return False
    return True


def _answer(word: str, status: int) -> Response:
    response = jsonify(status=word)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def _close(address: str | None) -> bool:
    """Asked from this machine, or from a network of ours."""
    if not address:
        return True
    asker = ip_address(address)
    return asker.is_loopback or any(asker in network for network in services().settings.trusted_proxies)
