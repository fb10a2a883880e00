"""Zips behind nginx: a process of their own sends them, past no page; what was cut goes on where it was."""

import hashlib
import http.client
import io
import json
import os
import re
import signal
import socket
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.service import until
from benchmarks.shipped import Shipped, shipped
from benchmarks.usage import family, watched
from tests.deploy.asking import ask
from tests.deploy.conftest import Person
from tests.deploy.test_forged_headers import FORGED, METHODS, values
from tests.deploy.test_site import uploaded

pytestmark = pytest.mark.deploy
MIB = 1 << 20
ENTRY = {"email": "zoe@example.org", "password": "seven paper boats"}
AT_ONCE = 3


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shipped]:
    with shipped(tmp_path_factory.mktemp("zips"), settings={"ZIPS": str(AT_ONCE), "QUOTA": "1TB"}) as stack:
        yield stack


@pytest.fixture(scope="module")
def zoe(stack: Shipped) -> Person:
    port, kind = stack.places.port, {"Content-Type": "application/json"}
    assert ask(port, "POST", "/api/auth/register", kind, json.dumps(ENTRY).encode()).status == 201
    answer = ask(port, "POST", "/api/auth/login", kind, json.dumps(ENTRY).encode())
    return Person(port, **ENTRY, token=answer.json()["access_token"])


def ticket(zoe: Person, *ids: str) -> str:
    url = str(zoe.ask("POST", "/api/zips", {"ids": list(ids)}).json()["url"])
    return url.removeprefix(f"http://127.0.0.1:{zoe.port}")


@pytest.fixture(scope="module")
def mixed(zoe: Person) -> tuple[str, dict[str, bytes]]:
    """The path of a zip of files of many sizes, and what is in it."""
    files = {f"{size}.bin": os.urandom(size) for size in (0, 1, 1000, 65_536, 65_537, 262_144, 15 * MIB, 15 * MIB - 1)}
    ids = [uploaded(zoe, data, name) for name, data in files.items()]
    path = ticket(zoe, *ids)
    until(lambda: "etag" in ask(zoe.port, "HEAD", path).headers)  # the worker has computed the large one's checksum
    return path, files


@pytest.mark.parametrize("path", ["/api/zips/token", "/api/folders/root/zip", "/api//zips/%74oken", "/api/x/../zips/a"])
@pytest.mark.parametrize("method", METHODS)
def test_zips_go_to_a_socket_of_their_own_and_nothing_forged_with_them(echo: Shipped, path: str, method: str) -> None:
    told = ask(echo.places.port, method, path, FORGED, b"abc").json()  # SECURITY 9
    assert told["socket"] == "zips.sock"
    assert "forged" not in values(told["headers"])
    assert told["headers"].get("x-body-file", "") == ""


@pytest.mark.parametrize("path", ["/api/zips", "/api/zips/", "/api/zips/a/b", "/api/folders/root", "/s/token/zip"])
def test_all_else_goes_the_ordinary_way(echo: Shipped, path: str) -> None:
    assert ask(echo.places.port, "GET", path).json()["socket"] == "app.sock"


def test_large_and_small_files_come_whole(zoe: Person, mixed: tuple[str, dict[str, bytes]]) -> None:
    path, files = mixed
    answer = ask(zoe.port, "GET", path)
    assert int(answer.headers["content-length"]) == len(answer.body)
    with zipfile.ZipFile(io.BytesIO(answer.body)) as found:
        assert found.testzip() is None
        assert {name: found.read(name) for name in found.namelist()} == files


def test_any_part_is_that_part(zoe: Person, mixed: tuple[str, dict[str, bytes]]) -> None:
    path, whole = mixed[0], ask(zoe.port, "GET", mixed[0]).body
    inside = whole.index(mixed[1]["262144.bin"]) + 100
    spans = [(0, 9), (inside, inside), (inside, inside + 300_000), (len(whole) - 29 * MIB, len(whole) - 1)]
    for start, last in [*spans, (len(whole) - 5, len(whole) - 1)]:
        part = ask(zoe.port, "GET", path, {"Range": f"bytes={start}-{last}"})
        assert (part.status, part.body) == (206, whole[start : last + 1]), (start, last)


