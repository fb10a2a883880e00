"""A machine to install on: this one, with a layer over its files, and a network and processes of its own.

So the ports 80 and 443 are free, the standard paths can be used as they are, and all of it is gone at the end. It needs
root and the right to mount.
"""

import ctypes
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIBRARY = "/usr/local/lib/island"
ALONE = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--propagation=private"]
CLONE_NEWNET = 0x40000000
PATHS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


MAY_MOUNT = """
set -e
mount -t tmpfs tmpfs "$0"
mkdir "$0/upper" "$0/work" "$0/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$0/upper,workdir=$0/work" "$0/root"
mount -t proc proc "$0/root/proc"
"""


class NoIslandHere(Exception):
    """The right to make one lacks, with what was said. That alone: an island that fails is a failure."""


def insist_on_the_right(layer: Path) -> None:
    if os.geteuid() != 0:
        raise NoIslandHere("only root can make one")
    tried = subprocess.run([*ALONE, "sh", "-c", MAY_MOUNT, layer], capture_output=True, text=True, timeout=60)
    if tried.returncode:
        raise NoIslandHere(tried.stderr)


class Island:
    """`root` is how its files are reached from outside."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        self.first = int(children.read_text("ascii").split()[0])
        self.root = Path(f"/proc/{self.first}/root")

    def command(self, words: Sequence[str | Path]) -> list[str | Path]:
        entered = ["nsenter", f"--target={self.first}", "--mount", "--net", "--pid", "--root", "--wd"]
        return [*entered, "env", "-i", f"PATH={PATHS}", "HOME=/root", "LC_ALL=C.UTF-8", *words]

    def run(self, *words: str | Path, timeout: float = 600) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(self.command(words), capture_output=True, text=True, timeout=timeout)

    def ok(self, *words: str | Path) -> str:
        """What a command says that must succeed."""
        done = self.run(*words)
        assert done.returncode == 0, f"{words}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def connect(self, port: int) -> socket.socket:
        """A connection from within; a thread of its own goes there for it."""

        def inside() -> socket.socket:
            with Path(f"/proc/{self.first}/ns/net").open("rb") as network:
                if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
            return socket.create_connection(("127.0.0.1", port), timeout=120)

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(inside).result()


def _places() -> Iterator[str]:
    """What is not on the file system of /, and so not in the layer, and is needed there."""
    for path in {Path(sys.base_prefix)}:
        if path.stat().st_dev != Path("/").stat().st_dev:
            yield f"{path}={path}"


@contextmanager
def island(folder: Path, *places: str) -> Iterator[Island]:
    """An empty `folder` is where its layer is mounted, unseen from outside."""
    (folder / "layer").mkdir()
    insist_on_the_right(folder / "layer")
    python = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    library = folder / "library"
    library.mkdir()
    for name in ("little_systemd.py", "systemctl.py"):
        shutil.copy(HERE / name, library)
    given = [f"{library}={LIBRARY}", *_places(), *places]
    with (folder / "island.err").open("ab") as said:
        process = subprocess.Popen(
            [*ALONE, HERE / "island.sh", folder / "layer", python, *given],
            env={"PATH": PATHS, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
    assert process.stdout
    try:
        ready = process.stdout.readline() == "ready\n"
        assert ready, (folder / "island.err").read_text("utf-8")
        here = Island(process)
        _furnish(here, python)
        yield here
    finally:
        process.kill()
        process.wait(60)
        process.stdout.close()


def _furnish(here: Island, python: Path) -> None:
    """The Python of the tests, within everybody's reach, and its systemctl."""
    for folder in python.resolve().parents:
        inside = here.root / str(folder)[1:]
        if (mode := inside.stat().st_mode) | 0o555 != mode:
            inside.chmod(mode | 0o555)
    for name, text in {
        "systemctl": f'#!/bin/sh\nexec {python} -I {LIBRARY}/systemctl.py "$@"\n',
        "python3": f'#!/bin/sh\nexec {python} "$@"\n',
    }.items():
        program = here.root / "usr/local/bin" / name
        program.unlink(missing_ok=True)
        program.write_text(text, "ascii")
        program.chmod(0o755)
