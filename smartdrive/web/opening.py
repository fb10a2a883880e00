"""Nothing is served before the store has this program's schema."""

import logging
import threading

from flask import Flask, request

from smartdrive.ports.table import Unavailable
from smartdrive.services.services import Services

log = logging.getLogger(__name__)


def init(app: Flask, services: Services) -> None:
    """Prepare the store now or, when the engine is down, at the next request; raises StoreTooNew."""
    opened = threading.Event()
    guard = threading.Lock()

    def prepare() -> None:
        with guard:
            if not opened.is_set():
                services.layout.prepare()
                opened.set()

    try:
        prepare()
    except Unavailable as error:
        log.warning("the table does not answer yet", extra={"why": str(error)})

    @app.before_request
    def insist() -> None:
        if not opened.is_set() and request.blueprint != "status":
            prepare()
