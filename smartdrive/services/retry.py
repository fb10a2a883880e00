"""Trying a write again when another one was in the way at the same moment."""

import random
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from smartdrive.domain.errors import Busy
from smartdrive.ports.table import Action, Contended, Refused, Table

Result = TypeVar("Result")
TRIES = 12
PATIENCE = 10.0
"""Seconds after which nothing is tried again: an engine may itself have waited long before it gave up."""


def wrote(table: Table, *actions: Action) -> bool:
    """Write, or answer False when something has changed since it was read: the next look shows it as it is."""
    try:
        table.write(*actions)
    except (Refused, Contended):
        return False
    return True


def count_written(table: Table, groups: Sequence[Sequence[Action]]) -> int:
    """Write all groups at once or, where one of them is refused, each by itself; how many were written."""
    if not groups:
        return 0
    if wrote(table, *(action for group in groups for action in group)):
        return len(groups)
    return sum(wrote(table, *group) for group in groups)


class Again(Exception):
    """What was read is out of date: read it again and decide anew."""


def until_settled(act: Callable[[], Result]) -> Result:
    """Call `act` until it neither lost a race nor met a conflict; Busy after a dozen tries with growing pauses."""
    end = time.monotonic() + PATIENCE
    for attempt in range(TRIES):
        try:
            return act()
        except (Again, Contended):
            if time.monotonic() > end:
                break
            time.sleep(random.uniform(0, min(0.2, 0.002 * 2**attempt)))  # nosec B311 - spreads load, guards nothing
    raise Busy
