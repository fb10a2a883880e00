"""A data folder and a table of before there were versions to go back to, search, recent files and activity."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from smartdrive.domain.models import User
from smartdrive.ports.table import Unavailable
from smartdrive.records import keys
from smartdrive.records.schema import read_schema
from smartdrive.services.locks import Locks
from smartdrive.services.schema import Layout
from smartdrive.services.upgrades import UPGRADES
from smartdrive.storage.sqlite import SqliteTable
from tests.beneath import beneath
from tests.services.drive import Drive
from tests.services.kept.kept_drive import DyingTable, sha256
from tests.services.test_recent import listed
from tests.services.test_search_keeps_up import check, found, settle
from tests.web.before import Before, before
from tests.web.site import Program, Site

FIRST_PART = 16 * 1024 * 1024
LATEST = ["draft (1).txt", "draft.txt", "Żółw.txt", "旅行の写真.jpg", "Papers/Vertrag Müller.pdf"]


@pytest.fixture(params=["folder", "table"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Before]:
    with before(request.param, tmp_path) as found:
        yield found


def person(drive: Drive, name: str) -> User:
    return drive.services.accounts.named(f"{name}@example.com")


def test_what_was_goes_on_and_what_is_new_begins(old: Before) -> None:
    """SECURITY 53: one walk through all that a program of before may leave behind."""
    drive = old.drive()
    assert found(drive, person(drive, "alice"), "scan") == []
    site = old.site(drive)
    schema = read_schema(drive.table)
    assert schema is not None
    assert schema.number == drive.services.layout.newest
    assert {name: tree(drive, name) for name in ("alice", "bob")} == old.hands["trees"]
    assert {name: drive.used(person(drive, name)) for name in ("alice", "bob")} == old.hands["used"]
    they_are_still_signed_in(old, site)
    links_lead_where_they_led(old, site)
    all_names_are_found(drive)
    recent_files_are_listed(drive, old.alice(site))
    uploads_go_on(old, site)
    states_can_be_had_back(old, site)
    activity_begins(old, site)
    what_was_deleted_goes(drive)
    if isinstance(beneath(drive.table), SqliteTable):
        check(drive, person(drive, "alice"), person(drive, "bob"))
    else:  # moto takes its time, and `fsck` looks for each word, too
        assert drive.services.fsck.run(between=0).findings == ()


def tree(drive: Drive, name: str, folder: str = "root") -> dict[str, Any]:
    user = person(drive, name)
    page = drive.services.folders.page(user, folder, sort="name", limit=200).page
    return {
        each.name: tree(drive, name, each.id)
        if each.kind == "folder"
        else sha256(drive.read(drive.services.tree.file(user, each.id)))
        for each in page.items
    }


def they_are_still_signed_in(old: Before, site: Site) -> None:
    for token in (old.hands["access"], old.hands["token"]):
        assert Program(site.app, token).get("/api/me").json["user"]["email"] == "alice@example.com"
    renewed = Program(site.app, old.hands["refresh"]).post("/api/auth/refresh")
    assert Program(site.app, renewed.json["access_token"]).get("/api/me").status_code == 200
    browser = site.browser()
    for name, value in old.hands["cookies"].items():
        browser.client.set_cookie(name, value)
    assert "Papers" in browser.get("/files").text
    assert site.program("alice@example.com", "alice likes 4 long walks").get("/api/me").status_code == 200


def links_lead_where_they_led(old: Before, site: Site) -> None:
    links, stranger = old.hands["links"], site.stranger()
    assert "Vertrag Müller.pdf" in stranger.get(links["file"]).text
    assert fetched(site, stranger.get(f"{links['file']}/download").headers["Location"]) == b"%PDF-1.4 contract"
    assert "2025" in stranger.get(links["folder"]).text
    assert stranger.get(links["ended"]).status_code == 404
    counted = old.alice(site).get("/api/shares").json["items"]
    assert sorted(each["downloads"] for each in counted) == [0, 1]


def fetched(site: Site, address: str) -> bytes:
    parts = urlsplit(address)
    if "amazonaws" in parts.netloc:
        return requests.get(address, timeout=60).content
    return site.app.test_client().get(f"{parts.path}?{parts.query}", buffered=True).data


def all_names_are_found(drive: Drive) -> None:
    alice = person(drive, "alice")
    assert found(drive, alice, "muller vert") == ["Vertrag Müller.pdf"]
    assert found(drive, alice, "真") == ["旅行の写真.jpg"]
    assert found(drive, alice, "scan") == [f"scan {number}.txt" for number in range(9)]
    assert found(drive, alice, "thrown") == []


def recent_files_are_listed(drive: Drive, alice: Program) -> None:
    every = listed(drive, person(drive, "alice"))
    assert every[:2] == ["Papers/2025/afterwards.txt", "copied contract.pdf"]
    assert every[2:7] == LATEST
    assert every[7:] == [f"Papers/2025/scan {number}.txt" for number in reversed(range(9))]
    shown = [each["name"] for each in alice.get("/api/recent").json["items"]]
    assert shown == [path.rpartition("/")[2] for path in every]


def uploads_go_on(old: Before, site: Site) -> None:
    """By its key a begin finds the upload; what has arrived is not sent again."""
    alice, uploads = old.alice(site), old.hands["uploads"]
    assert len(alice.get("/api/uploads").json["items"]) == len(uploads)
    begun = {name: alice.post("/api/uploads", each["body"]).json for name, each in uploads.items()}
    assert {name: each["id"] for name, each in begun.items()} == {name: each["id"] for name, each in uploads.items()}
    assert {name: each["done"] for name, each in begun.items()} == {"in parts": [1], "begun": [], "arrived": [1]}
    send(site, alice, begun["in parts"]["id"], number=2, data=b"later")
    send(site, alice, begun["begun"]["id"], number=1, data=b"begun")
    bytes_of = {"in parts": bytes(FIRST_PART) + b"later", "begun": b"begun", "arrived": b"arrived"}
    for name, each in begun.items():
        done = alice.post(f"/api/uploads/{each['id']}/complete")
        assert done.status_code == 201
        address = alice.get(f"/api/files/{done.json['file']['id']}/download").headers["Location"]
        assert sha256(fetched(site, address)) == sha256(bytes_of[name])
    assert alice.get("/api/me/usage").json["used"] == old.hands["used"]["alice"], "room was taken when they began"


def send(site: Site, alice: Program, upload: str, *, number: int, data: bytes) -> None:
    signed = alice.post(f"/api/uploads/{upload}/sign", {"parts": [number]}).json["urls"][str(number)]
    parts = urlsplit(signed["url"])
    if "amazonaws" in parts.netloc:
        assert requests.put(signed["url"], data=data, headers=signed["headers"], timeout=60).status_code == 200
    else:
        address = f"{parts.path}?{parts.query}"
        assert site.app.test_client().put(address, data=data, headers=signed["headers"]).status_code == 200


def states_can_be_had_back(old: Before, site: Site) -> None:
    """Replaced files kept what they were before anybody could have it back."""
    alice, draft = old.alice(site), old.hands["ids"]["draft"]
    states = alice.get(f"/api/files/{draft}/versions").json["items"]
    assert [each["size"] for each in states] == [5, 11, 3]
    assert alice.post(f"/api/files/{draft}/versions/{states[2]['id']}/restore").status_code == 200
    assert fetched(site, alice.get(f"/api/files/{draft}/download").headers["Location"]) == b"one"
    assert alice.get("/api/recent?limit=1").json["items"][0]["name"] == "draft.txt"
    assert alice.get("/api/me/usage").json["used"] == old.hands["used"]["alice"] + 3


def activity_begins(old: Before, site: Site) -> None:
    """Nothing is told of before; what is done to things of before is, and can be undone."""
    alice, papers = old.alice(site), old.hands["ids"]["papers"]
    told = [each["action"] for each in alice.get("/api/activity").json["items"]]
    assert told == ["restore_version", "upload", "upload", "upload"]
    moved = alice.post("/api/bulk", {"action": "trash", "ids": [papers, old.hands["ids"]["draft"]]})
    assert [each["status"] for each in moved.json["results"]] == [204, 204]
    assert alice.get("/api/search?q=muller").json["items"] == []
    assert alice.post("/api/undo", {"change": moved.headers["Change-Id"]}).status_code == 200
    assert [each["name"] for each in alice.get("/api/search?q=muller").json["items"]] == ["Vertrag Müller.pdf"]


def what_was_deleted_goes(drive: Drive) -> None:
    """What was deleted for good or lay in an emptied trash leaves with its room, the rest of the trash can be had."""
    alice, bob = person(drive, "alice"), person(drive, "bob")
    with_all = drive.used(alice)
    settle(drive)
    assert drive.used(alice) == with_all - 3 * len(b"gone")
    assert drive.used(bob) == len(b"mine alone")
    for row in drive.services.trash.page(alice).items:
        drive.services.trash.restore(alice, row.node)
    assert found(drive, alice, "thrown") == ["thrown away.txt"]
    assert found(drive, alice, "with it") == ["with it.txt"]
    assert not any("going" in str(row["sk"]) for row in drive.table.query(keys.words(alice.id)).items)
    drive.services.upkeep.checksum_round()
    while not drive.services.upkeep.sweep_round():
        drive.clock.forward(minutes=1)


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_write_the_next_start_goes_on(
    tmp_path: Path, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SECURITY 53: with small writes, so that there are many to be killed at; none of them is made twice."""
    monkeypatch.setattr("smartdrive.services.upgrades.MAX_ACTIONS", 25)
    died, n, made = True, 0, set[int]()
    while died:
        n += 1
        with before("folder", tmp_path / f"{n}") as old:
            drive = old.drive()
            died, first = upgraded(drive, dies_at=n, after=after)
            drive.clock.forward(minutes=5)
            made.add(first + upgraded(drive, dies_at=1000, after=after)[1])
            alice = person(drive, "alice")
            assert len(found(drive, alice, "scan")) == 9
            assert len(listed(drive, alice)) == 16
            drive.table.close()  # type: ignore[attr-defined]
    assert n > 6
    assert made == {n - 1}


def upgraded(drive: Drive, *, dies_at: int, after: bool) -> tuple[bool, int]:
    """Whether the program died of a write, and how many it made that count."""
    dying = DyingTable(drive.table, dies_at, after=after)
    layout = Layout(dying, Locks(drive.table, drive.clock, drive.services.ids), drive.clock, UPGRADES)
    with suppress(Unavailable):
        layout.prepare()
    return dying.died, dies_at - dying.left - (dying.died and not after)
