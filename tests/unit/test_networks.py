"""Neighbours share a budget: a /24, or a /64 of IPv6."""

import pytest

from smartdrive.domain.networks import UNKNOWN, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", UNKNOWN),
        ("nonsense", UNKNOWN),
    ],
)
def test_network(address: str, network: str) -> None:  # SECURITY 8
    assert network_of(address) == network
