"""What was done is sealed by the worker: `fsck` names what is missing, altered or added; whole segments go in time."""

from contextlib import suppress
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from smartdrive.domain.keychain import keychain
from smartdrive.domain.models import User
from smartdrive.ports.table import Change, Delete, Item, Put, Refused, Unavailable
from smartdrive.records import journal, journal_keys, keys, seals
from smartdrive.services.fsck import Report
from smartdrive.services.fsck_journal import SealedJournals
from smartdrive.services.locks import Turn
from smartdrive.services.sealing import read_all
from tests.services.drive import SECRET, Drive
from tests.services.kept.kept_drive import DyingTable, drive_in

NEW_SECRET = "another secret of these tests: 9876543210"


def events(drive: Drive, owner: User) -> list[Item]:
    """All rows of a journal, oldest first."""
    return journal.read_oldest(drive.table, owner.id, limit=1000).items


def segments(drive: Drive, owner: User, *, purged: bool = False) -> list[Any]:
    return list(read_all(drive.table, journal_keys.purged_seals(owner.id) if purged else journal_keys.seals(owner.id)))


def next_day(drive: Drive) -> None:
    """A day later, and the worker has been round."""
    drive.clock.forward(days=1, hours=2)
    assert drive.services.upkeep.sweep_round()


def look(drive: Drive) -> Report:
    return replace(drive.services.fsck, wait=lambda _: None).run()


def sentences(drive: Drive) -> list[str]:
    return [each.sentence for each in look(drive).findings]


@pytest.fixture
def sealed(drive: Drive, alice: User) -> list[Item]:
    """A journal of three days, sealed."""
    for day in range(3):
        for number in range(2):
            drive.folder(alice, f"folder {day}.{number}")
        next_day(drive)
    return events(drive, alice)


def test_everything_is_sealed_in_order(drive: Drive, alice: User, sealed: list[Item]) -> None:
    found = segments(drive, alice)
    assert [event for each in found for event, _ in each.digests] == [row["sk"] for row in sealed]
    assert [each.before for each in found] == ["", found[0].digest, found[1].digest]
    report = look(drive)
    assert report.clean
    assert (report.checked["journal segments"], report.checked["journal events"]) == (3, 6)


def test_what_is_young_waits_for_those_who_are_still_at_it(drive: Drive, alice: User) -> None:
    drive.clock.forward(days=1)
    drive.folder(alice, "old")
    drive.clock.forward(hours=2)
    drive.folder(alice, "young")
    assert drive.services.upkeep.sweep_round()
    [segment] = segments(drive, alice)
    assert [event for event, _ in segment.digests] == [events(drive, alice)[0]["sk"]]


def test_nothing_new_makes_no_segment(drive: Drive, alice: User, sealed: list[Item]) -> None:
    next_day(drive)
    next_day(drive)
    assert len(segments(drive, alice)) == 3
    assert len(sealed) == 6


def test_a_missing_event_is_named(drive: Drive, alice: User, sealed: list[Item]) -> None:
    drive.table.write(Delete(keys.of(sealed[3])))
    report = look(drive)
    assert [(each.rule, each.subject) for each in report.findings] == [("I11", f"{alice.id}/{sealed[3]['sk']}")]
    assert sentences(drive) == ["An event of the journal is missing."]


def test_an_altered_event_is_named(drive: Drive, alice: User, sealed: list[Item]) -> None:
    drive.table.write(Change(keys.of(sealed[1]), set={"address": "203.0.113.7"}))
    assert sentences(drive) == ["An event of the journal was altered."]
    assert look(drive).findings[0].subject == f"{alice.id}/{sealed[1]['sk']}"


def test_an_event_that_was_slipped_in_is_named(drive: Drive, sealed: list[Item]) -> None:
    drive.table.write(Put(sealed[1] | {"sk": f"{str(sealed[1]['sk'])[:-8]}zzzzzzzz"}))
    assert sentences(drive) == ["An event of the journal was added after its time was sealed."]


def test_a_segment_that_is_gone_is_missed(drive: Drive, alice: User, sealed: list[Item]) -> None:
    """With its events: whoever can write to the table cannot mend the chain without the secret."""
    first, second, _ = segments(drive, alice)
    drive.table.write(Delete(journal_keys.seal(alice.id, second.last)), *(Delete(keys.of(row)) for row in sealed[2:4]))
    too_few = "The journal has not as many segments as its head says."
    assert sentences(drive) == [too_few, "Segments of the journal before this one are missing."]
    drive.table.write(Change(journal_keys.seal(alice.id, segments(drive, alice)[1].last), set={"before": first.digest}))
    assert sentences(drive) == [too_few, "A segment of the journal is not sealed with a secret of this drive."]


