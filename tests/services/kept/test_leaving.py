"""Deleting an account leaves nothing of it, and all of the others."""

from tests.services.kept.kept_drive import KeptDrive

PASSWORD = "likes 4 long walks"


def settle(drive: KeptDrive) -> None:
    """Addresses that were signed die in between."""
    for _ in range(2):
        drive.clock.forward(hours=1)
        while drive.upkeep.purge_due():
            drive.upkeep.purge_round()


def rows(drive: KeptDrive) -> list[str]:
    """All rows but those of uploads that are done, which end by themselves within days."""
    return sorted(str(item) for item in drive.table.walk() if "ttl" not in item)


def test_nobody_keeps_the_names_of_files_that_are_gone(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    drive.upload(alice, "letter to my doctor", b"123", key="k")
    assert "letter to my doctor" in str([*drive.table.walk()])
    drive.services.accounts.delete(alice)
    settle(drive)
    assert [str(item["state"]) for item in drive.table.walk() if str(item["pk"]).startswith("UP#")] == ["done"]
    assert "letter" not in str([*drive.table.walk()])


def test_nothing_of_a_deleted_account_is_left(drive: KeptDrive) -> None:
    bob = drive.person("bob")
    kept = drive.upload(bob, "kept", b"12")
    before = rows(drive)
    alice = drive.person("alice")
    folder = drive.folders.create(alice, "root", name="folder")
    for at in range(20):
        drive.upload(alice, f"{at}", b"123", parent=folder.id)
    trashed = drive.upload(alice, "trashed", b"1")
    drive.trash.put(alice, trashed.id)
    drive.begin(alice, "open", b"123")
    drive.shares.create(alice, folder.id)
    drive.services.sessions.begin(alice)
    drive.services.tokens.make(alice, name="backup", scope="write", expires=None)
    drive.services.accounts.delete(alice)
    settle(drive)
    assert rows(drive) == before
    assert drive.stored() == {kept.object}


def test_the_address_is_free_again(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    drive.services.accounts.delete(alice)
    settle(drive)
    assert drive.person("alice").id != alice.id


def test_a_large_account_takes_as_many_rounds_as_it_needs(drive: KeptDrive) -> None:
    alice = drive.person("alice")
    for at in range(60):
        drive.upload(alice, f"{at}", b"123")
    drive.services.accounts.delete(alice)
    rounds = 0
    while drive.upkeep.purge_due():
        steps = iter([False] * 30 + [True] * 10_000)
        drive.upkeep.purge_round(stopped=lambda steps=steps: next(steps))  # type: ignore[misc]
        drive.clock.forward(minutes=20)
        rounds += 1
        assert rounds < 60
    assert rounds > 1
    assert not drive.rows("U#", "N#", "IN#", "O#", "EMAIL#")
    assert not drive.stored()
