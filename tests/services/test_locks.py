"""Leases: one holder at a time, nobody waits for the dead."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from smartdrive.domain.clock import new_id
from smartdrive.services.locks import Locks
from smartdrive.storage.sqlite import SqliteTable
from tests.services.drive import Clock


@pytest.fixture
def locks(tmp_path: Path) -> Iterator[Locks]:
    clock = Clock()
    table = SqliteTable(tmp_path / "drive.db", clock=clock)
    yield Locks(table, clock, new_id, timedelta(seconds=30))
    table.close()


def turn(locks: Locks, **by: float) -> None:
    assert isinstance(locks.clock, Clock)
    locks.clock.forward(**by)


def test_one_holds_a_job_and_others_get_nothing(locks: Locks) -> None:
    with locks.turn("job") as mine:
        assert mine
        with locks.turn("job") as other:
            assert other is None
        with locks.turn("another job") as free:
            assert free
    with locks.turn("job") as again:
        assert again


def test_of_many_at_once_exactly_one_gets_it(locks: Locks) -> None:
    start, got = threading.Barrier(16), []

    def try_it() -> None:
        start.wait()
        if locks.hold("job"):
            got.append(1)

    threads = [threading.Thread(target=try_it) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [1]


def test_the_lease_of_the_dead_ends_and_many_heirs_are_one(locks: Locks) -> None:
    assert locks.hold("job")
    turn(locks, seconds=29)
    assert locks.hold("job") is None
    turn(locks, seconds=2)
    assert [bool(locks.hold("job")) for _ in range(3)] == [True, False, False]


def test_a_holder_who_works_keeps_it_and_one_who_slept_learns_that_it_is_lost(locks: Locks) -> None:
    with locks.turn("job") as mine:
        assert mine
        for _ in range(10):
            turn(locks, seconds=20)
            assert mine.go_on()
        assert locks.hold("job") is None
        turn(locks, seconds=31)
        thief = locks.hold("job")
        assert thief
        assert not mine.go_on()
    assert locks.renew(thief)


def test_a_turn_ends_when_its_time_is_up_or_it_is_told_to(locks: Locks) -> None:
    told = threading.Event()
    with locks.turn("job", seconds=10, stopped=told.is_set) as mine:
        assert mine
        assert mine.go_on()
        turn(locks, seconds=11)
        assert not mine.go_on()
        assert mine.keep()
        told.set()
        assert not mine.keep()
