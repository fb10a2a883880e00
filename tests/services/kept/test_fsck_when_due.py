"""fsck by a timer on every instance: one of them looks each week, the others leave quietly."""

from dataclasses import replace
from datetime import timedelta

import pytest

from smartdrive.domain.models import User
from smartdrive.ports.table import Change, Unavailable
from smartdrive.records import keys
from smartdrive.records.checked import read_checked
from smartdrive.services.fsck import JOB, LONGEST, Report
from tests.services.kept.kept_drive import KeptDrive

HOUR = timedelta(hours=1)


def by_timer(drive: KeptDrive, *, after: timedelta = HOUR) -> Report | None:
    drive.clock.forward(seconds=after.total_seconds())
    return drive.services.fsck.run_when_due(between=0)


def test_one_looks_and_the_others_come_again_in_a_week(drive: KeptDrive, alice: User) -> None:
    assert by_timer(drive)
    first = read_checked(drive.table)
    assert [by_timer(drive), by_timer(drive)] == [None, None]
    assert read_checked(drive.table) == first
    assert by_timer(drive, after=timedelta(days=7) - 3 * HOUR)
    assert read_checked(drive.table) != first


def test_whoever_asks_by_hand_is_always_answered(drive: KeptDrive, alice: User) -> None:
    assert by_timer(drive)
    assert drive.services.fsck.run(between=0).clean
    assert by_timer(drive) is None


def test_while_one_is_at_it_others_leave_however_long_it_takes(drive: KeptDrive, alice: User) -> None:
    drive.table.write(Change(keys.room(alice.id), add={"free": -7}))
    others: list[Report | None] = []

    def meanwhile(_: float) -> None:
        others.extend(by_timer(drive, after=6 * HOUR) for _ in range(3))

    report = replace(drive.services.fsck, wait=meanwhile).run_when_due()
    assert report
    assert not report.clean
    assert others == [None, None, None]


def test_one_that_was_killed_elsewhere_is_followed_a_week_later_not_within_the_hour(drive: KeptDrive) -> None:
    assert replace(drive.services.fsck.locks, life=LONGEST).hold(JOB)
    assert by_timer(drive) is None
    assert by_timer(drive, after=timedelta(days=7) - HOUR)


def test_one_that_an_engine_stopped_is_followed_by_the_next(drive: KeptDrive, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(type(drive.table), "walk", _away)
        with pytest.raises(Unavailable):
            by_timer(drive)
    assert by_timer(drive)


def _away(*_: object) -> None:
    raise Unavailable("the table is away")
