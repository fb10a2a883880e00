"""Links: shown again to their owner, ended at once, and no wider than the thing they share."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from smartdrive.domain.errors import BadInput, Forbidden, NotFound
from smartdrive.domain.models import User
from smartdrive.ports.table import Action, Put, Value
from smartdrive.services.shares import Shown
from smartdrive.storage.sqlite import SqliteTable
from tests.services.drive import Drive


def token(shown: Shown) -> str:
    return urlsplit(shown.url).path.removeprefix("/s/")


def test_a_link_opens_its_file_and_counts_downloads(drive: Drive, alice: User) -> None:
    file = drive.store(alice, "a.txt")
    made = drive.services.shares.create(alice, file.id)
    opened = drive.services.shares.open(token(made))
    assert (opened.shared.name, opened.sender) == ("a.txt", "Alice")
    assert opened.link.expires - opened.link.created == timedelta(days=7)
    assert drive.services.shares.page(alice).items[0].link.downloads == 0
    first = drive.services.shares.download(token(made))
    drive.clock.forward(seconds=1)
    assert drive.services.shares.download(token(made)) != first
    shown = drive.services.shares.page(alice).items[0]
    assert shown.link.downloads == 2
    assert shown.url == made.url, "its owner can copy it again"


def test_the_token_is_long_and_only_its_hash_is_stored(drive: Drive, alice: User) -> None:
    made = drive.services.shares.create(alice, drive.store(alice, "a").id)  # SECURITY 22
    assert len(token(made)) == 22
    assert token(made) not in str(list(drive.table.walk()))


@pytest.mark.parametrize("way", ["revoked", "expired", "trashed", "folder trashed", "replaced by nothing"])
def test_one_answer_for_every_dead_link(drive: Drive, alice: User, way: str) -> None:
    folder = drive.folder(alice, "f")  # SECURITY 18
    file = drive.store(alice, "a", parent=folder.id)
    made = drive.services.shares.create(alice, file.id)
    if way == "revoked":
        drive.services.shares.revoke(alice, made.link.id)
    elif way == "expired":
        drive.clock.forward(days=7)
    elif way == "trashed":
        drive.services.trash.put(alice, file.id)
    elif way == "folder trashed":
        drive.services.trash.put(alice, folder.id)
    else:
        made = Shown(made.link, made.url + "x", made.node)
    for act in (drive.services.shares.open, drive.services.shares.download):
        with pytest.raises(NotFound) as refusal:
            act(token(made))
        assert (refusal.value.title, refusal.value.more) == (NotFound.title, {})


def test_a_folder_link_gives_its_subtree_and_nothing_else(drive: Drive, alice: User) -> None:
    shared, beside = drive.folder(alice, "shared"), drive.folder(alice, "beside")  # SECURITY 17
    inner = drive.folder(alice, "inner", parent=shared.id)
    inside, outside = drive.store(alice, "in", parent=inner.id), drive.store(alice, "out", parent=beside.id)
    key = token(drive.services.shares.create(alice, shared.id))
    opened = drive.services.shares.open(key, inner.id)
    listing = drive.services.shares.look(opened, sort="name", limit=10, after=None)
    assert [step.name for step in opened.place.trail] == ["shared", "inner"]
    assert [entry.name for entry in listing.page.items] == ["in"]
    assert drive.services.shares.download(key, inside.id)
    for hidden in (outside.id, beside.id, alice.root, "root", "a" * 26):
        with pytest.raises(NotFound):
            drive.services.shares.open(key, hidden)
    drive.services.items.change(alice, inside.id, kind="file", parent=beside.id)
    with pytest.raises(NotFound):
        drive.services.shares.download(key, inside.id)
    drive.store(alice, "in", parent=beside.id, conflict="keep_both")
    with pytest.raises(NotFound):
        drive.services.shares.download(key)


def test_what_its_page_shows_is_no_download_and_what_is_saved_is_one(drive: Drive, alice: User) -> None:
    folder = drive.folder(alice, "shared")
    picture = drive.store(alice, "a.png", data=b"\x89PNG\r\n\x1a\n", parent=folder.id)
    page = drive.store(alice, "a.html", data=b"<html>", parent=folder.id)
    key = token(drive.services.shares.create(alice, folder.id))
    counted = lambda: drive.services.shares.page(alice).items[0].link.downloads  # noqa: E731
    assert drive.services.shares.download(key, picture.id, inline=True)
    assert counted() == 0
    assert drive.services.shares.download(key, page.id, inline=True), "never shown, only saved"
    assert counted() == 1
    assert drive.services.shares.download(key, picture.id)
    assert counted() == 2


def test_a_replaced_file_keeps_its_link(drive: Drive, alice: User) -> None:
    file = drive.store(alice, "a.txt", data=b"old")
    key = token(drive.services.shares.create(alice, file.id))
    drive.store(alice, "a.txt", data=b"new", conflict="replace")
    assert drive.services.shares.open(key).place.node.size == 3
    assert drive.services.shares.page(alice).items[0].node


def test_the_end_is_between_an_hour_and_a_year(drive: Drive, alice: User) -> None:
    file = drive.store(alice, "a")
    moment = drive.clock.moment
    for wrong in (timedelta(minutes=59), timedelta(days=367), timedelta(days=-1)):
        with pytest.raises(BadInput):
            drive.services.shares.create(alice, file.id, expires=moment + wrong)
    with pytest.raises(BadInput):
        drive.services.shares.create(alice, file.id, expires=datetime.max.replace(tzinfo=UTC))
    made = drive.services.shares.create(alice, file.id, expires=moment + timedelta(hours=1, seconds=1))
    changed = drive.services.shares.change(alice, made.link.id, expires=moment + timedelta(days=365))
    assert changed.link.expires == moment + timedelta(days=365)
    drive.clock.forward(days=300)
    assert drive.services.shares.open(token(made))


def test_whether_a_thing_is_shared_is_seen_in_its_folder(drive: Drive, alice: User) -> None:
    file = drive.store(alice, "a")
    one, two = (drive.services.shares.create(alice, file.id) for _ in range(2))
    shared = lambda: drive.services.folders.page(alice, "root", sort="name", limit=5).page.items[0].links  # noqa: E731
    assert shared() == 2
    drive.services.shares.revoke(alice, one.link.id)
    drive.services.items.change(alice, file.id, kind="file", name="b")
    assert shared() == 1
    drive.services.trash.put(alice, file.id)
    drive.services.shares.revoke(alice, two.link.id)
    drive.services.trash.restore(alice, file.id)
    assert shared() == 0


def test_only_its_owner_changes_a_link(drive: Drive, alice: User, carol: User) -> None:
    made = drive.services.shares.create(alice, drive.store(alice, "a").id)  # SECURITY 16
    with pytest.raises(NotFound):
        drive.services.shares.revoke(carol, made.link.id)
    with pytest.raises(NotFound):
        drive.services.shares.change(carol, made.link.id, expires=made.link.expires)
    assert drive.services.shares.page(carol).items == []
    for wrong in ("", "x", "\ud800", "x" * 5000):
        with pytest.raises(NotFound):
            drive.services.shares.revoke(alice, wrong)
    with pytest.raises(Forbidden):
        drive.services.shares.create(alice, "root")


@pytest.mark.parametrize("way", ["rename", "replace", "restore"])
def test_a_link_made_in_the_middle_of_a_change_is_counted_in_the_listing(
    drive: Drive, alice: User, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    file = drive.store(alice, "a.txt")
    made = drive.services.shares.create(alice, file.id)
    if way == "restore":
        drive.services.trash.put(alice, file.id)
    write, meanwhile = SqliteTable.write, [lambda: drive.services.shares.forget(made.link)]

    def late(table: SqliteTable, *actions: Action) -> dict[str, Value]:
        if meanwhile and any(isinstance(each, Put) and str(each.item["pk"]).startswith("IN#") for each in actions):
            meanwhile.pop()()
        return write(table, *actions)

    monkeypatch.setattr(SqliteTable, "write", late)
    if way == "rename":
        drive.services.items.change(alice, file.id, kind="file", name="b.txt")
    elif way == "replace":
        drive.store(alice, "a.txt", data=b"other", conflict="replace")
    else:
        drive.services.trash.restore(alice, file.id)
    assert not meanwhile
    entry = drive.services.folders.page(alice, "root", sort="name", limit=10).page.items[0]
    assert (entry.links, drive.services.tree.file(alice, file.id).links) == (0, 0)


def test_asking_for_no_bytes_is_no_download(drive: Drive, alice: User) -> None:
    made = drive.services.shares.create(alice, drive.store(alice, "a").id)
    drive.services.shares.download(token(made), asked=False)
    assert drive.services.shares.page(alice).items[0].link.downloads == 0
    drive.services.shares.download(token(made))
    assert drive.services.shares.page(alice).items[0].link.downloads == 1
