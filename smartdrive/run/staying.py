"""gunicorn's processes: what `deploy/gunicorn.conf.py` names as the class of its workers."""

import os
import select
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

SEATS = 16
"""Threads that may stay with an idle connection; all others are always there for whoever comes."""
NEXT_WITHIN = 200.0
"""Milliseconds that a thread stays."""
ZIPS_SOCKET = "/zips.sock"
"""How the path of the socket ends by which nginx asks for zips; nginx.conf names it."""
PAGES, ZIPS, UPKEEP = "pages", "zips", "upkeep"
"""What a process is there for: one that is busy with hours of work keeps nobody waiting for another."""


class StayingWorker(ThreadWorker):
    """gthread, but a thread waits a moment for the next request of its connection before it gives that back.

    nginx uses the connection again that it used last, so under load the next request is there at once. The way back
    through the main thread and on to another one takes as long as a small request.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - gunicorn's own
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]
        self.seats = threading.BoundedSemaphore(SEATS)
        self.role = PAGES
        """Said before it parts from the master."""
        self.leaving = False
        """Whether another one takes its place: the master replaces all."""
        self.relieves = 0
        """The process id of a master whose place its own takes, 0 for none."""
        self.upkeep: Callable[[StayingWorker], None] | None = None
        """What to do instead of answering requests."""

    def init_process(self) -> None:
        """Listen to what is this one's business alone; of the rest nothing is held open."""
        for each in self.sockets:
            if not self._listens(each):
                each.close()
        self.sockets = [each for each in self.sockets if each.sock]
        super().init_process()  # type: ignore[no-untyped-call]

    def _listens(self, listener: Any) -> bool:  # noqa: ANN401 - gunicorn's own
        return self.role != UPKEEP and is_for_zips(listener) == (self.role == ZIPS)

    def run(self) -> None:
        if self.upkeep:
            self.upkeep(self)
        else:
            super().run()  # type: ignore[no-untyped-call]

    def beat(self, seconds: float) -> bool:
        """Tell the master that this one lives, and wait so long; False, and at once, when it is to end."""
        self.notify()  # type: ignore[no-untyped-call]
        waiting = select.poll()
        waiting.register(self.PIPE[0], select.POLLIN)  # a signal leaves a byte there
        if waiting.poll(seconds * 1000):
            with suppress(BlockingIOError):
                os.read(self.PIPE[0], 64)
        return self.alive and self.ppid == os.getppid()

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


def is_for_zips(listener: Any) -> bool:  # noqa: ANN401 - gunicorn's own
    """Whether only requests for zips come by this socket: nginx.conf names it."""
    name = listener.getsockname()
    return isinstance(name, str) and name.endswith(ZIPS_SOCKET)


def _more(conn: TConn) -> bool:
    """Whether more comes soon over a connection; what was read ahead already is the main thread's matter."""
    parser: Any = conn.parser
    if conn.is_http2 or parser.unreader.buf.getvalue():
        return False
    waiting = select.poll()
    waiting.register(conn.sock, select.POLLIN)
    return bool(waiting.poll(NEXT_WITHIN))
