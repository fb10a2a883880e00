"""Networks as far as limits tell neighbours apart."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

UNKNOWN = "unknown"


def address_of(text: str) -> IPv4Address | IPv6Address | None:
    """The address, an IPv4 one inside IPv6 unwrapped; None for what is no address (a Unix socket has none)."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def network_of(text: str) -> str:
    """The /24 or, for IPv6, the /64 an address is in: whoever has one address there mostly has them all."""
    address = address_of(text)
    if address is None:
        return UNKNOWN
    return str(ip_network((address, 24 if address.version == 4 else 64), strict=False))
