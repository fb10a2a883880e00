"""Connections to DynamoDB and S3: how many a process keeps, and how many calls wait for an engine that is silent."""

import time
from threading import Lock, get_ident
from typing import Any

from smartdrive.ports.table import Unavailable

KEPT = 128
"""One for each of gunicorn's 32 threads, and for six acts at a time that make 16 calls together. What goes beyond
is still answered, by connections that are made for one call."""
MOST_WAITING = 16
"""Calls that may wait for a silent engine: half of gunicorn's threads, so that others serve what needs no engine."""
SILENCE = 1.0
"""Seconds in which calls wait and none is answered, after which an engine is silent; also between two further tries."""
LONGEST = 30.0
"""Seconds after which a call that was never heard of again is over: more than any time limit of ours."""


class Patience:
    """Of the calls to one engine: once it is silent and enough of them wait, others are refused instead of waiting too.

    One a second goes on nevertheless. As soon as any answer comes, all do. Without this all threads would soon wait
    for an engine that does not answer, each for its time limit, and nobody would be there for what needs no engine.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._since: dict[int, float] = {}
        self._heard = 0.0

    def watch(self, client: Any) -> None:  # noqa: ANN401 - a client of whichever service
        """Look at each try of each call of this client."""
        service = client.meta.service_model.service_id.hyphenize()
        client.meta.events.register(f"before-send.{service}", self._begin)
        client.meta.events.register(f"response-received.{service}", self._end)

    def _begin(self, **_: object) -> None:
        now = time.monotonic()
        with self._lock:
            if not self._since:
                self._heard = now
            if len(self._since) >= MOST_WAITING and now - self._heard > SILENCE:
                self._since = {thread: since for thread, since in self._since.items() if now - since < LONGEST}
                if now - max(self._since.values(), default=0) < SILENCE:
                    raise Unavailable("the engine is silent")
            self._since[get_ident()] = now

    def _end(self, *, parsed_response: object, **_: object) -> None:
        with self._lock:
            self._since.pop(get_ident(), None)
            if parsed_response is not None:
                self._heard = time.monotonic()
