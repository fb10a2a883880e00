"""Tokens of the local door: what is signed comes back, anything else is nothing."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smartdrive.ports.objects import Delivery, Grant
from smartdrive.storage.disk_tokens import Tokens

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
GRANT = Grant("PUT", "o" + "a" * 26, part=3, offset=20, length=10)


def tokens(*keys: bytes, at: datetime = NOON) -> Tokens:
    return Tokens(keys or [b"k" * 32], lambda: at)


def test_a_token_lives_until_its_end_and_not_a_second_longer() -> None:
    token = tokens().sign(GRANT, expires_in=60)
    assert tokens(at=NOON + timedelta(seconds=59)).read(token) == GRANT
    assert tokens(at=NOON + timedelta(seconds=60)).read(token) is None


def test_another_key_reads_nothing() -> None:
    assert tokens(b"K" * 32).read(tokens().sign(GRANT, expires_in=60)) is None


def test_while_a_secret_is_rotated_the_key_before_is_read_and_not_used() -> None:
    old, new = b"k" * 32, b"n" * 32
    both = tokens(new, old)
    assert both.read(tokens(old).sign(GRANT, expires_in=60)) == GRANT
    assert tokens(old).read(both.sign(GRANT, expires_in=60)) is None


def test_no_character_can_be_changed_added_or_left_out() -> None:
    token = tokens().sign(GRANT, expires_in=60)
    for at, old in enumerate(token):
        for new in "Ab-_0=+/ ":
            if new != old:
                assert tokens().read(token[:at] + new + token[at + 1 :]) is None
        assert tokens().read(token[:at] + token[at + 1 :]) is None
        assert tokens().read(token[:at] + "A" + token[at:]) is None
    assert tokens().read(token + "=") is None


@given(st.text(max_size=300))
def test_strange_text_is_no_token(text: str) -> None:
    assert tokens().read(text) is None


@given(st.text(max_size=255), st.booleans())
def test_any_name_comes_back_exactly(name: str, inline: bool) -> None:
    grant = Grant("GET", "o" + "a" * 26, delivery=Delivery(name, "text/plain", inline=inline))
    token = tokens().sign(grant, expires_in=60)
    assert tokens().read(token) == grant
    assert token.isascii()
