"""Under which names the drive answers: its public address, and loopback names when that is a loopback address."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

_HOST = re.compile(r"(?P<name>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str) -> bool:
    """Whether the name leads to the same computer."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def names_of(public_url: str) -> frozenset[str]:
    """The names to answer to, in lower case and without port."""
    host = (urlsplit(public_url).hostname or "").lower()
    return LOOPBACK_NAMES | {host} if is_loopback(host) else frozenset({host})


def is_ours(header: str, *, names: frozenset[str]) -> bool:
    """Whether a Host header names us; any port, since links never come from it."""
    match = _HOST.fullmatch(header)
    return match is not None and match["name"].strip("[]").lower().removesuffix(".") in names
