"""What an act may insist on beyond its own rules: it looks at the thing as it was read, and the write holds to that."""

from collections.abc import Callable

from smartdrive.domain.models import Node

Guard = Callable[[Node], None]
"""Raises a refusal when the thing is not as it has to be."""


def anything(_: Node) -> None:
    """The thing may be as it likes."""
