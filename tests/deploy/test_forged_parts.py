"""Whatever is sent to the doors of bytes without right: no byte on disk, nothing changed, and nothing fails."""

import itertools
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.shipped import Shipped
from smartdrive.domain.keychain import keychain
from smartdrive.ports.objects import Grant
from smartdrive.settings import load
from smartdrive.storage.disk_tokens import Tokens
from tests.deploy.asking import ask
from tests.deploy.conftest import Person, bodies
from tests.deploy.locations import PATHS, locations

pytestmark = pytest.mark.deploy
PUTS = 1000
SIZE = 2048
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "MOVE"]


@pytest.fixture(scope="module")
def tokens(site: Shipped) -> Callable[[timedelta], Tokens]:
    """Genuine tokens of the running drive, as signed by a clock that may be wrong."""
    key = keychain(load(data=site.places.data).secret.get_secret_value()).current.derive("objects")
    return lambda late: Tokens([key], lambda: datetime.now(UTC) - late)


def standing(stack: Shipped) -> dict[str, int]:
    """Every file of bytes and its size, and every row about uploads, objects and files."""
    assert bodies(stack) == []
    data = stack.places.data
    found = {
        str(path.relative_to(data)): path.stat().st_size
        for folder in ("objects", "staging", "bodies")
        for path in (data / folder).rglob("*")
        if path.is_file()
    }
    with sqlite3.connect(f"file:{data / 'drive.db'}?mode=ro", uri=True) as table:
        rows = table.execute("SELECT pk FROM item WHERE pk GLOB 'UP#*' OR pk GLOB 'O#*' OR pk GLOB 'N#*'")
        return found | {f"row {pk}": 1 for (pk,) in rows}


def token_of(upload: dict[str, object]) -> str:
    return urlsplit(str(upload["url"])).path.split("/")[2]


def flipped(token: str) -> str:
    """The same with one character of the MAC changed."""
    return token[:-4] + ("A" if token[-4] != "A" else "B") + token[-3:]


def forgeries(alice: Person, tokens: Callable[[timedelta], Tokens]) -> Iterator[tuple[str, str, int]]:
    """Method, address and length of requests without right, of every kind in turn."""
    genuine = alice.begin(SIZE)
    token = token_of(genuine)
    grant = tokens(timedelta()).read(token)
    assert grant is not None
    gone = alice.begin(SIZE)
    assert alice.ask("DELETE", f"/api/uploads/{gone['id']}").status == 204
    ended = tokens(timedelta(hours=1)).sign(grant, expires_in=900)
    reading = tokens(timedelta()).sign(Grant("GET", grant.key), expires_in=900)
    elsewhere = tokens(timedelta()).sign(Grant("PUT", "o" + "a" * 26, part=1, length=SIZE), expires_in=900)
    other_key = Tokens([secrets.token_bytes(32)], lambda: datetime.now(UTC)).sign(grant, expires_in=900)
    doors = ("", "/small")
    while True:
        for door in doors:
            yield "PUT", f"/objects/{flipped(token)}/1{door}", SIZE
            yield "PUT", f"/objects/{other_key}/1{door}", SIZE
            yield "PUT", f"/objects/{secrets.token_urlsafe(120)}/1{door}", SIZE
            yield "PUT", f"/objects/{ended}/1{door}", SIZE
            yield "PUT", f"/objects/{token}/2{door}", SIZE
            yield "PUT", f"/objects/{token}/1{door}", SIZE + 1
            yield "PUT", f"/objects/{token}/1{door}", SIZE - 1
            yield "PUT", f"/objects/{token_of(gone)}/1{door}", SIZE
            yield "PUT", f"/objects/{elsewhere}/1{door}", SIZE
            yield "PUT", f"/objects/{reading}/1{door}", SIZE
            yield "POST", f"/objects/{token}/1{door}", SIZE
            yield "PATCH", f"/objects/{token}/1{door}", SIZE
            yield "PUT", f"/objects/{token}", SIZE


