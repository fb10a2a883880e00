"""How gunicorn serves Smart Drive; where it listens is said on the command line.

`make run` hands it a socket; behind nginx it takes three Unix sockets (see nginx.conf).
"""

import fcntl
import gc
import importlib
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.systemd import SD_LISTEN_FDS_START, sd_notify

# The console script does not know where we live.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from smartdrive.domain.hosts import is_loopback
from smartdrive.logs import JsonLines
from smartdrive.run import sharing
from smartdrive.run.staying import PAGES, UPKEEP, ZIPS, ZIPS_SOCKET, StayingWorker
from smartdrive.settings import SettingsError, load

# Where all processes count together. prometheus_client looks for this when it is imported, so nothing above may import
# it. SIGHUP has this file read again, and SIGUSR2 hands the environment on to another parent: each keeps its own.
os.environ[sharing.VARIABLE] = sharing.folder_of(os.getpid(), os.environ.get(sharing.VARIABLE, ""))

worker_class = StayingWorker
workers = 2
threads = 32

# nginx keeps its idle connections 60 s: ours must not close first.
keepalive = 75
timeout = 60
graceful_timeout = 5
# The heartbeat must never wait for a disk.
worker_tmp_dir = "/dev/shm"  # nosec B108

# Cursors and signed addresses are long.
limit_request_line = 8190

# The app alone decides whose X-Forwarded-* it believes.
forwarded_allow_ips = ""
secure_scheme_headers = {}
forwarder_headers = ""

umask = 0o077
accesslog = None
loglevel = "warning"
control_socket_disable = True


def _one_application() -> bool:
    """Not with DynamoDB, where each worker makes its own: no connection to another machine may be shared.

    With settings that cannot be used: wsgi.py then says what is wrong once and ends the master, where workers would
    be made and end again and again.
    """
    try:
        return load().engine == "embedded"
    except SettingsError:
        return True


# One application, made before the workers part, so that they share its memory.
preload_app = _one_application()


def _works_inside() -> bool:
    with suppress(SettingsError):  # wsgi.py says what is wrong with them
        return load().worker == "inside"
    return False


def _roles(server: Arbiter) -> list[str]:
    """What the processes are there for: pages, zips where they come by a socket of their own, background work."""
    for_zips = any(str(address).endswith(ZIPS_SOCKET) for address in server.cfg.address)
    return [PAGES] * workers + [ZIPS] * for_zips + [UPKEEP] * _works_inside()


def on_starting(server: Arbiter) -> None:
    """Load at least the code once, and count in the processes that are there for something else than pages."""
    importlib.import_module("smartdrive.web.application")
    importlib.import_module("smartdrive.wiring")
    importlib.import_module("smartdrive.worker")
    server.num_workers = len(_roles(server))


def on_reload(server: Arbiter) -> None:
    """SIGHUP: as many new ones come as there are, and none of those that go fills its role any more."""
    server.num_workers = len(_roles(server))
    server.cfg.set("workers", server.num_workers)
    for worker in server.WORKERS.values():
        worker.leaving = True


def pre_fork(server: Arbiter, worker: StayingWorker) -> None:
    """Give it the first role that nobody has, at the start and after a death.

    SQLite's files must not be open in two processes by one opening: each worker opens them for itself.

    What is frozen is not looked through for garbage, so it stays shared and is not copied by being looked at.
    """
    lacking = _roles(server)
    for other in server.WORKERS.values():
        if not other.leaving and other.role in lacking:
            lacking.remove(other.role)
    worker.role = lacking[0] if lacking else PAGES
    worker.relieves = server.master_pid
    Path(os.environ[sharing.VARIABLE]).mkdir(mode=0o700, exist_ok=True)  # whatever else cleans up in there
    worker.upkeep = _upkeep if worker.role == UPKEEP else None
    gc.collect()
    gc.freeze()
    app = server.app.wsgi() if preload_app else None
    if isinstance(app, Flask):
        app.extensions["smartdrive"].table.close()


def pre_exec(server: Arbiter) -> None:
    """SIGUSR2: a new master with new code comes beside this one. It expects sockets where systemd puts them."""
    if not server.systemd:
        return
    beyond = SD_LISTEN_FDS_START + len(server.LISTENERS)
    aside = [fcntl.fcntl(listener.fileno(), fcntl.F_DUPFD_CLOEXEC, beyond) for listener in server.LISTENERS]
    for number, each in enumerate(aside, start=SD_LISTEN_FDS_START):
        os.dup2(each, number)


def post_worker_init(worker: StayingWorker) -> None:
    """The first that is ready relieves a master of before: whoever comes from now on finds new workers."""
    if worker.relieves and worker.role == PAGES:
        sd_notify(f"MAINPID={worker.ppid}", worker.log)
        with suppress(ProcessLookupError):
            os.kill(worker.relieves, signal.SIGTERM)
        worker.relieves = 0


def _upkeep(worker: StayingWorker) -> None:
    """Background work, in a process that shares the memory of all others."""
    from smartdrive.worker import work

    app: Flask = worker.wsgi
    work(app.extensions["smartdrive"], beat=worker.beat)


def child_exit(server: Arbiter, worker: StayingWorker) -> None:
    """What it has counted stays counted."""
    try:
        sharing.join(Path(os.environ[sharing.VARIABLE]), worker.pid)
    except (OSError, ValueError) as error:
        server.log.warning("what a process had counted is lost: %s", error)


def on_exit(server: Arbiter) -> None:  # noqa: ARG001 - gunicorn's own
    """The last of all."""
    sharing.remove(Path(os.environ[sharing.VARIABLE]))


def when_ready(server: Arbiter) -> None:
    """Warn of passwords and cookies that cross a network in the clear: once, whatever the number of workers."""
    with suppress(SettingsError):  # each worker says what is wrong with them
        settings = load()
        if not settings.https and not is_loopback(urlsplit(settings.public_url).hostname or ""):
            server.log.warning("people come by http: passwords and cookies cross the network in the clear; use https")


class LinesLogger(Logger):
    """gunicorn's own words as JSON lines, like everything else that is logged."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())


logger_class = LinesLogger