@pytest.mark.parametrize("kept", [2, 0])
def test_segments_that_are_cut_off_with_their_events_are_missed(
    drive: Drive, alice: User, sealed: list[Item], kept: int
) -> None:
    """The last ones or all of them; and nothing new is joined to what is left."""
    drive.table.write(
        *(Delete(journal_keys.seal(alice.id, each.last)) for each in segments(drive, alice)[kept:]),
        *(Delete(keys.of(row)) for row in sealed[kept * 2 :]),
    )
    said = ["Segments at the end of the journal are missing."]
    assert sentences(drive) == said
    assert look(drive).findings[0].subject == alice.id
    drive.folder(alice, "new")
    next_day(drive)
    assert sentences(drive) == said
    assert len(segments(drive, alice)) == kept


def test_a_head_that_is_gone_or_forged_is_named(drive: Drive, alice: User, sealed: list[Item]) -> None:
    key = journal_keys.head(alice.id)
    third = segments(drive, alice)[2]
    drive.table.write(Delete(journal_keys.seal(alice.id, third.last)), *(Delete(keys.of(row)) for row in sealed[4:]))
    second = segments(drive, alice)[1]
    drive.table.write(Change(key, set={"last": second.last, "digest": second.digest, "count": 2}))
    assert sentences(drive) == ["The head of the journal's segments is not sealed with a secret of this drive."]
    drive.table.write(Delete(key))
    assert sentences(drive) == ["The head of the journal's segments is missing."]
    drive.folder(alice, "new")
    next_day(drive)
    assert sentences(drive) == ["The head of the journal's segments is missing."]


def test_a_forged_segment_is_not_vouched_for_when_its_time_comes(drive: Drive, alice: User, sealed: list[Item]) -> None:
    first = segments(drive, alice)[0]
    drive.table.write(Change(journal_keys.seal(alice.id, first.last), set={"count": 7}))
    drive.clock.forward(days=400)
    assert drive.services.upkeep.sweep_round()
    assert segments(drive, alice, purged=True) == []
    assert events(drive, alice) == sealed
    assert sentences(drive) == ["A segment of the journal is not sealed with a secret of this drive."]


def test_nothing_goes_on_the_word_of_a_segment_that_is_not_sealed(
    drive: Drive, alice: User, sealed: list[Item]
) -> None:
    last = segments(drive, alice)[2]
    drive.clock.forward(days=364)
    drive.table.write(seals.put_segment(replace(last, purged=True, digests=())))
    drive.services.upkeep.sealing.purge(alice.id, Turn(drive.clock))
    assert events(drive, alice) == sealed