# SECURITY 38, 40
def test_a_thousand_parts_without_right_leave_no_byte(
    site: Shipped, alice: Person, tokens: Callable[[timedelta], Tokens]
) -> None:
    forged = forgeries(alice, tokens)
    requests = [next(forged), *itertools.islice(forged, PUTS - 1)]
    before = standing(site)

    def send(request: tuple[str, str, int]) -> int:
        method, path, length = request
        return ask(site.places.port, method, path, {}, b"x" * length).status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(send, requests))
    wrong = {(status, request) for status, request in zip(statuses, requests, strict=True) if not 400 <= status < 500}
    assert wrong == set()
    assert standing(site) == before


def test_every_location_is_tried() -> None:
    assert sorted(locations()) == sorted(PATHS)


@pytest.fixture
def planted(site: Shipped) -> Iterator[list[Path]]:
    """A body of somebody else, left where nginx puts them, and a file that is none of the application's business."""
    files = [site.places.data / "bodies" / "0000009999", site.places.folder / "private"]
    for file in files:
        file.write_bytes(b"p" * SIZE)
    yield files
    for file in files:
        file.unlink()


# SECURITY 38
@pytest.mark.parametrize("location", PATHS)
def test_a_forged_body_file_is_nobodys_body(site: Shipped, alice: Person, location: str, planted: list[Path]) -> None:
    upload = alice.begin(SIZE)
    genuine = [
        path.replace("token", token_of(upload), 1) for path in PATHS[location] if path.startswith("/objects/token")
    ]
    for method, path, file in itertools.product(METHODS, [*PATHS[location], *genuine], planted):
        headers = {"X-Body-File": str(file), "X-Original-URI": f"/objects/{token_of(upload)}/1"}
        headers |= {"X-Original-Method": "PUT", "X-Original-Length": str(SIZE)}
        answer = ask(site.places.port, method, path, headers, b"x")
        assert answer.status < 500, (method, path)
        assert b"pppp" not in answer.body
    assert [file.read_bytes() for file in planted] == [b"p" * SIZE] * 2
    assert alice.complete(upload).status == 409, "no part has arrived"
    assert alice.ask("DELETE", f"/api/uploads/{upload['id']}").status == 204


# SECURITY 40
@pytest.mark.parametrize("door", ["", "/small"])
def test_bytes_cannot_be_swapped_once_they_are_a_file(site: Shipped, alice: Person, door: str) -> None:
    upload = alice.begin(SIZE)
    path = f"/objects/{token_of(upload)}/1{door}"
    assert ask(site.places.port, "PUT", path, {}, b"a" * SIZE).status == 200
    file = alice.complete(upload).json()["file"]
    before = standing(site)
    for _ in range(20):
        assert 400 <= ask(site.places.port, "PUT", path, {}, b"b" * SIZE).status < 500
    assert standing(site) == before
    assert alice.fetch(file["id"]).body == b"a" * SIZE


# SECURITY 40
def test_parts_cannot_be_swapped_once_they_are_a_file(site: Shipped, alice: Person) -> None:
    size = 20_000_000
    upload = alice.begin(size)
    urls = alice.ask("POST", f"/api/uploads/{upload['id']}/sign", {"parts": [1, 2]}).json()["urls"]
    lengths = [upload["part_size"], size - upload["part_size"]]
    paths = [urlsplit(urls[number]["url"]).path for number in ("1", "2")]
    for path, length in zip(paths, lengths, strict=True):
        assert ask(site.places.port, "PUT", path, {}, b"a" * length).status == 200
    file = alice.complete(upload).json()["file"]
    before = standing(site)
    for path, length in zip(paths, lengths, strict=True):
        assert 400 <= ask(site.places.port, "PUT", path, {}, b"b" * length).status < 500
    assert standing(site) == before
    assert alice.fetch(file["id"]).body == b"a" * size
