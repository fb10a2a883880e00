"""Leases: one holder at a time, nobody waits for the dead."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE

import pytest

from smartdrive.domain.clock import new_id
from smartdrive.records.locks import Lease, take
from smartdrive.services.locks import Locks
from smartdrive.services.processes import own_name
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


def name_of_another(*, killed: bool) -> Iterator[str]:
    """The name of another process of this machine, dead or alive."""
    words = "from smartdrive.services.processes import own_name; print(own_name(), flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", words], stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        if killed:
            process.kill()
            process.wait()
        yield name
        process.kill()


@pytest.mark.parametrize("killed", [True, False])
def test_nobody_waits_for_a_process_that_was_killed(locks: Locks, *, killed: bool) -> None:
    for name in name_of_another(killed=killed):
        locks.table.write(take(Lease("sweep", f"{name}/x", locks.clock() + timedelta(seconds=30))))
        assert (locks.hold("sweep") is not None) is killed


def test_of_processes_elsewhere_nothing_is_known(locks: Locks) -> None:
    for job, owner in enumerate(("", "x", "other-boot.1.999999.5", f"{own_name()[1:]}", own_name())):
        locks.table.write(take(Lease(f"job {job}", f"{owner}/x", locks.clock() + timedelta(seconds=30))))
        assert locks.hold(f"job {job}") is None
