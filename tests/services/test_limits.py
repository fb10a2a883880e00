"""Limits: exact counts in windows that begin with the first try."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from limits import parse
from limits.strategies import FixedWindowRateLimiter

from smartdrive.domain.errors import TooMany
from smartdrive.services.limits import PATIENCE, Limits, TableStorage
from tests.services.drive import Drive, make_drive


@pytest.fixture
def limits(drive: Drive) -> Limits:
    return drive.services.limits


def allowed(limits: Limits, name: str, rate: str, times: int) -> int:
    """How many of so many tries one after another were let through."""
    let_through = 0
    for _ in range(times):
        try:
            limits.spend(name, rate)
        except TooMany:
            continue
        let_through += 1
    return let_through


def test_a_budget_is_used_up_and_comes_back(drive: Drive, limits: Limits) -> None:
    assert allowed(limits, "a", "3/minute", 5) == 3
    assert allowed(limits, "b", "3/minute", 5) == 3
    drive.clock.forward(seconds=58)
    assert allowed(limits, "a", "3/minute", 5) == 0
    drive.clock.forward(seconds=3)
    assert allowed(limits, "a", "3/minute", 5) == 3


def test_the_refusal_says_how_long_to_wait(drive: Drive, limits: Limits) -> None:
    limits.spend("a", "1/hour")
    drive.clock.forward(minutes=20)
    with pytest.raises(TooMany) as caught:
        limits.spend("a", "1/hour")
    assert 39 * 60 < caught.value.retry_after <= 40 * 60


def test_it_survives_a_restart(tmp_path: Path) -> None:  # SECURITY 7
    first = make_drive(tmp_path / "data")
    assert allowed(first.services.limits, "a", "3/hour", 2) == 2
    second = make_drive(tmp_path / "data")
    second.clock.moment = first.clock.moment
    assert allowed(second.services.limits, "a", "3/hour", 3) == 1


def test_it_is_exact_when_many_come_at_once_also_at_the_edge_of_a_window(drive: Drive, limits: Limits) -> None:
    for _ in range(3):  # SECURITY 7
        with ThreadPoolExecutor(16) as pool:
            assert sum(pool.map(lambda _: allowed(limits, "a", "20/minute", 3), range(16))) == 20
        drive.clock.forward(seconds=61)


def test_held_tries_that_turn_out_well_make_room_for_those_that_wait(limits: Limits) -> None:
    held = [limits.hold("a", "2/minute") for _ in range(2)]
    waiting = threading.Thread(target=lambda: held.append(limits.hold("a", "2/minute")))
    waiting.start()
    time.sleep(0.2)
    assert len(held) == 2
    limits.settle(held[0], failed=False)
    waiting.join(60)
    assert len(held) == 3


def test_tries_that_failed_are_refused_without_waiting(limits: Limits) -> None:
    for _ in range(2):
        limits.settle(limits.hold("a", "2/minute"), failed=True)
    begun = time.monotonic()
    with pytest.raises(TooMany):
        limits.hold("a", "2/minute")
    assert time.monotonic() - begun < PATIENCE
    assert limits.look("a") is not None


def test_an_outcome_of_the_window_before_does_not_count_in_this_one(drive: Drive, limits: Limits) -> None:
    old = limits.hold("a", "2/minute")
    drive.clock.forward(seconds=61)
    limits.spend("a", "2/minute")
    limits.settle(old, failed=False)
    window = limits.look("a")
    assert window is not None
    assert (window.count, window.failed) == (1, 0)


def test_the_library_counts_in_the_same_table(drive: Drive, limits: Limits) -> None:
    storage = TableStorage("table://", counters=limits)
    limiter, rate = FixedWindowRateLimiter(storage), parse("2/minute")
    assert [limiter.hit(rate, "x") for _ in range(3)] == [True, True, False]
    reset, remaining = limiter.get_window_stats(rate, "x")
    assert remaining == 0
    assert 0 < reset - drive.clock().timestamp() <= 60
    assert not limiter.test(rate, "x")
    limiter.clear(rate, "x")
    assert limiter.test(rate, "x")
    assert storage.check()
    assert storage.get("unknown") == 0
