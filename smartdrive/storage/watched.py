"""Watching over an engine: every call is timed, and what it does not do is counted and written down."""

import inspect
import logging
import time
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, TypeVar, cast

from smartdrive.metrics import Metrics
from smartdrive.ports.objects import Door, Objects
from smartdrive.ports.table import Contended, OutOfRoom, Refused, Table, Unavailable

KINDS: dict[type[Exception], str] = {
    Unavailable: "unavailable",
    OutOfRoom: "out_of_room",
    Contended: "contended",
    Refused: "refused",
}
"""The last two are everyday matters: somebody else was faster, or a name is taken."""
LOGGED = (Unavailable, OutOfRoom)
SLOW = 2.0
"""Seconds after which a call is worth a line in the log."""
AS_LONG_AS_THE_CALLER = frozenset({"accept", "accept_file", "put", "finish_put", "finish_puts"})
"""Verbs that take as long as the bytes they are given."""
VERBS = frozenset(name for port in (Table, Objects, Door) for name in vars(port) if not name.startswith("_"))
Verb = Callable[..., Any]
Port = TypeVar("Port")
log = logging.getLogger(__name__)


def watched(engine: Port, name: str, *, metrics: Metrics) -> Port:
    """The same engine, with a watch around each verb of the ports that it has; what it asks of itself is its own."""
    metrics.may_fail(name, KINDS.values())
    view = _View(engine)
    for verb in VERBS:
        if callable(act := getattr(engine, verb, None)):
            around = _steps if inspect.isgeneratorfunction(act) else _call
            setattr(view, verb, around(act, _Watch(name, verb, metrics=metrics)))
    return cast(Port, view)


class _View:
    """What an engine looks like from outside."""

    def __init__(self, engine: object) -> None:
        self._engine = engine

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)


class _Watch:
    """Over one verb of one engine."""

    def __init__(self, engine: str, verb: str, *, metrics: Metrics) -> None:
        self.engine = engine
        self.verb = verb
        self.metrics = metrics
        self.hasty = verb not in AS_LONG_AS_THE_CALLER

    def over(self, began: float) -> None:
        """The call that began then has ended, well or not."""
        seconds = time.perf_counter() - began
        self.metrics.called(self.engine, self.verb, seconds=seconds)
        if seconds > SLOW and self.hasty:
            log.warning("engine was slow", extra=self._said(began))

    def failed(self, error: Exception, began: float) -> None:
        """It was not done."""
        self.metrics.failed(self.engine, next(word for kind, word in KINDS.items() if isinstance(error, kind)))
        if isinstance(error, LOGGED):
            log.warning("engine failed", extra=self._said(began) | {"why": str(error)})

    def _said(self, began: float) -> dict[str, object]:
        return {"engine": self.engine, "verb": self.verb, "ms": round((time.perf_counter() - began) * 1000, 1)}


def _call(act: Verb, watched: _Watch) -> Verb:
    @wraps(act)
    def call(*args: object, **named: object) -> object:
        began = time.perf_counter()
        try:
            return act(*args, **named)
        except tuple(KINDS) as error:
            watched.failed(error, began)
            raise
        finally:
            watched.over(began)

    return call


def _steps(act: Verb, watched: _Watch) -> Verb:
    """What comes piece by piece takes as long as whoever asks for the pieces: only failures are looked at."""

    @wraps(act)
    def steps(*args: object, **named: object) -> Iterator[object]:
        began = time.perf_counter()
        try:
            yield from act(*args, **named)
        except tuple(KINDS) as error:
            watched.failed(error, began)
            raise

    return steps
