"""The web server as systemd starts it: sockets that are there already, and a reload nobody notices."""

import http.client
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.service import Held, until
from benchmarks.shipped import PROJECT, Places, Shipped
from smartdrive.run.sharing import MEMORY

pytestmark = pytest.mark.deploy
GOES_BETWEEN_TWO_LOOKS = """#!/bin/sh
echo >>"$0.count"
[ "$(wc -l <"$0.count")" -lt 20 ] || while kill -9 %d; do :; done
"""
"""A `sleep` after whose twentieth call, the last before the next signal, the process of that number has gone."""


class Asking(http.client.HTTPConnection):
    """A request to a socket of the file system."""

    def __init__(self, path: Path) -> None:
        super().__init__("127.0.0.1", timeout=120)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(120)
        self.sock.connect(str(self.path))


def status(service: Held, name: str, path: str) -> int:
    connection = Asking(service.places.socket(name))
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def counting(parent: int) -> list[Path]:
    """Folders in which the processes of that parent count."""
    return list(MEMORY.glob(f"smartdrive-{os.getuid()}-{parent}-*"))


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Held]:
    places = Places(tmp_path, 0)
    places.make()
    service = Held.start(places, Shipped(tmp_path).environment())
    try:
        yield service
    finally:
        service.end()


def test_a_reload_brings_new_processes_and_no_request_fails(started: Held) -> None:
    """Twice over: the second starts from descriptors in another order."""
    assert status(started, "app", "/status") == 200, "it waited in the socket while the service started"
    stop, found = threading.Event(), set[int]()

    def ask() -> None:
        while not stop.is_set():
            found.add(status(started, "app", "/login"))

    callers = [threading.Thread(target=ask) for _ in range(4)]
    for caller in callers:
        caller.start()
    try:
        for _ in range(2):
            before = started.main()
            started.reload()
            assert status(started, "zips", "/api/zips/none") == 404
            assert status(started, "parts", "/objects/check") == 403
            assert status(started, "app", "/metrics") == 200
            until(lambda before=before: not counting(before) and len(counting(started.main())) == 1)
    finally:
        stop.set()
        for caller in callers:
            caller.join()
    assert found == {200}


def test_a_successor_that_cannot_start_leaves_the_present_one_at_work(started: Held) -> None:
    assert status(started, "app", "/status") == 200
    (started.places.data / "secret").write_text("weak")
    os.kill(started.process.pid, signal.SIGUSR2)
    log = started.places.logs / "gunicorn.out"
    until(lambda: "SMARTDRIVE_SECRET" in log.read_text("utf-8"))
    assert status(started, "app", "/status") == 200
    assert started.main() == started.process.pid


def test_who_goes_just_before_it_is_asked_again_has_gone(tmp_path: Path) -> None:
    with subprocess.Popen(["bash", "-c", "trap '' USR2; echo; exec sleep 600"], stdout=subprocess.PIPE) as web:
        assert web.stdout
        web.stdout.readline()
        (tmp_path / "sleep").write_text(GOES_BETWEEN_TWO_LOOKS % web.pid, "ascii")
        (tmp_path / "sleep").chmod(0o755)
        threading.Thread(target=web.wait).start()
        env = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        done = subprocess.run([PROJECT / "deploy" / "hand_over.sh", str(web.pid)], env=env, timeout=200)
    assert done.returncode == 0
