"""The judge of the long day notices what grows, and nothing else."""

import pytest

from benchmarks import soak


def looks(*figures: float) -> list[soak.Look]:
    return [{"memory": figure} for figure in figures]


def test_what_grows_is_noticed() -> None:
    (grown,) = soak.judge(looks(*(100 + n for n in range(100))))
    assert (grown.before, grown.after) == (129.5, 189.5)
    assert not grown.borne
    assert "grew" in grown.line()


def test_what_grows_only_while_everything_warms_up_does_not() -> None:
    (grown,) = soak.judge(looks(*(10.0 * n for n in range(20)), *[200.0] * 80))
    assert grown.borne


def test_what_goes_up_and_down_does_not_grow() -> None:
    (grown,) = soak.judge(looks(*(100 + 40 * (n % 2) for n in range(100))))
    assert grown.borne


def test_what_was_not_there_at_first_has_grown() -> None:
    (grown,) = soak.judge(looks(*[0.0] * 50, *[1.0] * 50))
    assert not grown.borne


def test_too_few_looks_say_nothing() -> None:
    with pytest.raises(ValueError, match="too few"):
        soak.judge(looks(1, 2, 3))
