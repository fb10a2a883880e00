"""The program that a running drive is, and how it starts, dies and ends. What it forks, it keeps alive itself."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from smartdrive.run.addresses import answers
from smartdrive.run.words import CannotRun, say

ROOT = Path(__file__).resolve().parents[2]
LOOK_EVERY = 0.05
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
"""Seconds a child must live for its next death to count as the first."""
KILL_WHEN_PARENT_ENDS = 1
"""Linux' PR_SET_PDEATHSIG."""
PATIENCE = 8.0
"""Seconds a child gets to end by itself before it is killed."""


def die_with_parent(parent: int) -> Callable[[], None]:
    """What a child does before it becomes its program: a parent that is killed takes it along (Linux).

    The library is loaded here, in the parent: between fork and exec nothing may be imported.
    """
    if sys.platform != "linux":
        return lambda: None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def prepare() -> None:
        prctl(KILL_WHEN_PARENT_ENDS, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


@dataclass
class Child:
    """One program that must be running; a death is answered with a pause that doubles, then a new start."""

    name: str
    command: list[str]
    environment: dict[str, str]
    descriptors: tuple[int, ...] = ()
    pause: float = 0.5
    began: float = 0.0
    due: float | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """A group of its own: Ctrl-C reaches the parent alone, which then ends its child in order."""
        self.began, self.due = time.monotonic(), None
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            pass_fds=self.descriptors,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  (no thread runs here)
        )

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def look(self) -> None:
        """Notice a death and say so; start again when its pause is over."""
        if self.due is not None and time.monotonic() >= self.due:
            self.start()
        elif self.due is None and self.ended():
            self.plan_restart()

    def plan_restart(self) -> None:
        now = time.monotonic()
        self.pause = 0.5 if now - self.began > STEADY_AFTER else self.pause
        say(f"The {self.name} {self.how_it_ended()}; starting it again in {self.pause:g} s.")
        self.due, self.pause = now + self.pause, min(self.pause * 2, LONGEST_PAUSE)

    def how_it_ended(self) -> str:
        code = self.process.returncode if self.process else 0
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit status {code}"

    def ask_to_end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def see_off(self, until: float) -> None:
        """Wait for the end; past `until` the whole group is killed."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(until - time.monotonic(), 0.0))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Keeper:
    """Keeps the web server alive until somebody says stop."""

    def __init__(self, web: Child) -> None:
        self.web = web
        self.stopping = threading.Event()

    def stop(self, *_: object) -> None:
        self.stopping.set()

    def obey_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)

    def start(self, host: str, port: int) -> bool:
        """False when told to stop before it answered; one that dies before its first answer cannot be helped."""
        self.web.start()
        while not self.stopping.wait(LOOK_EVERY):
            if self.web.ended():
                raise CannotRun(f"The web server {self.web.how_it_ended()} at its start: the reason is above.")
            if answers(host, port):
                return True
        return False

    def keep(self) -> None:
        while not self.stopping.wait(LOOK_EVERY):
            self.web.look()

    def end(self) -> None:
        self.web.ask_to_end()
        self.web.see_off(time.monotonic() + PATIENCE)
