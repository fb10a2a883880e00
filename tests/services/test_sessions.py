"""Sessions as use cases."""

from pathlib import Path

import pytest

from smartdrive.domain.errors import NotFound, NotSignedIn
from smartdrive.domain.models import User
from smartdrive.ports.table import OutOfRoom, Table
from smartdrive.records import sessions as records
from tests.faulty_table import Fault, FaultyTable
from tests.services.drive import Drive, make_drive


def test_a_session_lives_thirty_days(drive: Drive, alice: User) -> None:
    sessions = drive.services.sessions
    session = sessions.begin(alice, agent="curl/8.5.0", address="203.0.113.9")
    drive.clock.forward(days=29, hours=23)
    assert sessions.load(alice.id, session.id)[0] == session
    drive.clock.forward(hours=1)
    with pytest.raises(NotSignedIn):  # SECURITY 51: nobody swept the row
        sessions.load(alice.id, session.id)
    assert records.read_with_user(drive.table, alice.id, session_id=session.id)
    assert sessions.list(alice) == []


def test_the_engine_may_sweep_it_only_afterwards(drive: Drive, alice: User) -> None:
    session = drive.services.sessions.begin(alice)
    rows = [item for item in drive.table.walk() if item.get("id") == session.id]
    assert [item["ttl"] for item in rows] == [int(session.expires.timestamp()) + 24 * 60 * 60]


def test_sessions_are_listed_latest_first_and_over_pages(drive: Drive, alice: User) -> None:
    begun = []
    for _ in range(120):
        drive.clock.forward(seconds=1)
        begun.append(drive.services.sessions.begin(alice).id)
    assert [session.id for session in drive.services.sessions.list(alice)] == begun[::-1]


def test_ending_all_others_is_one_write_whatever_their_number(drive: Drive, alice: User) -> None:
    sessions = drive.services.sessions
    begun = [sessions.begin(alice) for _ in range(105)]
    sessions.end_others(alice, begun[50])
    session, user = sessions.load(alice.id, begun[50].id)
    assert [each.id for each in sessions.list(user)] == [session.id]
    for other in (begun[0], begun[104]):
        with pytest.raises(NotSignedIn):
            sessions.load(alice.id, other.id)
    sessions.end_others(user, session)
    assert sessions.load(alice.id, session.id)


def test_ending_one_twice_or_somebody_elses_is_not_found(drive: Drive, alice: User, carol: User) -> None:
    sessions = drive.services.sessions
    session = sessions.begin(alice)
    for who, which in ((carol, session.id), (alice, "x" * 5000), (alice, "")):
        with pytest.raises(NotFound):
            sessions.end(who, which)
    sessions.end(alice, session.id)
    with pytest.raises(NotFound):
        sessions.end(alice, session.id)


def test_a_session_that_ended_cannot_end_others(drive: Drive, alice: User) -> None:
    sessions = drive.services.sessions
    mine, other = sessions.begin(alice), sessions.begin(alice)
    sessions.end(alice, mine.id)
    with pytest.raises(NotSignedIn):
        sessions.end_others(alice, mine)
    assert sessions.load(alice.id, other.id)


def test_a_full_disk_does_not_stop_who_is_signed_in(tmp_path: Path) -> None:  # SECURITY 49
    def wrap(table: Table) -> Table:
        return FaultyTable(table, *(Fault(OutOfRoom(), at, "write") for at in range(3, 20)))

    drive = make_drive(tmp_path / "data", wrap=wrap)
    alice = drive.person("alice")
    session = drive.services.sessions.begin(alice)
    drive.clock.forward(minutes=30)
    drive.services.sessions.see(session)
    assert drive.services.sessions.load(alice.id, session.id)[0] == session
