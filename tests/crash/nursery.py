"""Starts web servers and workers of one drive in milliseconds, so that they can be killed hundreds of times.

As a program it imports everything once, opens nothing, and forks the real programs on demand: `gunicorn` with the
shipped configuration and `smartdrive.worker`, as a service manager starts them, but for the time an import takes.
"""

import contextlib
import importlib
import os
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
EARLY = (
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread",
    "smartdrive.cli",
    "smartdrive.storage.disk",
    "smartdrive.storage.sqlite",
    "smartdrive.web.application",
    "smartdrive.worker",
)


class Nursery:
    """The test's side: asks for processes and kills them."""

    def __init__(self, data: Path, *, log: Path) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        fd = self.socket.fileno()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SMARTDRIVE_")}
        environment |= {"SMARTDRIVE_DATA": str(data), "SMARTDRIVE_PUBLIC_URL": self.url, "PYTHONPATH": str(ROOT)}
        environment["SMARTDRIVE_WORKER"] = "apart"
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, __file__, str(fd)],
                cwd=ROOT,
                env=environment,
                pass_fds=[fd],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=out,
                text=True,
                bufsize=1,
            )
        self.web = self.worker = 0

    def start(self) -> None:
        """Let whatever is dead run again."""
        if not alive(self.web):
            self.web = self._fork("web")
        if not alive(self.worker):
            self.worker = self._fork("worker")

    def web_workers(self) -> list[int]:
        """The processes of the web server that answer requests."""
        try:
            text = Path(f"/proc/{self.web}/task/{self.web}/children").read_text()
        except OSError:
            return []
        return [int(word) for word in text.split()]

    def kill(self, *some: int) -> int:
        """End them at once, as no program can notice; the count of those that lived.

        0 stands for one that was never started: to the system it would be everybody here.
        """
        count = 0
        some = tuple(pid for pid in some if pid)
        for pid in some:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                count += 1
        for pid in some:
            wait_gone(pid)
        return count

    def close(self) -> None:
        """End everything."""
        self.kill(self.web, *self.web_workers(), self.worker)
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()
        self.socket.close()

    def _fork(self, what: str) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(what + "\n")
        return int(self.process.stdout.readline())


def alive(pid: int) -> bool:
    """Whether it runs; a zombie does not."""
    try:
        return bool(pid) and Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_gone(pid: int) -> None:
    deadline = time.monotonic() + 60
    while alive(pid):
        assert time.monotonic() < deadline, f"{pid} does not die"
        time.sleep(0.001)


def commands() -> Iterator[str]:
    while line := sys.stdin.readline():
        yield line.strip()


def serve(fd: str) -> None:
    """Be the web server."""
    from gunicorn.app.wsgiapp import WSGIApplication

    config = str(ROOT / "deploy" / "gunicorn.conf.py")
    sys.argv = ["gunicorn", "-c", config, "--bind", f"fd://{fd}", "wsgi:app"]
    WSGIApplication("%(prog)s").run()


def work() -> None:
    """Be the worker; it looks for work all the time, so that it is met at work."""
    from smartdrive import worker

    worker.IDLE["embedded"] = 0.01
    sys.exit(worker.main())


def main() -> None:
    """Import all, then fork on demand; children belong to themselves and are reaped by the kernel."""

    for module in EARLY:
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for what in commands():
        if pid := os.fork():
            print(pid, flush=True)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.dup2(2, 1)
        end(what)


def end(what: str) -> NoReturn:
    """Be that program to its end, and say of what it ended: nobody is left whom an exception could reach."""
    try:
        serve(sys.argv[1]) if what == "web" else work()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()
