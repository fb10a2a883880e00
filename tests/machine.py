"""How slow this machine is just now, beside the one on which our figures were taken."""

import hashlib
import json
import time
from collections.abc import Callable

REFERENCE = 0.04
"""Seconds that the work takes there, by the clock and of the processor alike."""


def slowness(clock: Callable[[], float] = time.monotonic) -> float:
    """At least 1: a limit times this holds on slow machines. By time.process_time other programs do not count."""
    began = clock()
    _work()
    return max(1.0, (clock() - began) / REFERENCE)


def _work() -> None:
    """What programs do all day: small objects, text, and a digest."""
    for number in range(60):
        text = json.dumps([{"id": each, "name": f"Document {each}"} for each in range(500)])
        hashlib.sha256(f"{number}{json.loads(text)}".encode()).digest()
