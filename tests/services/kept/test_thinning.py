"""Old versions go when they are neither among the newest nor young nor named; killed at any write, all is finished."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from smartdrive.domain.models import Node, User, Version
from smartdrive.ports.table import Item, Table, Unavailable, Value
from smartdrive.records import keys, versions
from smartdrive.services.history import Keeping
from smartdrive.services.locks import Turn
from smartdrive.services.thinning import PAGE
from tests.services.kept.kept_drive import DyingTable, KeptDrive, drive_in
from tests.services.kept.test_purge import StaleIndex

KEEP, DAYS = 3, 30


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[KeptDrive]:
    with keeping(tmp_path) as found:
        yield found


def keeping(folder: Path) -> "object":
    return drive_in(folder, versions_keep=KEEP, version_days=DAYS)


def replaced(drive: KeptDrive, user: User, times: int, *, start: int = 0) -> Node:
    """A file of so many more versions; each is as many bytes long as its number, and a minute younger."""
    for number in range(start, start + times):
        drive.clock.forward(minutes=1)
        file = drive.upload(user, "often.txt", b"x" * number, conflict="replace")
    return file


def kept(drive: KeptDrive, file: Node) -> list[int]:
    """The sizes of the versions, oldest first: their numbers."""
    return sorted(each.size for each in all_of(drive, file))


def all_of(drive: KeptDrive, file: Node) -> list[Version]:
    return drive.services.versions.page(file, limit=1000).items


def sweep(drive: KeptDrive, table: Table | None = None) -> None:
    drive.upkeep_on(table or drive.table).sweep_round()


def settle(drive: KeptDrive) -> None:
    """Bytes follow, and everything is sound."""
    drive.clock.forward(hours=1)
    while drive.upkeep.purge_due():
        assert drive.upkeep.purge_round()
    report = drive.services.fsck.run(deep=True, between=0, grace=timedelta(0))
    assert report.clean, report.findings


def marked(drive: KeptDrive) -> list[Item]:
    return [item for item in drive.table.walk() if str(item.get("g1", "")).startswith("THIN#")]


def test_all_are_kept_while_they_are_young_and_the_newest_for_ever(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    file = replaced(drive, alice, 8)
    drive.clock.forward(days=DAYS - 1)
    sweep(drive)
    assert kept(drive, file) == list(range(8))
    drive.clock.forward(days=2)
    sweep(drive)
    assert kept(drive, file) == [5, 6, 7]
    assert drive.used(alice) == 5 + 6 + 7
    settle(drive)
    assert len(drive.stored()) == 3
    drive.clock.forward(days=300)
    sweep(drive)
    assert kept(drive, file) == [5, 6, 7]
    assert not marked(drive)


def test_an_old_file_is_thinned_by_its_next_version(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    file = replaced(drive, alice, KEEP)
    drive.clock.forward(days=100)
    sweep(drive)
    assert kept(drive, file) == [0, 1, 2]
    replaced(drive, alice, 1, start=KEEP)
    sweep(drive)
    assert kept(drive, file) == [1, 2, 3]
    settle(drive)


def test_each_goes_on_its_own_day_whatever_the_hour(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    for number in range(KEEP + 3):
        file = replaced(drive, alice, 1, start=number)
        drive.clock.forward(days=1)
    drive.clock.forward(days=DAYS - KEEP - 3, minutes=-30)
    for hour in range(24 * 3 + 3):
        sweep(drive)
        ages = [drive.clock() - each.created for each in all_of(drive, file)[KEEP:]]
        assert all(age < timedelta(days=DAYS, hours=1) for age in ages), hour
        drive.clock.forward(hours=1)
    assert kept(drive, file) == [3, 4, 5]


def test_one_with_a_name_is_kept_until_the_name_goes(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    file = replaced(drive, alice, 6)
    second = all_of(drive, file)[-2].id
    drive.services.versions.name(alice, file.id, version_id=second, name="keep this")
    drive.clock.forward(days=DAYS + 1)
    sweep(drive)
    assert kept(drive, file) == [1, 3, 4, 5]
    drive.services.versions.name(alice, file.id, version_id=second, name="")
    sweep(drive)
    assert kept(drive, file) == [3, 4, 5]
    settle(drive)


def test_a_name_given_at_the_last_moment_counts(drive: KeptDrive) -> None:
    """The worker has read that there is no name; then comes the name, then the worker's write."""
    alice = drive.person("alice")
    file = replaced(drive, alice, KEEP + 1)
    oldest = all_of(drive, file)[-1].id
    drive.clock.forward(days=DAYS + 1)

    def name() -> None:
        drive.services.versions.name(alice, file.id, version_id=oldest, name="wait")

    sweep(drive, BetweenReadAndWrite(drive.table, name, "V#"))
    assert kept(drive, file) == [0, 1, 2, 3]
    settle(drive)


