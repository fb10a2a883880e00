"""A systemd of a folder, for a machine that runs none: it starts the exact ExecStart lines of the units there.

Only the paths of the folder are put before those in the lines, and other ports in the place of 80 and 443.
"""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(os.environ["INSTALL_ROOT"])
PLACES = ("/opt/smartdrive", "/etc/smartdrive", "/var/lib/smartdrive", "/var/log/smartdrive", "/run/smartdrive")
RUN_BY_US = ("smartdrive-web.service", "smartdrive-nginx.service")


def rooted(text: str) -> str:
    for place in PLACES:
        text = text.replace(place, f"{ROOT}{place}")
    return text


def pid_file(unit: str) -> Path:
    return ROOT / "run" / f"{unit}.pid"


def lives(unit: str) -> int:
    """Its process, 0 when there is none."""
    try:
        pid = int(pid_file(unit).read_text("ascii"))
        state = Path(f"/proc/{pid}/status").read_text("utf-8")
    except (OSError, ValueError):
        return 0
    return 0 if "\nState:\tZ" in state else pid


def nginx_here() -> Path:
    """The installed nginx.conf and what it includes, on ports of this test."""
    names = {443: int(os.environ["HTTPS_PORT"]), 80: int(os.environ["HTTP_PORT"])}
    there = ROOT / "etc/smartdrive/nginx"
    here = ROOT / "run/nginx"
    here.mkdir(exist_ok=True)
    for path in there.iterdir():
        text = "".join(line for line in path.read_text("utf-8").splitlines(keepends=True) if "[::]" not in line)
        for standard, port in names.items():
            text = text.replace(f"listen {standard} ", f"listen 127.0.0.1:{port} ")
        (here / path.name).write_text(rooted(text), "utf-8")
    conf = (ROOT / "opt/smartdrive/current/nginx.conf").read_text("utf-8").replace("user smartdrive;", "user root;")
    (ROOT / "run/nginx.conf").write_text(rooted(conf).replace(str(there), str(here)), "utf-8")
    return ROOT / "run/nginx.conf"


def commands(unit: str, kind: str) -> list[list[str]]:
    lines = (ROOT / "etc/systemd/system" / unit).read_text("utf-8").splitlines()
    found = [line.removeprefix(f"{kind}=") for line in lines if line.startswith(f"{kind}=")]
    if "nginx" in unit:
        return [shlex.split(line.replace("/opt/smartdrive/current/nginx.conf", str(nginx_here()))) for line in found]
    return [shlex.split(rooted(line)) for line in found]


def start(unit: str) -> bool:
    """Whether it came as far as to listen."""
    for before in commands(unit, "ExecStartPre"):
        subprocess.run(before, check=True)
    with (ROOT / "run" / f"{unit}.log").open("ab") as out:
        process = subprocess.Popen(
            commands(unit, "ExecStart")[0],
            cwd=ROOT / "opt/smartdrive/current",
            env={**os.environ, "SMARTDRIVE_DATA": f"{ROOT}/var/lib/smartdrive"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    pid_file(unit).write_text(str(process.pid), "ascii")
    while process.poll() is None and not listens(unit):
        time.sleep(0.05)
    return process.poll() is None


def listens(unit: str) -> bool:
    if "nginx" in unit:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", int(os.environ["HTTPS_PORT"]))) == 0
    with socket.socket(socket.AF_UNIX) as line:
        return line.connect_ex(str(ROOT / "run/smartdrive/app.sock")) == 0


def stop(unit: str) -> None:
    if pid := lives(unit):
        os.kill(pid, signal.SIGTERM)
        while lives(unit):
            time.sleep(0.05)


def main(words: list[str]) -> int:
    verb, *rest = words
    units = [word for word in rest if word in RUN_BY_US]
    if verb == "is-active":
        return 0 if all(lives(unit) for unit in units) and units else 3
    came = True
    for unit in units:
        if verb in ("stop", "restart", "reload-or-restart"):
            stop(unit)
        if verb in ("restart", "reload-or-restart"):
            came = start(unit) and came
    return 0 if came else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
