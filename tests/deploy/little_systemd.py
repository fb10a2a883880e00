"""A little systemd, process 1 of an island (island.py): it starts the units that are installed there, as they stand.

As their user, without privileges beyond theirs, with a system that is read-only, a /tmp, devices and processes of their
own, from sockets that it holds; and it hears what they say of themselves. What it does not know it refuses. Not here:
the filter of system calls, MemoryDenyWriteExecute, PrivateUsers and what else `systemd-analyze security` counts.
"""

import contextlib
import fcntl
import json
import os
import pwd
import shlex
import signal
import socket
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

UNITS = Path("/etc/systemd/system")
RUN = Path("/run/systemd")
CONTROL = RUN / "control"
PATIENCE = 300.0
"""Seconds for a unit to come or to go."""
LOOK_EVERY = 0.02
BOUNDS = """
set -e
for each in $WRITABLE; do mount --bind "$each" "$each"; done
mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir /tmp/dev
mount -t tmpfs -o mode=755 tmpfs /tmp/dev
for each in null zero full random urandom tty; do touch /tmp/dev/$each; mount --bind /dev/$each /tmp/dev/$each; done
mkdir -m 1777 /tmp/dev/shm
mount --move /tmp/dev /dev
mount -t proc -o hidepid=invisible,subset=pid proc /proc
for each in /home /root; do case $PYTHON in "$each"/*) ;; *) mount -t tmpfs -o ro,mode=000 tmpfs "$each" ;; esac; done
mount -o remount,bind,ro /
cd "$FOLDER"
unset WRITABLE PYTHON FOLDER
export LISTEN_PID=$$
exec setpriv $AS -- "$@" """
"""In a mount namespace of its own; sockets follow as redirections, for systemd's begin with descriptor 3."""


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return False


def until_gone(pid: int) -> None:
    end = time.monotonic() + PATIENCE
    while alive(pid) and time.monotonic() < end:
        reap()
        time.sleep(LOOK_EVERY)


def reap() -> None:
    """Process 1 inherits everybody's children."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


@dataclass
class Unit:
    """One file, read again at each start, and what became of it."""

    name: str
    main: int = 0
    ready: bool = False
    lines: list[tuple[str, str]] = field(default_factory=list)
    sockets: list[socket.socket] = field(default_factory=list)
    notices: socket.socket | None = None

    def read(self) -> None:
        text = (UNITS / self.name).read_text("utf-8")
        self.lines = [(key, value) for key, _, value in (line.partition("=") for line in text.splitlines())]

    def all(self, key: str) -> list[str]:
        return [value for name, value in self.lines if name == key]

    def one(self, key: str, default: str = "") -> str:
        return [default, *self.all(key)][-1]

    def listen(self) -> None:
        """A socket unit: each is its user's alone."""
        self.read()
        for path in self.all("ListenStream") if not self.sockets else ():
            Path(path).unlink(missing_ok=True)
            taken = socket.socket(socket.AF_UNIX)
            taken.bind(path)
            user = pwd.getpwnam(self.one("SocketUser"))
            os.chown(path, user.pw_uid, user.pw_gid)
            Path(path).chmod(int(self.one("SocketMode"), 8))
            taken.listen(int(self.one("Backlog")))
            self.sockets.append(taken)

    def environment(self) -> dict[str, str]:
        bounds = [f"+{name.removeprefix('CAP_').lower()}" for name in self.one("AmbientCapabilities").split()]
        user = self.one("User")
        flags = [f"--reuid={user}", f"--regid={self.one('Group')}", "--init-groups", "--no-new-privs"]
        kept = ",".join(["-all", *bounds])
        flags += [f"--{kind}={kept}" for kind in ("bounding-set", "inh-caps", "ambient-caps")]
        return {
            "PATH": os.environ["PATH"],
            "AS": " ".join(flags),
            "WRITABLE": self.one("ReadWritePaths"),
            "PYTHON": sys.base_prefix,
            "FOLDER": self.one("WorkingDirectory", "/"),
            "NOTIFY_SOCKET": str(RUN / f"{self.name}.notices"),
            "MAINPID": str(self.main),
            "USER": user,
            "HOME": pwd.getpwnam(user).pw_dir,
        }

    def spawn(self, line: str, sockets: list[socket.socket]) -> "subprocess.Popen[bytes]":
        words = [word.replace("$MAINPID", str(self.main)) for word in shlex.split(line)]
        given = "".join(f" {number}<&{each.fileno()}" for number, each in enumerate(sockets, start=3))
        env = self.environment() | ({"LISTEN_FDS": str(len(sockets))} if sockets else {})
        script = f"umask {self.one('UMask', '0022')}\n{BOUNDS}{given}"
        with (RUN / f"{self.name}.log").open("ab") as out:
            return subprocess.Popen(
                ["unshare", "--mount", "--propagation=private", "bash", "-c", script, "bash", *words],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                pass_fds=[each.fileno() for each in sockets],
                start_new_session=True,
            )

    def each(self, key: str) -> bool:
        """Whether all lines of that name end well, one after another."""
        return all(self.spawn(line, []).wait() == 0 for line in self.all(key))

    def hear(self) -> None:
        """What it said since: whether it is ready, and who it is now."""
        with contextlib.suppress(BlockingIOError):
            while self.notices:
                for said in self.notices.recv(4096).decode().split("\n"):
                    self.ready = self.ready or said == "READY=1"
                    if said.startswith("MAINPID="):
                        self.main = int(said.removeprefix("MAINPID="))

    def start(self, sockets: list[socket.socket]) -> bool:
        """Whether it came: with Type=notify, as soon as it says so."""
        if self.active():
            return True
        self.read()
        if self.one("NotifyAccess") and not self.notices:
            self.notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self.notices.bind(str(RUN / f"{self.name}.notices"))
            (RUN / f"{self.name}.notices").chmod(0o777)
            self.notices.setblocking(False)
        self.ready = False
        if not self.each("ExecStartPre"):
            return False
        process = self.spawn(self.one("ExecStart"), sockets)
        if self.one("Type") == "oneshot":
            return process.wait() == 0
        self.main = process.pid
        while self.one("Type") == "notify" and not self.ready and alive(self.main):
            time.sleep(LOOK_EVERY)
            self.hear()
        return alive(self.main)

    def active(self) -> bool:
        self.hear()
        return bool(self.sockets) or alive(self.main)

    def stop(self) -> None:
        self.signal(getattr(signal, self.one("KillSignal", "SIGTERM")))
        until_gone(self.main)
        self.main = 0

    def signal(self, number: int) -> None:
        self.hear()
        if alive(self.main):
            os.kill(self.main, number)


