"""How each address may refuse: what its view says, and what follows from the marks that the gates read."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from smartdrive.domain.errors import DriveError
from smartdrive.web.access import Access, access_of, needs_csrf
from smartdrive.web.documented import JSON, Description
from smartdrive.web.errors import SENTENCES, STATUS, code_of
from smartdrive.web.limiter import is_limited

LARGE, NO_JSON = code_of(413), code_of(415)
PLAIN = {code_of(status): status for status in (411, 413, 415, 416)}
"""Refusals that are no DriveError."""


def refusals(
    view: Callable[..., Any], about: Description, *, changes: bool, names_things: bool
) -> Iterator[tuple[int, str]]:
    """Each status that a view may refuse with, and why in words; `names_things` when its address holds an id."""
    found: dict[int, list[str]] = defaultdict(list)
    for code in sorted(_codes(view, about, changes=changes, names_things=names_things)):
        status = PLAIN[code] if code in PLAIN else STATUS[code]
        found[status].append(f"`{code}`: {SENTENCES[status] if code in PLAIN else _titles()[code]}")
    yield from ((status, "\n".join(words)) for status, words in sorted(found.items()))


def _codes(view: Callable[..., Any], about: Description, *, changes: bool, names_things: bool) -> set[str]:
    said = {
        "not_signed_in": access_of(view) is not Access.PUBLIC,
        "forbidden": access_of(view) is Access.OPERATOR,
        "session_needed": access_of(view) in (Access.IN_SESSION, Access.OPERATOR),
        "read_only": changes and access_of(view) is Access.SIGNED_IN,
        "bad_token": changes and access_of(view) is not Access.PUBLIC and needs_csrf(view),
        "not_found": names_things,
        "too_many": is_limited(view),
        "busy": changes,
        "no_space": changes,
        LARGE: about.takes is not None,
        NO_JSON: about.takes is not None and about.media == JSON,
    }
    return {"bad_input", "unavailable", *about.refuses, *(code for code, applies in said.items() if applies)}


def _titles() -> dict[str, str]:
    return {each.code: each.title for kind in DriveError.__subclasses__() for each in (kind, *kind.__subclasses__())}
