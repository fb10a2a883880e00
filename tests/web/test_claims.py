"""Tokens whose signature was checked before, noted by many threads at once."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from smartdrive.web.claims import MOST, Claims, Known

NOW = 1000.0
CLAIMS = Claims("person", "session", ends=NOW + 1)


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns at every chance."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty")
def test_threads_that_note_tokens_at_once_do_not_disturb_one_another() -> None:
    known = Known()
    for number in range(MOST):
        known.keep(f"old {number}", CLAIMS)

    def note(thread: int) -> None:
        for number in range(20_000):
            known.keep(f"{thread} {number}", CLAIMS)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(note, range(4)))
    texts = (f"{thread} {number}" for thread in range(4) for number in range(20_000))
    assert sum(known.find(text, now=NOW) is not None for text in texts) == MOST


def test_a_token_is_known_until_its_end_and_the_oldest_are_forgotten_first() -> None:
    known = Known()
    for number in range(MOST + 1):
        known.keep(str(number), CLAIMS)
    assert known.find("0", now=NOW) is None
    assert known.find("1", now=NOW) == CLAIMS
    assert known.find("1", now=CLAIMS.ends) is None