def wanting(unit: Unit) -> list[Path]:
    """What starts it at the next boot."""
    return list(UNITS.glob(f"*.wants/{unit.name}"))


class System:
    """All units there are."""

    def __init__(self) -> None:
        self.units = {path.name: Unit(path.name) for path in UNITS.glob("smartdrive*")}

    def unit(self, word: str) -> Unit:
        name = word if "." in word else f"{word}.service"
        if name not in self.units and (UNITS / name).exists():
            self.units[name] = Unit(name)
        return self.units.get(name) or Unit(name)

    def start(self, unit: Unit) -> bool:
        if unit.name.endswith(".socket"):
            unit.listen()
            return True
        if unit.name.endswith(".timer"):
            return True
        unit.read()
        needed = [self.unit(name) for name in unit.all("Requires")]
        for each in needed:
            each.listen()
        return unit.start([taken for each in needed for taken in each.sockets])

    def restart(self, unit: Unit) -> bool:
        unit.stop()
        return self.start(unit)

    def reload(self, unit: Unit) -> bool:
        unit.hear()
        return unit.active() and unit.each("ExecReload")

    def disable(self, unit: Unit, *, at_once: bool) -> bool:
        if at_once:
            unit.stop()
        for link in wanting(unit):
            link.unlink()
        return True

    def obey(self, words: list[str]) -> int:
        """The exit status. Of ours, enabled is what is there; timers wait for ever."""
        verb, options = words[0], {word for word in words if word.startswith("-")}
        units = [self.unit(word) for word in words[1:] if not word.startswith("-")]
        if verb in ("daemon-reload", "list-timers"):
            return 0
        if verb == "is-active":
            return 0 if any(unit.active() for unit in units) else 3
        if verb == "is-enabled":
            return 0 if any(wanting(unit) for unit in units) else 1
        if verb == "kill":
            (number,) = (word.partition("=")[2] for word in options if word.startswith("--signal="))
            for unit in units:
                unit.signal(getattr(signal, f"SIG{number}"))
            return 0
        if verb == "stop":
            for unit in units:
                unit.stop()
            return 0
        acts = {"start": self.start, "restart": self.restart, "reload": self.reload}
        acts["reload-or-restart"] = lambda unit: (self.reload if unit.active() else self.restart)(unit)
        acts["enable"] = self.start if "--now" in options else lambda unit: (UNITS / unit.name).exists()
        acts["disable"] = lambda unit: self.disable(unit, at_once="--now" in options)
        return 0 if verb in acts and all(acts[verb](unit) for unit in units) else 1


def speak_to_oneself() -> None:
    """A network that was just made is down."""
    up, flag = 0x8914, 1  # SIOCSIFFLAGS, IFF_UP
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        fcntl.ioctl(line, up, struct.pack("16sh22x", b"lo", flag))


def main() -> None:
    """Takes one command at a time, as a line of JSON, until it is killed: everybody in the island ends with it."""
    speak_to_oneself()
    RUN.mkdir(parents=True, exist_ok=True)
    (RUN / "system").mkdir(exist_ok=True)
    with socket.socket(socket.AF_UNIX) as control:
        control.bind(str(CONTROL))
        control.listen()
        control.settimeout(0.5)
        system = System()
        print("ready", flush=True)
        while True:
            reap()
            with contextlib.suppress(TimeoutError):
                line, _ = control.accept()
                with line:
                    line.settimeout(PATIENCE)
                    words = json.loads(line.makefile().readline())
                    line.sendall(str(system.obey(words)).encode())


if __name__ == "__main__":
    main()
