"""Tokens whose signature was checked before: checking it anew is a quarter of a small request."""

import hashlib
from dataclasses import dataclass
from threading import Lock

MOST = 4096
"""Tokens kept, some 300 bytes each."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a genuine token says: ids of person and session, and its end in Unix seconds."""

    user: str
    session: str
    ends: float


class Known:
    """Claims by the hash of the text that showed them; the oldest are forgotten first.

    A token ends here when it says so. Whether its session still lives is not known here: that is read from the
    table with every request.
    """

    def __init__(self) -> None:
        self._claims: dict[bytes, Claims] = {}
        self._lock = Lock()

    def find(self, shown: str, *, now: float) -> Claims | None:
        """What this very text was found to say, unless its end has come; `now` in Unix seconds."""
        found = self._claims.get(_hash(shown))
        return found if found and found.ends > now else None

    def keep(self, shown: str, claims: Claims) -> None:
        """Note what a text says whose signature was just found genuine."""
        with self._lock:  # a dict that grows under a thread that looks for its oldest key is an error
            self._claims[_hash(shown)] = claims
            if len(self._claims) > MOST:
                del self._claims[next(iter(self._claims))]


def _hash(shown: str) -> bytes:
    """No token stays in memory that a dump of it could give away."""
    return hashlib.sha256(shown.encode("utf-8", "surrogateescape")).digest()
