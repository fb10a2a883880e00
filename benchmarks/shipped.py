"""The shipped set-up in a folder of its own: nginx with our nginx.conf before gunicorn.

The benchmarks measure it and tests/deploy looks at how it behaves; `moved` is the one place that knows how the
standard paths are replaced.
"""

import contextlib
import getpass
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from smartdrive.settings import PREFIX, child_environment, ensure_secret
from tools.nginx_lint import whole

PROJECT = Path(__file__).resolve().parent.parent
LOOK_EVERY = 0.01
STARTS_WITHIN = 120.0
"""Seconds, on a machine that has much else to do."""
OURS = "wsgi:app"
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")


class DidNotStart(Exception):
    """With the end of what the program said."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Places:
    """One folder for everything; `port` is where nginx listens on loopback, `watch` where it tells how the drive is."""

    folder: Path
    port: int
    watch: int = field(default_factory=free_port)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def run(self) -> Path:
        return self.folder / "run"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def nginx(self) -> Path:
        """What differs from one machine to the next, instead of /etc/smartdrive/nginx."""
        return self.folder / "nginx"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def socket(self, name: str) -> Path:
        return self.run / f"{name}.sock"

    def make(self) -> None:
        for folder in (self.data, self.run, self.logs, self.nginx):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ensure_secret(self.data)


def moved(text: str, swaps: Mapping[str, str]) -> str:
    """A shipped file with paths and ports of ours; a missing line is an error."""
    for shipped, ours in swaps.items():
        if shipped not in text:
            raise ValueError(f"there is no `{shipped}` in\n{text}")
        text = text.replace(shipped, ours)
    return text


def conf(places: Places) -> str:
    """The shipped nginx.conf, with the release's own files in it, and this set-up's paths and user."""
    swaps = {
        "user smartdrive;": f"user {getpass.getuser()};",
        "/etc/smartdrive/nginx": str(places.nginx),
        "/run/smartdrive": str(places.run),
        "/var/lib/smartdrive": str(places.data),
        "/var/log/smartdrive": str(places.logs),
        "/opt/smartdrive/current": str(PROJECT),
    }
    return moved(whole(), swaps)


def otherwise(texts: Mapping[str, str], swaps: Mapping[str, str]) -> dict[str, str]:
    """These files with other times or numbers, which stand in one of them at least."""
    for shipped, ours in swaps.items():
        if not any(shipped in text for text in texts.values()):
            raise ValueError(f"there is no `{shipped}` in {', '.join(texts)}")
        texts = {name: text.replace(shipped, ours) for name, text in texts.items()}
    return dict(texts)


def of_nginx(name: str, swaps: Mapping[str, str]) -> str:
    """One of the files that stand in /etc/smartdrive/nginx, for IPv4 alone, as on a machine that knows nothing else."""
    text = moved((PROJECT / "deploy" / "nginx" / name).read_text("utf-8"), swaps)
    return "".join(line for line in text.splitlines(keepends=True) if "[::]" not in line)


def with_brotli() -> dict[str, str]:
    """What the installer adds where nginx's module for it is installed."""
    if not BROTLI.exists():
        return {}
    return {name: of_nginx(name, {}) for name in ("modules-brotli.conf", "http-brotli.conf")}


def on_loopback(standard: int, port: int) -> dict[str, str]:
    """What replaces a standard port of all addresses by one of this machine's own."""
    return {f"listen {standard} ": f"listen 127.0.0.1:{port} "}


