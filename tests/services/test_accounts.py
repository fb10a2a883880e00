"""Accounts as use cases: what is made and removed together, what the operator does, and faults at every call."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from smartdrive.domain.errors import BadInput, EmailTaken, NotFound, NotSignedIn, WrongPassword
from smartdrive.domain.keychain import keychain
from smartdrive.domain.models import User
from smartdrive.ports.table import Action, Contended, Table, Unavailable, Value
from smartdrive.records import keys
from smartdrive.services.accounts import Visitor
from smartdrive.services.hashing import Hashing
from tests.faulty_table import Fault, FaultyTable
from tests.services.drive import SECRET, Drive, make_drive

GOOD = "elf kites go up"
WALKS = "likes 4 long walks"
HERE = Visitor("127.0.0.1")


def rows_of(drive: Drive, user: User) -> set[str]:
    """Sort keys of everything that bears the person's id, by kind."""
    found = [item for item in drive.table.walk() if user.id in str(sorted(map(str, item.values())))]
    return {str(item["sk"]).split("#")[0] for item in found}


class TestMaking:
    def test_all_of_an_account_is_made_together(self, drive: Drive) -> None:
        ada = drive.services.accounts.add("ada@example.com", password=GOOD)
        assert rows_of(drive, ada) == {"USER", "CLAIM", "ROOM", "TREE", "NODE", "OPERATOR"}
        assert drive.services.accounts.usage(ada).quota == 10**9
        assert drive.names(ada) == []

    def test_a_taken_address_leaves_no_trace(self, drive: Drive, alice: User) -> None:
        before = len(list(drive.table.walk()))
        with pytest.raises(EmailTaken):
            drive.services.accounts.add("ALICE@example.com", password=GOOD)
        assert len(list(drive.table.walk())) == before

    def test_many_that_meet_at_the_same_moment_make_one_account(self, tmp_path: Path) -> None:  # SECURITY 6
        gathering: list[Gathering] = []

        def gather(table: Table) -> Table:
            gathering.append(Gathering(table, 6))
            return gathering[0]

        drive = make_drive(tmp_path / "data", wrap=gather)
        spellings = ["ada@example.com", "ADA@Example.com", " ada@EXAMPLE.com "] * 2
        with ThreadPoolExecutor(6) as pool:
            made = list(pool.map(lambda email: added(drive, email), spellings))
        assert sorted(made) == [False] * 5 + [True]
        assert len([item for item in drive.table.walk() if item["sk"] == "USER"]) == 1

    def test_the_operator_stays_the_operator(self, drive: Drive, alice: User, carol: User) -> None:
        assert (alice.role, carol.role) == ("operator", "member")
        drive.services.accounts.delete(alice)
        assert drive.services.accounts.add("next@example.com", password=GOOD).role == "member"

    def test_accounts_are_listed_by_address(self, drive: Drive, alice: User) -> None:
        for name in ("zoe", "Bob", "mia"):
            drive.person(name)
        page = drive.services.accounts.list(limit=2)
        following = drive.services.accounts.list(limit=5, after=page.next)
        emails = [user.email for user in [*page.items, *following.items]]
        assert emails == ["alice@example.com", "Bob@example.com", "mia@example.com", "zoe@example.com"]
        with pytest.raises(BadInput):
            drive.services.accounts.list(after="nonsense")

    @pytest.mark.parametrize(
        "fault",
        [
            lambda at: Fault(Unavailable("injected"), at),
            lambda at: Fault(Unavailable("injected, answer lost"), at, moment="after"),
            lambda at: Fault(Contended("injected"), at, verb="write"),
        ],
    )
    def test_a_fault_at_any_call_leaves_all_or_nothing(
        self, tmp_path: Path, fault: Callable[[int], Fault]
    ) -> None:  # SECURITY 44
        for at in range(1, 5):
            drive = make_drive(tmp_path / str(at), wrap=partial(faulty, fault=fault(at)))
            if not added(drive):
                added(drive)
            ada = drive.services.accounts.sign_in("ada@example.com", GOOD, visitor=HERE)
            assert (ada.role, drive.names(ada)) == ("operator", [])
            assert len([item for item in drive.table.walk() if item["sk"] == "USER"]) == 1


def faulty(table: Table, *, fault: Fault) -> Table:
    return FaultyTable(table, fault)


class Gathering:
    """A table whose first writes wait for each other: everybody has read before anybody writes."""

    def __init__(self, table: Table, count: int) -> None:
        self.table = table
        self.together = threading.Barrier(count)
        self.here = threading.local()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.table, name)

    def write(self, *actions: Action) -> dict[str, Value]:
        if not hasattr(self.here, "met"):
            self.here.met = self.together.wait(60)
        return self.table.write(*actions)


def added(drive: Drive, email: str = "ada@example.com") -> bool:
    try:
        drive.services.accounts.add(email, password=GOOD)
    except (Unavailable, EmailTaken):
        return False
    return True


