"""Names of computers."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether the name leads to the same computer."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
