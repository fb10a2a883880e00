"""The web server as systemd starts it: sockets that are there already, and a reload nobody notices."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmarks.shipped import PROJECT, Places, Shipped

pytestmark = pytest.mark.deploy
NAMES = ("app", "parts", "zips")
GUNICORN = Path(sys.executable).with_name("gunicorn")
AS_SYSTEMD = """
import os, sys
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[1], sys.argv[1:])
"""


class Asking(http.client.HTTPConnection):
    """A request to a socket of the file system."""

    def __init__(self, path: Path) -> None:
        super().__init__("127.0.0.1", timeout=120)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(120)
        self.sock.connect(str(self.path))


@dataclass
class Started:
    """What systemd would hold: the sockets, the service, what it was told."""

    places: Places
    sockets: list[socket.socket]
    notices: socket.socket
    process: subprocess.Popen[bytes]
    told: list[str] = field(default_factory=list)

    def status(self, name: str, path: str) -> int:
        connection = Asking(self.places.socket(name))
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def hear(self) -> list[str]:
        with contextlib.suppress(BlockingIOError):
            while True:
                self.told += self.notices.recv(4096).decode().split("\n")
        return self.told

    def main(self) -> int:
        """Who the service is now, as far as it said."""
        said = [int(line.removeprefix("MAINPID=")) for line in self.hear() if line.startswith("MAINPID=")]
        return said[-1] if said else self.process.pid


def until(look: Callable[[], object]) -> None:
    end = time.monotonic() + 120
    while not look():
        assert time.monotonic() < end
        time.sleep(0.05)


def listening(places: Places) -> Iterator[socket.socket]:
    for name in NAMES:
        taken = socket.socket(socket.AF_UNIX)
        taken.bind(str(places.socket(name)))
        taken.listen(512)
        yield taken


def start(places: Places, sockets: list[socket.socket], notices: Path) -> subprocess.Popen[bytes]:
    """As systemd does: descriptors from 3 on, how many there are, and for whom."""
    given = Shipped(places.folder).environment()
    env = {**given, "LISTEN_FDS": str(len(sockets)), "NOTIFY_SOCKET": str(notices)}
    binds = [f"--bind=unix:{places.socket(name)}" for name in NAMES]
    command = [sys.executable, GUNICORN, "-c", PROJECT / "deploy" / "gunicorn.conf.py", *binds, "wsgi:app"]
    shell = " ".join(f"{number}<&{each.fileno()}" for number, each in enumerate(sockets, start=3))
    with (places.logs / "gunicorn.out").open("ab") as out:
        return subprocess.Popen(
            ["bash", "-c", f'exec "$@" {shell}', "bash", sys.executable, "-c", AS_SYSTEMD, *command],
            cwd=PROJECT,
            env=env,
            pass_fds=[each.fileno() for each in sockets],
            stdout=out,
            stderr=out,
        )


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    places = Places(tmp_path, 0)
    places.make()
    notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notices.bind(str(tmp_path / "notify"))
    notices.setblocking(False)
    sockets = list(listening(places))
    service = Started(places, sockets, notices, start(places, sockets, tmp_path / "notify"))
    try:
        yield service
    finally:
        for pid in {service.main(), service.process.pid}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        service.process.wait(60)
        until(lambda: not Path(f"/proc/{service.main()}").exists())
        for each in (*sockets, notices):
            each.close()


def test_a_reload_brings_new_processes_and_no_request_fails(started: Started) -> None:
    """Twice over: the second starts from descriptors in another order."""
    assert started.status("app", "/status") == 200, "it waited in the socket while the service started"
    stop, found = threading.Event(), set[int]()

    def ask() -> None:
        while not stop.is_set():
            found.add(started.status("app", "/login"))

    callers = [threading.Thread(target=ask) for _ in range(4)]
    for caller in callers:
        caller.start()
    try:
        for _ in range(2):
            before = started.main()
            subprocess.run([PROJECT / "deploy" / "hand_over.sh", str(before)], check=True, timeout=200)
            until(lambda before=before: started.main() != before)
            assert started.status("zips", "/api/zips/none") == 404
            assert started.status("parts", "/objects/check") == 403
    finally:
        stop.set()
        for caller in callers:
            caller.join()
    assert found == {200}


def test_a_successor_that_cannot_start_leaves_the_present_one_at_work(started: Started) -> None:
    assert started.status("app", "/status") == 200
    (started.places.data / "secret").write_text("weak")
    os.kill(started.process.pid, signal.SIGUSR2)
    log = started.places.logs / "gunicorn.out"
    until(lambda: "SMARTDRIVE_SECRET" in log.read_text("utf-8"))
    assert started.status("app", "/status") == 200
    assert started.main() == started.process.pid
