"""Asking an engine many things at once that do not wait for one another."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

Thing = TypeVar("Thing")
Answer = TypeVar("Answer")

AT_ONCE = 16
"""Calls of one act that are under way together; `storage/connections.py` says what that comes to."""


def together(act: Callable[[Thing], Answer], things: Sequence[Thing], *, at_once: int = AT_ONCE) -> list[Answer]:
    """What `act` answers to each, in their order; one alone needs no thread. The first failure is raised."""
    if min(at_once, len(things)) < 2:
        return [act(thing) for thing in things]
    with ThreadPoolExecutor(min(at_once, len(things))) as pool:
        # Each goes on in the context of whoever asks, which says to which request or round a line of the log belongs.
        return list(pool.map(lambda each: each[0].run(act, each[1]), [(copy_context(), thing) for thing in things]))
