"""What several looks of the doctor share: comparing clocks, and going on where something does not answer."""

import http.client
from collections.abc import Callable
from datetime import datetime, timedelta

from smartdrive.domain.checks import Check
from smartdrive.ports.table import OutOfRoom, Unavailable

LATE = timedelta(seconds=60)
"""S3 refuses signatures more than 15 minutes off; our own leases and sessions want better."""


def agree(here: datetime, there: datetime, *, of: str) -> Check:
    """Whether our clock and another one do."""
    off = abs(here - there)
    if off <= LATE:
        return Check("clock", f"Our clock and that of the {of} agree.")
    sentence = f"Our clock and that of the {of} are {round(off.total_seconds())} seconds apart."
    return Check("clock", sentence, "Let NTP set the clock of this machine (timedatectl set-ntp true).")


def guarded(name: str, look: Callable[[], Check], *, fix: str) -> Check:
    """An engine that does not answer is a finding, not an end."""
    try:
        return look()
    except (Unavailable, OutOfRoom, OSError, http.client.HTTPException, KeyError) as error:
        return Check(name, f"Cannot be examined: {error}.", fix)
