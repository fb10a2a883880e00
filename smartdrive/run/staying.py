"""gunicorn's threads, made to stay: what `deploy/gunicorn.conf.py` names as the class of its workers."""

import select
import threading
from collections.abc import Callable
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

SEATS = 16
"""Threads that may stay with an idle connection; all others are always there for whoever comes."""
NEXT_WITHIN = 200.0
"""Milliseconds that a thread stays."""


class StayingWorker(ThreadWorker):
    """gthread, but a thread waits a moment for the next request of its connection before it gives that back.

    nginx uses the connection again that it used last, so under load the next request is there at once. The way back
    through the main thread and on to another one takes as long as a small request.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - gunicorn's own
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]
        self.seats = threading.BoundedSemaphore(SEATS)

    def handle(self, conn: TConn) -> object:
        """Answer what comes over the connection; whether it is to be kept."""
        answer: Callable[[TConn], object] = super().handle
        kept = answer(conn)
        if kept is True and self.seats.acquire(blocking=False):
            try:
                while kept is True and self.alive and _more(conn):
                    kept = answer(conn)
            finally:
                self.seats.release()
        return kept


def _more(conn: TConn) -> bool:
    """Whether more comes soon over a connection; what was read ahead already is the main thread's matter."""
    parser: Any = conn.parser
    if conn.is_http2 or parser.unreader.buf.getvalue():
        return False
    waiting = select.poll()
    waiting.register(conn.sock, select.POLLIN)
    return bool(waiting.poll(NEXT_WITHIN))