def status_of(port: int, path: str) -> int:
    """What a GET is answered with; 0 while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


@dataclass
class Programs:
    """Processes started together, each in a group of its own, and ended together."""

    logs: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, name: str, command: Sequence[str | Path], *, env: Mapping[str, str]) -> None:
        with (self.logs / f"{name}.out").open("ab") as out:
            self.running.append(
                subprocess.Popen(
                    command,
                    cwd=PROJECT,
                    env=dict(env),
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    start_new_session=True,
                )
            )

    def pids(self) -> list[int]:
        return [program.pid for program in self.running]

    def wait_for(self, port: int, path: str) -> None:
        self.wait_until(lambda: status_of(port, path) == http.client.OK)

    def wait_until(self, answers: Callable[[], bool]) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while not answers():
            if time.monotonic() > until or any(program.poll() is not None for program in self.running):
                raise DidNotStart(self.last_words())
            time.sleep(LOOK_EVERY)

    def last_words(self) -> str:
        said = self.logs.glob("*.out")
        return "\n".join(f"{path.name}: {path.read_text('utf-8')[-2000:]}" for path in said)

    def end(self) -> None:
        """The one in front first, so that nobody sees a half-ended set-up."""
        for program in reversed(self.running):
            program.terminate()
        for program in self.running:
            try:
                program.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(program.pid, signal.SIGKILL)
                program.wait()
        self.running.clear()


def nginx_command(conf_path: Path) -> list[str | Path]:
    return [shutil.which("nginx") or "/usr/sbin/nginx", "-c", conf_path, "-g", "daemon off;"]


class Shipped:
    """Start, stop and start again on the same data. `settings` are SMARTDRIVE_ names without their prefix;
    another `application` than ours gets no background work; `times` are those of nginx that a test cannot await, and
    others in their place, or numbers that are too large for one."""

    def __init__(
        self,
        folder: Path,
        *,
        settings: Mapping[str, str] | None = None,
        application: str = OURS,
        times: Mapping[str, str] | None = None,
    ) -> None:
        self.places = Places(folder, free_port())
        self._times = {**(times or {})}
        self._application = application
        self.programs = Programs(self.places.logs)
        self._settings = {**(settings or {})}

    def environment(self) -> dict[str, str]:
        """Nothing of the caller's own drive comes along."""
        ours = {
            "DATA": str(self.places.data),
            "PUBLIC_URL": self.places.url,
            "BEHIND_NGINX": "true",
            "WORKER": "inside" if self._application == OURS else "apart",
            **self._settings,
        }
        rest = {name: text for name, text in child_environment().items() if not name.startswith(PREFIX)}
        return {**rest, **{PREFIX + name: text for name, text in ours.items()}}

    def start(self) -> None:
        """Returns when the application answers through nginx."""
        self.places.make()
        watch = of_nginx("watch.conf", {"127.0.0.1:9180": f"127.0.0.1:{self.places.watch}"})
        texts = {"nginx.conf": conf(self.places), "watch.conf": watch, **self.nginx_files()}
        for name, text in otherwise(texts, self._times).items():
            (self.places.nginx / name).write_text(text, "utf-8")
        conf_path = self.places.nginx / "nginx.conf"
        env = self.environment()
        self.start_web(env)
        self.programs.start("nginx", nginx_command(conf_path), env=env)
        try:
            self.programs.wait_until(self.answers)
        except BaseException:
            self.stop()
            raise

    def start_web(self, env: Mapping[str, str]) -> None:
        self.programs.start("gunicorn", self._gunicorn(), env=env)

    def nginx_files(self) -> dict[str, str]:
        """What this set-up has of its own: http, and no proxy before it."""
        listen = of_nginx("listen-http.conf", on_loopback(80, self.places.port))
        return {"listen.conf": listen, "http-proxies.conf": of_nginx("http-proxies.conf", {}), **with_brotli()}

    def answers(self) -> bool:
        """Whether the application does, through nginx."""
        return status_of(self.places.port, "/status") == http.client.OK

    def _gunicorn(self) -> list[str | Path]:
        binds = [f"--bind=unix:{self.places.socket(name)}" for name in ("app", "parts", "zips")]
        config = PROJECT / "deploy" / "gunicorn.conf.py"
        return [sys.executable, "-m", "gunicorn", "-c", config, *binds, self._application]

    def stop(self) -> None:
        self.programs.end()


@contextlib.contextmanager
def shipped(folder: Path, *, settings: Mapping[str, str] | None = None, application: str = OURS) -> Iterator[Shipped]:
    """A running set-up that ends with the block."""
    stack = Shipped(folder, settings=settings, application=application)
    stack.start()
    try:
        yield stack
    finally:
        stack.stop()
