"""A bare Debian to make a server of: from debootstrap, with files, processes and a network of its own, all in memory.

What it reaches outside it reaches by sockets (tests/aws/outside.py), above all the way out for apt and pip; pip is told
there what it is told here. No systemd runs in it: its systemctl starts the drive's own ExecStart lines as their user.
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.shipped import PROJECT
from tests.aws.outside import relay
from tests.deploy.little_systemd import speak_to_oneself

MIRROR = "http://deb.debian.org/debian"
PROXY = 8168
"""Port of the way out, in the machine's own network."""
ALONE = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"]
GIVEN = "srv/given"
"""Where files of this machine that pip is told of stand in the other one."""
SYSTEMCTL = r"""#!/bin/bash
# Starts the ExecStart lines of the drive's units as their user, with the privilege that they name.
verb=$1
told() { sed -n "s/^$1=//p" "/etc/systemd/system/$unit"; }
alive() { kill -0 "$(cat "/run/$unit.pid" 2>/dev/null)" 2>/dev/null; }
as_user() {
    local caps
    caps=$(told AmbientCapabilities | sed 's/CAP_/+/g' | tr '[:upper:]' '[:lower:]')
    setpriv --reuid smartdrive --regid smartdrive --clear-groups --no-new-privs \
        ${caps:+--inh-caps "$caps" --ambient-caps "$caps"} "$@"
}
for unit in "$@"; do
    case $unit in smartdrive-web.service | smartdrive-nginx.service) ;; *) unit=; continue ;; esac
    case $verb in
        is-active) alive; exit ;;
        restart | reload-or-restart)
            cd "$(told WorkingDirectory)" || exit
            while read -r line; do eval "as_user $line" || exit; done < <(told ExecStartPre)
            eval "as_user $(told ExecStart)" >>"/var/log/$unit.log" 2>&1 &
            echo $! >"/run/$unit.pid"
            [ "$unit" = smartdrive-web.service ] || continue
            until [ -S /run/smartdrive/app.sock ]; do alive || exit; sleep 0.1; done
            ;;
    esac
done
case $verb in is-active) exit 3 ;; is-enabled) exit 1 ;; esac
"""


def refused(folder: Path) -> str:
    """Why no such machine can be made here, "" where it can: it needs root, mounts and devices."""
    if os.geteuid() != 0:
        return "only root can make one"
    place, device = folder / "mounted", folder / "null"
    place.mkdir()
    try_it = """mount -t tmpfs tmpfs "$0" && mkdir "$0/proc" "$0/dev" && mount -t proc proc "$0/proc" &&
        mount --rbind /dev "$0/dev" && mknod "$1" c 1 3 && : >"$1" """
    tried = subprocess.run([*ALONE, "bash", "-c", try_it, place, device], capture_output=True, text=True, timeout=60)
    device.unlink(missing_ok=True)
    place.rmdir()
    return tried.stderr.strip() if tried.returncode else ""


def debootstrap(root: Path) -> None:
    """A bare Debian in a folder, unless one is there."""
    if not (root / "usr/bin/apt-get").exists():
        subprocess.run(["debootstrap", "--variant=minbase", "bookworm", root, MIRROR], check=True)


@dataclass(frozen=True)
class Pip:
    """What pip is told on this machine, in words for its environment; folders and files that these name."""

    words: Mapping[str, str]
    folders: frozenset[Path]
    files: Mapping[str, Path]

    @classmethod
    def of_here(cls) -> "Pip":
        listed = subprocess.run(
            [sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True
        ).stdout.splitlines()
        words, folders, files = dict[str, str](), set[Path](), dict[str, Path]()
        for line in sorted(listed, key=lambda each: each.startswith(":env:")):  # the environment has the last word
            name, _, value = line.partition("=")
            said = str(ast.literal_eval(value)).split()
            for at, path in enumerate(Path(word.removeprefix("file://")) for word in said):
                if path.is_absolute() and path.is_file():
                    files[f"{GIVEN}/{path.name}"], said[at] = path, f"/{GIVEN}/{path.name}"
                elif path.is_absolute() and path.is_dir():
                    folders.add(Path(*path.parts[:3]))  # an index beside its files is two levels down
            words["PIP_" + name.rpartition(".")[2].upper().replace("-", "_")] = " ".join(said)
        return cls(words | {"PIP_PROXY": f"http://127.0.0.1:{PROXY}"}, frozenset(folders), files)


def write(root: Path, path: str, text: str, *, mode: int = 0o644) -> None:
    """A file of the machine."""
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, "utf-8")
    place.chmod(mode)


@dataclass(frozen=True)
class Machine:
    """Within its namespaces: `root` are its files."""

    root: Path
    environment: Mapping[str, str]

    def run(self, *words: str | Path) -> int:
        """The status of a command that says what it does on our own output."""
        done = subprocess.run(["chroot", self.root, *words], env=dict(self.environment), stdin=subprocess.DEVNULL)
        return done.returncode


@contextmanager
def machine(bare: Path, here: Path, ways: Mapping[int, str], environment: Mapping[str, str]) -> Iterator[Machine]:
    """A copy of the bare Debian, called from within `ALONE`; ports of its network lead to the sockets in `here`."""
    root, pip = here / "root", Pip.of_here()
    root.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", root], check=True)
    subprocess.run(["cp", "-a", f"{bare}/.", root], check=True)
    for source, place in [(Path("/dev"), "dev"), *((folder, str(folder)[1:]) for folder in pip.folders)]:
        (root / place).mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "--rbind", source, root / place], check=True)
    subprocess.run(["mount", "-t", "proc", "proc", root / "proc"], check=True)
    speak_to_oneself()
    for port, name in ways.items():
        threading.Thread(target=relay(port, here / name).serve_forever, daemon=True).start()
    write(root, "usr/local/sbin/systemctl", SYSTEMCTL, mode=0o755)
    write(root, "etc/apt/apt.conf.d/99-way-out", f'Acquire::http::Proxy "http://127.0.0.1:{PROXY}";\n')
    (root / "run/systemd/system").mkdir(parents=True, exist_ok=True)
    for place, path in pip.files.items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, root / place)
    paths = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    yield Machine(root, {"HOME": "/root", "PATH": paths, **pip.words, **environment})


def alone(module: str, *words: str | Path) -> int:
    """Run that program of ours in namespaces of its own; its status."""
    return subprocess.run([*ALONE, sys.executable, "-m", module, *words], cwd=PROJECT).returncode


def asked_for(module: str, words: Sequence[str], *, about: str) -> tuple[Path, Path | None]:
    """The root that a program is to make its machine of, and the folder for what it needs when it runs `alone`."""
    parser = argparse.ArgumentParser(prog=module, description=about)
    parser.add_argument("root", type=Path)
    parser.add_argument("--here", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(words)
    if not given.here:
        debootstrap(given.root)
    return given.root, given.here
