"""The web server as systemd holds it, behind nginx: sockets that stay while it starts again, notices of who it is, and
the reload that nobody is to notice."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from benchmarks.shipped import PROJECT, Places, Shipped

NAMES = ("app", "parts", "zips")
GUNICORN = Path(sys.executable).with_name("gunicorn")
PATIENCE = 120.0
"""Seconds until whatever is waited for will not come any more."""
AS_SYSTEMD = """
import os, sys
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[1], sys.argv[1:])
"""


def until(look: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not look():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


@dataclass
class Held:
    """What systemd would hold: the sockets, the service, what it was told."""

    places: Places
    sockets: list[socket.socket]
    notices: socket.socket
    process: subprocess.Popen[bytes]
    told: list[str] = field(default_factory=list)

    @classmethod
    def start(cls, places: Places, environment: Mapping[str, str]) -> Self:
        address = places.run / "notify"
        notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notices.bind(str(address))
        notices.setblocking(False)
        sockets = list(_listening(places))
        given = {**environment, "LISTEN_FDS": str(len(sockets)), "NOTIFY_SOCKET": str(address)}
        return cls(places, sockets, notices, _start(places, sockets, env=given))

    def main(self) -> int:
        """Who the service is now, as far as it said."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self.told += self.notices.recv(4096).decode().split("\n")
        said = [int(line.removeprefix("MAINPID=")) for line in self.told if line.startswith("MAINPID=")]
        return said[-1] if said else self.process.pid

    def reload(self) -> None:
        """As `systemctl reload` does; returns when the successor has said who it is."""
        before = self.main()
        subprocess.run([PROJECT / "deploy" / "hand_over.sh", str(before)], check=True, timeout=200)
        until(lambda: self.main() != before)

    def end(self) -> None:
        for pid in {self.main(), self.process.pid}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        self.process.wait(PATIENCE)
        until(lambda: not Path(f"/proc/{self.main()}").exists())
        for each in (*self.sockets, self.notices):
            each.close()


def _listening(places: Places) -> Iterator[socket.socket]:
    for name in NAMES:
        taken = socket.socket(socket.AF_UNIX)
        taken.bind(str(places.socket(name)))
        taken.listen(2048)
        yield taken


def _start(places: Places, sockets: list[socket.socket], *, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """As systemd does: descriptors from 3 on, how many there are, and for whom."""
    binds = [f"--bind=unix:{places.socket(name)}" for name in NAMES]
    config: list[str | Path] = ["-c", PROJECT / "deploy" / "gunicorn.conf.py", "--graceful-timeout=25"]
    command: list[str | Path] = [sys.executable, GUNICORN, *config, *binds, "wsgi:app"]
    shell = " ".join(f"{number}<&{each.fileno()}" for number, each in enumerate(sockets, start=3))
    with (places.logs / "gunicorn.out").open("ab") as out:
        return subprocess.Popen(
            ["bash", "-c", f'exec "$@" {shell}', "bash", sys.executable, "-c", AS_SYSTEMD, *command],
            cwd=PROJECT,
            env=dict(env),
            pass_fds=[each.fileno() for each in sockets],
            stdout=out,
            stderr=out,
        )


class Service(Shipped):
    """The shipped set-up whose web server can be reloaded."""

    held: Held

    def start_web(self, env: Mapping[str, str]) -> None:
        self.held = Held.start(self.places, env)

    def stop(self) -> None:
        super().stop()
        self.held.end()
