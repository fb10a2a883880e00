"""Whether the service is alive, whether its engines answer, and what it has counted: for balancers and monitors."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from ipaddress import ip_address
from typing import TypeVar

from flask import Blueprint, Response, current_app, jsonify, request

from smartdrive.current import services
from smartdrive.domain.errors import NotFound
from smartdrive.metrics import KIND
from smartdrive.ports.table import Unavailable
from smartdrive.records import keys
from smartdrive.records.checked import read_checked
from smartdrive.services.watching import build, found
from smartdrive.web.access import public
from smartdrive.web.documented import documented
from smartdrive.web.proxies import HANDED_ON
from smartdrive.web.shapes import Health

bp = Blueprint("status", __name__)
Answer = TypeVar("Answer")
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
    _insist_on_near()
    drive = services()
    table, objects = _ask(lambda: drive.table.get(keys.schema())), _ask(drive.objects.ready)
    answers = _answers(table), _answers(objects)
    return _answer("ready", 200) if all(answers) else _answer("unavailable", 503)


@bp.get("/metrics")
@public
def metrics() -> Response:
    """What was counted, in Prometheus' words. There is nothing here for strangers."""
    _insist_on_near()
    drive = services()
    wait = _ask(lambda: read_checked(drive.table))
    checked = wait.result() if _answers(wait) else None
    text = drive.metrics.text(build(drive.settings.engine) | found(checked))
    return Response(text, content_type=KIND, headers={"Cache-Control": "no-store"})


def _insist_on_near() -> None:
    """This machine itself asks, not a proxy on it that nobody named: that one asks for the whole world."""
    if request.environ.get(HANDED_ON) or not _close(request.remote_addr):
        raise NotFound


def _ask(question: Callable[[], Answer]) -> "Future[Answer]":
    pool: ThreadPoolExecutor = current_app.extensions.setdefault("smartdrive.ready", ThreadPoolExecutor(AT_ONCE))
    return pool.submit(question)


def _answers(wait: "Future[Answer]") -> bool:
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
