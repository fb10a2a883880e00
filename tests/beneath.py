"""The engine itself, beneath the watch that a drive keeps over it: for tests that ask what only this engine has."""

from typing import Any


def beneath(port: object) -> Any:
    return getattr(port, "_engine", port)