def test_sealing_ends_with_its_turn_and_goes_on_with_the_next(
    drive: Drive, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A segment at a time, each asking whether the lease still stands; days without events between them."""
    monkeypatch.setattr("smartdrive.services.sealing.ROWS", 2)
    for days in (0, 3, 1):
        drive.clock.forward(days=days)
        for number in range(3):
            drive.folder(alice, f"{days}.{number}")
    drive.clock.forward(days=1)
    asked: list[int] = []
    turn = Turn(drive.clock, renew=lambda: asked.append(1) is None and len(asked) <= 3)
    drive.services.upkeep.sealing.seal(alice.id, turn)
    assert [each.count for each in segments(drive, alice)] == [2, 2, 2]
    assert look(drive).clean
    drive.services.upkeep.sealing.seal(alice.id, Turn(drive.clock))
    assert [each.count for each in segments(drive, alice)] == [2, 2, 2, 2, 1]
    assert look(drive).clean
    assert [event for each in segments(drive, alice) for event, _ in each.digests] == [
        row["sk"] for row in events(drive, alice)
    ]


def test_a_list_that_was_made_to_fit_is_found(drive: Drive, alice: User, sealed: list[Item]) -> None:
    changed = sealed[0] | {"name": "harmless"}
    drive.table.write(Put(changed))
    first = segments(drive, alice)[0]
    listed = [f"{event} {digest}" for event, digest in first.digests]
    listed[0] = f"{changed['sk']} {journal.digest_of(changed)}"
    drive.table.write(Change(journal_keys.seal(alice.id, first.last), set={"digests": listed}))
    assert sentences(drive) == ["A segment of the journal lists other events than were sealed."]


def test_a_segment_cannot_be_called_purged(drive: Drive, alice: User, sealed: list[Item]) -> None:
    row = drive.table.get(journal_keys.seal(alice.id, segments(drive, alice)[0].last))
    assert row
    listed = row.pop("digests")
    assert listed
    drive.table.write(
        Delete(keys.of(row)),
        Put(row | {"pk": journal_keys.purged_seals(alice.id)}),
        *(Delete(keys.of(each)) for each in sealed[:2]),
    )
    assert sentences(drive) == ["A segment of the journal is not sealed with a secret of this drive."]


def test_whole_segments_go_in_time_and_stay_vouched_for(drive: Drive, alice: User, sealed: list[Item]) -> None:
    drive.clock.forward(days=362)
    assert drive.services.upkeep.sweep_round()
    assert [each["sk"] for each in events(drive, alice)] == [each["sk"] for each in sealed[2:]]
    [gone] = segments(drive, alice, purged=True)
    assert (gone.digests, gone.count, gone.digest) == ((), 2, segments(drive, alice)[0].before)
    assert look(drive).clean


def test_a_purge_that_was_cut_short_is_finished(drive: Drive, alice: User, sealed: list[Item]) -> None:
    drive.clock.forward(days=400)
    assert drive.services.upkeep.sweep_round()
    drive.table.write(*(Put(row) for row in sealed[1:]))
    assert look(drive).clean
    drive.folder(alice, "new")
    next_day(drive)
    assert [row["act"] for row in events(drive, alice)] == ["make"]
    assert look(drive).clean


def test_a_new_secret_takes_over_while_the_old_one_is_accepted(drive: Drive, alice: User, sealed: list[Item]) -> None:
    both, later = keychain(NEW_SECRET, SECRET), keychain(NEW_SECRET)
    sealing = replace(drive.services.upkeep.sealing, keys=both)
    drive.folder(alice, "new")
    drive.clock.forward(days=1)
    sealing.seal(alice.id, Turn(drive.clock))
    assert len(segments(drive, alice)) == 4
    fsck = replace(drive.services.fsck, journals=SealedJournals(drive.table, later), wait=lambda _: None)
    assert fsck.run().clean
    assert not look(drive).clean
    assert len(sealed) == 6


def test_a_new_secret_vouches_for_nothing_that_was_altered(drive: Drive, alice: User, sealed: list[Item]) -> None:
    both, later = keychain(NEW_SECRET, SECRET), keychain(NEW_SECRET)
    altered = segments(drive, alice)[1]
    drive.table.write(Change(journal_keys.seal(alice.id, altered.last), set={"count": 7}))
    replace(drive.services.upkeep.sealing, keys=both).seal(alice.id, Turn(drive.clock))
    fsck = replace(drive.services.fsck, journals=SealedJournals(drive.table, later), wait=lambda _: None)
    found = [(each.subject, each.sentence) for each in fsck.run().findings]
    said = "A segment of the journal is not sealed with a secret of this drive."
    assert found == [(f"{alice.id}/{altered.last}", said)]


def test_a_segment_that_went_meanwhile_is_not_sealed_anew(drive: Drive, alice: User, sealed: list[Item]) -> None:
    first = segments(drive, alice)[0]
    key = journal_keys.seal(alice.id, first.last)
    drive.table.write(Delete(key))
    with pytest.raises(Refused):
        drive.table.write(seals.seal_anew(first, replace(first, mac="another")))
    assert drive.table.get(key) is None


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_write_the_next_round_goes_on(tmp_path: Path, after: bool) -> None:
    """SECURITY 44: sealing and purging, cut short before or after the effect of each of their writes in turn."""
    for n in count(1):
        with drive_in(tmp_path / f"{n}") as drive:
            alice = drive.person("alice")
            for number in range(3):
                drive.folder(alice, f"old {number}")
            next_day(drive)
            drive.clock.forward(days=365)
            drive.folder(alice, "young")
            drive.clock.forward(hours=2)
            dying = DyingTable(drive.table, n, after=after)
            with suppress(Unavailable):
                drive.upkeep_on(dying).sweep_round()  # type: ignore[arg-type]
            drive.clock.forward(minutes=5)
            drive.upkeep.sweep_round()
            assert [row["name"] for row in events(drive, alice)] == ["young"]
            assert [each.count for each in segments(drive, alice)] == [1]
            assert [each.count for each in segments(drive, alice, purged=True)] == [3]
            assert look(drive).clean
            if not dying.died:
                break
    assert n > 3


def test_journals_go_with_their_people(drive: Drive, alice: User, sealed: list[Item]) -> None:
    drive.services.accounts.delete(alice)
    while drive.services.upkeep.purge_due():
        assert drive.services.upkeep.purge_round()
    assert sealed
    assert events(drive, alice) == segments(drive, alice) == []
    assert drive.table.get(journal_keys.head(alice.id)) is None