class TestPasswords:
    def test_hashes_are_tagged_and_salted(self, drive: Drive, alice: User, carol: User) -> None:
        scheme, key_id, hashed = alice.password.split("$", 2)
        assert (scheme, key_id) == ("sd1", drive.services.keys.current.id)
        assert hashed.startswith("$2b$04$")
        again = drive.services.accounts.hashing
        assert again.hash(GOOD) != again.hash(GOOD)

    def test_a_stolen_table_without_the_pepper_is_no_use(self, drive: Drive, alice: User) -> None:
        other = Hashing(keychain("another secret, just as long: 9876543210"), 4)
        assert drive.services.accounts.hashing.matches(WALKS, alice.password)
        assert not other.matches(WALKS, alice.password)

    def test_nobodys_hash_fits_nothing(self, drive: Drive) -> None:
        for tagged in ("", "nonsense", "$2b$04$abc", "sd9$x$y"):
            assert not drive.services.accounts.hashing.matches(GOOD, tagged)

    def test_logging_in_moves_a_password_to_new_pepper_and_cost(self, drive: Drive, alice: User) -> None:
        secret = "another secret, just as long: 9876543210"
        accounts = replace(drive.services.accounts, keys=keychain(secret, SECRET), cost=5)
        accounts.sign_in(alice.email, WALKS, visitor=HERE)
        moved = accounts.named(alice.email).password
        assert moved.startswith(f"sd1${keychain(secret).current.id}$$2b$05$")
        later = replace(accounts, keys=keychain(secret))
        assert later.sign_in(alice.email, WALKS, visitor=HERE).password == moved

    def test_setting_one_asks_for_a_good_one(self, drive: Drive, alice: User) -> None:  # SECURITY 4
        for weak in ("short", "qwertyuiop", "alice@example.com"):
            with pytest.raises(BadInput):
                drive.services.accounts.set_password(alice, weak)
        drive.services.accounts.set_password(alice, GOOD)
        assert drive.services.accounts.sign_in(alice.email, GOOD, visitor=HERE).id == alice.id

    def test_two_changes_at_once_cannot_both_win(self, drive: Drive, alice: User) -> None:
        sessions = drive.services.sessions
        session = sessions.begin(alice)
        drive.services.accounts.set_password(alice, GOOD)
        with pytest.raises(NotSignedIn):
            drive.services.accounts.change_password(alice, session, current=WALKS, new="another one, longer")
        assert drive.services.accounts.sign_in(alice.email, GOOD, visitor=HERE)


class TestStates:
    def test_disabling_and_enabling(self, drive: Drive, alice: User) -> None:
        accounts, sessions = drive.services.accounts, drive.services.sessions
        session = sessions.begin(alice)
        accounts.disable(alice)
        with pytest.raises(NotSignedIn):
            sessions.load(alice.id, session.id)
        with pytest.raises(NotSignedIn):
            sessions.begin(alice)
        accounts.enable(accounts.named(alice.email))
        with pytest.raises(NotSignedIn):
            sessions.load(alice.id, session.id)
        assert accounts.sign_in(alice.email, WALKS, visitor=HERE).state == "active"
        with pytest.raises(BadInput):
            accounts.enable(accounts.named(alice.email))

    def test_deleting_promises_the_purge_and_keeps_the_address(self, drive: Drive, alice: User) -> None:
        accounts = drive.services.accounts
        accounts.delete(alice)
        assert drive.table.get(keys.due_account(alice.id))
        with pytest.raises(WrongPassword):
            accounts.sign_in(alice.email, WALKS, visitor=HERE)
        with pytest.raises(EmailTaken):
            accounts.add(alice.email, password=GOOD)
        going = accounts.named(alice.email)
        for again in (accounts.delete, accounts.enable, accounts.disable):
            with pytest.raises(BadInput):
                again(going)
        with pytest.raises(NotSignedIn):
            accounts.delete(alice)

    def test_a_deleted_account_goes_with_all_that_is_its_own(self, drive: Drive, alice: User, carol: User) -> None:
        drive.store(alice, "a.txt")
        drive.folder(alice, "f")
        drive.services.sessions.begin(alice)
        drive.store(carol, "c.txt")
        drive.services.accounts.delete(alice)
        for _ in range(10):
            drive.clock.forward(days=2)
            drive.services.upkeep.purge_round()
        assert rows_of(drive, alice) <= {"OPERATOR", "UPLOAD"}  # finished uploads are remembered for some days
        assert drive.services.accounts.add(alice.email, password=GOOD).id != alice.id
        assert drive.names(carol) == ["c.txt"]

    def test_unknown_people_are_said_to_be_unknown(self, drive: Drive) -> None:
        for email in ("nobody@example.com", "no address", ""):
            with pytest.raises(NotFound):
                drive.services.accounts.named(email)
