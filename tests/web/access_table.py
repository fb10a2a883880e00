"""Prints who may call which address, as `access_table.txt` has it: `python -m tests.web.access_table > …`."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from smartdrive.web.access import access_of, needs_csrf
from tests.web.site import make_site

KEPT = Path(__file__).with_suffix(".txt")
SAFE = {"GET", "HEAD", "OPTIONS"}


def lines(app: Flask) -> Iterator[str]:
    """A line for each address and its methods: who may call it, and whether a browser needs the CSRF token."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        token = "csrf token" if needs_csrf(view) and methods - SAFE else ""
        yield f"{rule.rule:44} {','.join(sorted(methods)):7} {access_of(view):10} {token}".rstrip()


def table(app: Flask) -> str:
    """All lines in the order of the addresses."""
    return "\n".join(sorted(lines(app))) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(table(make_site(Path(folder)).app), end="")
