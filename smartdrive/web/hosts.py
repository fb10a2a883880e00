"""Under which names the drive answers: its public address, and without https those of this computer itself."""

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"(?P<name>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def names_of(public_url: str) -> frozenset[str]:
    """The names to answer to, in lower case and without port.

    A name of this computer itself can't be a stranger's, so who sits at a drive for the local network may use one.
    """
    parts = urlsplit(public_url)
    host = (parts.hostname or "").lower()
    return frozenset({host}) if parts.scheme == "https" else LOOPBACK_NAMES | {host}


def is_ours(header: str, *, names: frozenset[str]) -> bool:
    """Whether a Host header names us; any port, since links never come from it."""
    match = _HOST.fullmatch(header)
    return match is not None and match["name"].strip("[]").lower().removesuffix(".") in names
