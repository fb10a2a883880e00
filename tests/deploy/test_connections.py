"""The application's processes and threads: what they share, and that idle connections keep nobody waiting."""

import socket
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from benchmarks.shipped import Shipped

pytestmark = pytest.mark.deploy

MORE_THAN_THREADS = 150
"""Two workers of 32 threads, half of which may wait for more."""
KEPT = 75
"""Seconds after which an idle connection would give its thread back."""
ALIVE = b"GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def answered(line: socket.socket) -> bool:
    line.sendall(ALIVE)
    said = b""
    while b'{"status":"alive"}' not in said:
        block = line.recv(4096)
        assert block, said
        said += block
    return said.startswith(b"HTTP/1.1 200")


def test_idle_connections_hold_nobody_up(site: Shipped) -> None:
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(MORE_THAN_THREADS)]
        for line in lines:
            line.settimeout(60)
            line.connect(str(site.places.socket("app")))
        began = time.monotonic()
        assert all(answered(line) for line in lines), "each stays open and idle while the next is asked"
        assert all(answered(line) for line in reversed(lines)), "whether its thread stayed or not"
        assert time.monotonic() - began < KEPT


def test_two_requests_at_once_are_both_answered(site: Shipped) -> None:
    """The second is read along with the first, so nothing more ever arrives on the socket."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(60)
        line.connect(str(site.places.socket("app")))
        line.sendall(ALIVE + ALIVE)
        said = b""
        while said.count(b"HTTP/1.1 200") < 2 or said.count(b'{"status":"alive"}') < 2:
            block = line.recv(4096)
            assert block, said
            said += block


def test_the_parent_of_the_workers_holds_no_file_of_the_table(site: Shipped) -> None:
    """An SQLite file that is open across a fork would be corrupted by its locks."""
    parent = Path("/proc") / str(site.programs.pids()[0]) / "fd"
    held = []
    for each in parent.iterdir():
        with suppress(FileNotFoundError):
            held.append(str(each.readlink()))
    assert len(held) > 3
    assert [name for name in held if "drive.db" in name] == []