def test_a_download_cut_at_half_goes_on_byte_for_byte(
    zoe: Person, mixed: tuple[str, dict[str, bytes]], tmp_path: Path
) -> None:
    path, target = mixed[0], tmp_path / "cut.zip"
    whole = ask(zoe.port, "GET", path).body
    target.write_bytes(whole[: len(whole) // 2])
    address = f"http://127.0.0.1:{zoe.port}{path}"
    subprocess.run(["curl", "-sS", "-f", "-C", "-", "-o", target, address], check=True, timeout=60)
    assert hashlib.sha256(target.read_bytes()).digest() == hashlib.sha256(whole).digest()


def slow(zoe: Person, path: str) -> socket.socket:
    """Somebody who has asked for a zip, and reads no more of it than its head."""
    line = socket.create_connection(("127.0.0.1", zoe.port), timeout=30)
    line.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{zoe.port}\r\n\r\n".encode())
    assert line.recv(12) == b"HTTP/1.1 200"
    return line


def test_beyond_the_pool_there_is_no_more_and_nobody_else_waits(
    zoe: Person, mixed: tuple[str, dict[str, bytes]]
) -> None:
    path = mixed[0]
    with ExitStack() as held:
        for _ in range(AT_ONCE):
            held.enter_context(slow(zoe, path))
        refused = ask(zoe.port, "GET", path)
        assert (refused.status, refused.json()["code"]) == (503, "full")
        assert int(refused.headers["retry-after"]) > 0
        assert zoe.ask("GET", "/api/folders/root").status == 200
    until(lambda: ask(zoe.port, "GET", path).status == 200)


def test_processes_for_zips_and_background_work_are_replaced_when_they_die(stack: Shipped, zoe: Person) -> None:
    path, before = ticket(zoe, uploaded(zoe, b"bytes")), all_four(stack)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    until(lambda: not all_four(stack) & before)
    until(lambda: ask(zoe.port, "GET", path).status == 200)
    assert zoe.ask("GET", "/api/folders/root").status == 200


def test_every_process_is_replaced_by_one_for_the_same(stack: Shipped, zoe: Person) -> None:
    """SIGHUP: none of those that go counts, or zips and background work would have nobody afterwards."""
    path, before = ticket(zoe, uploaded(zoe, b"bytes")), all_four(stack)
    os.kill(stack.programs.pids()[0], signal.SIGHUP)
    until(lambda: not all_four(stack) & before)
    until(lambda: ask(zoe.port, "GET", path).status == 200)
    until(lambda: zoe.ask("GET", "/api/folders/root").status == 200)


def all_four(stack: Shipped) -> set[int]:
    """Two for pages, one for zips, one for background work, as soon as they run."""
    parent = stack.programs.pids()[0]
    found: list[set[int]] = []

    def there() -> bool:
        found[:] = [set(family([parent])) - {parent}]
        said = (stack.places.logs / "gunicorn.out").read_text("utf-8")
        workers = re.findall(r'"worker started".*"pid": ?(\d+)', said)
        return len(found[0]) == 4 and bool(workers) and int(workers[-1]) in found[0]

    until(there)
    return found[0]


def test_bytes_that_are_gone_cut_the_zip_and_never_pass_for_whole(stack: Shipped, zoe: Person) -> None:
    path = ticket(zoe, uploaded(zoe, os.urandom(200_000)), uploaded(zoe, b"small"))
    newest = max((stack.places.data / "objects").glob("*/o*"), key=lambda each: each.stat().st_mtime_ns)
    newest.unlink()
    with pytest.raises(http.client.IncompleteRead):
        ask(zoe.port, "GET", path)
    log = (stack.places.logs / "gunicorn.out").read_text("utf-8")
    assert path not in log, "a ticket opens its zip for an hour"  # SECURITY 55
    assert "/api/zips/***" in log


# SECURITY 35, 42
def test_two_gigabytes_keep_memory_flat(stack: Shipped, zoe: Person) -> None:
    file = uploaded(zoe, os.urandom(16 * MIB - 1))
    made = zoe.ask("POST", "/api/folders", {"parent": "root", "name": "two gigabytes"}).json()["folder"]["id"]
    for number in range(128):
        copy = {"parent": made, "name": f"{number}.bin"}
        assert zoe.ask("POST", f"/api/files/{file}/copy", copy).status == 201
    path = ticket(zoe, made)
    until(lambda: "etag" in ask(zoe.port, "HEAD", path).headers)
    connection = http.client.HTTPConnection("127.0.0.1", zoe.port, timeout=60)
    with watched(stack.programs.pids()) as growth:
        connection.request("GET", path)
        answer, total = connection.getresponse(), 0
        block = bytearray(MIB)
        while count := answer.readinto(block):
            total += count
    connection.close()
    assert total == int(answer.headers["content-length"]) > 2_000_000_000
    assert growth.bytes < 20_000_000