def test_what_was_deleted_by_hand_is_gone_once(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    file = replaced(drive, alice, KEEP + 2)
    oldest = all_of(drive, file)[-1].id
    drive.clock.forward(days=DAYS + 1)

    def delete() -> None:
        drive.services.versions.delete(alice, file.id, version_id=oldest)

    sweep(drive, BetweenReadAndWrite(drive.table, delete, "V#"))
    assert kept(drive, file) == [2, 3, 4]
    assert drive.used(alice) == 2 + 3 + 4
    settle(drive)


def test_an_index_that_lags_removes_nothing_that_is_among_the_newest_again(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    file = replaced(drive, alice, KEEP + 1)
    rows = marked(drive)
    assert len(rows) == 1
    for newer in all_of(drive, file)[1:KEEP]:
        drive.services.versions.delete(alice, file.id, version_id=newer.id)
    drive.clock.forward(days=DAYS + 1)
    sweep(drive, StaleIndex(drive.table, rows))  # type: ignore[arg-type]
    assert kept(drive, file) == [0, 3]


def test_thinning_is_taken_up_after_a_death_at_every_write(tmp_path: Path) -> None:
    """SECURITY 44: for every n, the n-th write fails before or after its effect; the next round finishes."""
    count = 0
    for after in (False, True):
        n = 0
        while True:
            n += 1
            with keeping(tmp_path / f"{after}-{n}") as drive:
                alice = drive.person("alice")
                file = replaced(drive, alice, KEEP + 4)
                first = all_of(drive, file)[-1].id
                drive.services.versions.restore(alice, file.id, version_id=first)
                drive.clock.forward(days=DAYS + 1)
                dying = DyingTable(drive.table, n, after=after)
                try:
                    sweep(drive, dying)  # type: ignore[arg-type]
                except Unavailable:
                    count += 1
                    drive.clock.forward(minutes=5)
                    sweep(drive)
                assert kept(drive, file) == [0, 5, 6]
                assert drive.used(alice) == 0 + 5 + 6
                settle(drive)
                assert len(drive.stored()) == 3
                if not dying.died:
                    break
    assert count > 10


def test_a_day_that_was_cut_short_is_gone_through_again(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    file = replaced(drive, alice, KEEP + 3)
    drive.clock.forward(days=DAYS + 5)
    drive.upkeep.thinning.outdated(Turn(drive.clock, stopped=lambda: len(all_of(drive, file)) < KEEP + 3))
    assert kept(drive, file) == [1, 2, 3, 4, 5]
    drive.clock.forward(days=10)
    sweep(drive)
    assert kept(drive, file) == [3, 4, 5]


def test_a_drive_that_kept_more_before_is_thinned_from_the_next_replacement_on(tmp_path: Path) -> None:
    """So are versions of a drive that is older than the rule: their rows carry no mark."""
    with drive_in(tmp_path, versions_keep=500, version_days=DAYS) as before:
        alice = before.person("alice")
        replaced(before, alice, 60)
        assert not marked(before)
        before.clock.forward(days=DAYS + 1)
        moment = before.clock.moment
    with drive_in(tmp_path, versions_keep=KEEP, version_days=DAYS) as drive:
        drive.clock.moment = moment
        file = replaced(drive, alice, 1, start=60)
        while marked(drive):
            before_this = marked(drive)
            sweep(drive)
            assert marked(drive) != before_this
        assert kept(drive, file) == [58, 59, 60]
        settle(drive)


def test_a_file_of_very_many_versions_is_thinned_whole(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    many = PAGE + 60
    file = replaced(drive, alice, many)
    drive.clock.forward(days=DAYS + 1)
    sweep(drive)
    assert kept(drive, file) == [many - 3, many - 2, many - 1]
    settle(drive)


def test_a_purged_file_leaves_nothing_to_thin(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    file = replaced(drive, alice, KEEP + 3)
    rows = marked(drive)
    drive.trash.put(alice, file.id)
    drive.trash.purge(alice, file.id)
    settle(drive)
    assert not marked(drive)
    drive.clock.forward(days=DAYS + 1)
    sweep(drive, StaleIndex(drive.table, rows))  # type: ignore[arg-type]
    assert drive.used(alice) == 0
    settle(drive)


def test_a_new_version_marks_the_one_it_pushes_out_for_the_day_its_youth_ends(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    file = replaced(drive, alice, KEEP + 1)
    oldest = all_of(drive, file)[-1]
    row = drive.table.get(keys.version(file.id, oldest.id))
    assert row
    assert row["g1"] == keys.thin_day(oldest.created + timedelta(days=DAYS))
    rule = Keeping(KEEP, DAYS)
    late = oldest.created + timedelta(days=90)
    assert rule.mark(oldest, "m", moment=late).set["g1"] == keys.thin_day(late)
    assert versions.thin_version(replace(oldest, mark="other")).when != versions.thin_version(oldest).when


class BetweenReadAndWrite:
    """A table at whose first write to a row with this sort key somebody else is faster."""

    def __init__(self, table: Table, act: object, begins: str) -> None:
        self._table, self._act, self._begins = table, act, begins

    def __getattr__(self, name: str) -> object:
        return getattr(self._table, name)

    def write(self, *actions: object) -> dict[str, Value]:
        act, touched = self._act, [getattr(each, "key", None) for each in actions]
        if act and any(key and key.sk.startswith(self._begins) for key in touched):
            self._act = None
            act()  # type: ignore[operator]
        return self._table.write(*actions)  # type: ignore[arg-type]
