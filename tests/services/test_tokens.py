"""Access tokens as use cases."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from smartdrive.domain.errors import NotSignedIn
from smartdrive.domain.models import AccessToken, User
from smartdrive.ports.table import Action, Item, Key, OutOfRoom, Table, Value
from smartdrive.records import tokens as records
from smartdrive.services.tokens import Tokens
from tests.faulty_table import Fault, FaultyTable
from tests.services.drive import Drive, make_drive


def make(drive: Drive, user: User, *, days: float | None = 90) -> tuple[AccessToken, str]:
    expires = None if days is None else drive.clock() + timedelta(days=days)
    return drive.services.tokens.make(user, name="backup", scope="write", expires=expires)


class CountingTable:
    """A table that notes the verbs it is called by."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.calls: list[str] = []

    def get_many(self, keys: Sequence[Key]) -> list[Item | None]:
        self.calls += ["read"] * len(keys)
        return self._table.get_many(keys)

    def write(self, *actions: Action) -> dict[str, Value]:
        self.calls += ["write"] * len(actions)
        return self._table.write(*actions)


def test_a_request_costs_what_a_session_costs(drive: Drive, alice: User) -> None:
    counting = CountingTable(drive.table)
    tokens = Tokens(counting, drive.clock)  # type: ignore[arg-type]
    _, text = make(drive, alice)
    for _ in range(20):
        token, user = tokens.load(text)
        tokens.see(token)
        assert user.id == alice.id
    assert counting.calls == ["read", "read", "write", *["read", "read"] * 19], "its use is noted once an hour"


def test_what_is_no_token_costs_nothing(drive: Drive) -> None:
    tokens = Tokens(CountingTable(drive.table), drive.clock)  # type: ignore[arg-type]
    for text in ("", "sd_", "sd_" + "a" * 57, "sd_" + "a" * 59, "sd_" + "A" * 58, "sd_" + "a" * 57 + "\u0661"):
        with pytest.raises(NotSignedIn):
            tokens.load(text)
    assert tokens.table.calls == []  # type: ignore[attr-defined]


def test_its_id_tells_nothing_of_it(drive: Drive, alice: User) -> None:  # SECURITY 22
    token, text = make(drive, alice)
    assert token.id not in text
    forged = records.put_token(token).item | {"hash": "0" * 64}
    drive.table.write(records.delete_token(token))
    drive.table.write(records.put_token(records.token_of(forged)))
    with pytest.raises(NotSignedIn):
        drive.services.tokens.load(text)


def test_the_engine_may_sweep_it_only_afterwards(drive: Drive, alice: User) -> None:
    token, _ = make(drive, alice)
    make(drive, alice, days=None)
    rows = [item for item in drive.table.walk() if str(item["sk"]).startswith("TOKEN#")]
    assert token.expires
    assert sorted(str(item.get("ttl")) for item in rows) == [
        str(int(token.expires.timestamp()) + 24 * 60 * 60),
        "None",
    ]


def test_tokens_that_are_over_are_neither_listed_nor_counted_and_go(drive: Drive, alice: User) -> None:
    for _ in range(50):
        make(drive, alice, days=1)
    drive.clock.forward(days=1)  # SECURITY 51
    assert drive.services.tokens.list(alice) == []
    kept = [make(drive, alice)[0].id for _ in range(3)]
    assert [token.id for token in drive.services.tokens.list(alice)] == kept[::-1]
    assert len(records.list_tokens(drive.table, alice.id)) == 3


def test_nobody_makes_one_whose_sessions_have_just_ended(drive: Drive, alice: User) -> None:  # SECURITY 10
    drive.services.accounts.set_password(alice, "elf kites go up")
    with pytest.raises(NotSignedIn):
        make(drive, alice)
    drive.services.accounts.delete(drive.services.accounts.named(alice.email))
    with pytest.raises(NotSignedIn):
        make(drive, alice)
    assert records.list_tokens(drive.table, alice.id) == []


def test_a_full_disk_does_not_stop_a_program(tmp_path: Path) -> None:  # SECURITY 49
    def wrap(table: Table) -> Table:
        return FaultyTable(table, *(Fault(OutOfRoom(), at, "write") for at in range(3, 20)))

    drive = make_drive(tmp_path / "data", wrap=wrap)
    _, text = make(drive, drive.person("alice"))
    drive.services.tokens.see(drive.services.tokens.load(text)[0])
    assert drive.services.tokens.load(text)[0].used is None
