"""A drive as the last release without an installer left it: its program at work for a moment on a folder."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.shipped import PROJECT
from smartdrive.settings import PREFIX
from tests.live import PASSWORD, Client

COMMIT = "3e781057"
BODY = bytes(range(256)) * 3000


@dataclass(frozen=True)
class Older:
    """Whose drive it is, and what is in it."""

    email: str
    file: str
    digest: str = hashlib.sha256(BODY).hexdigest()
    password: str = PASSWORD


def an_older_drive(work: Path, data: Path) -> Older | None:
    """None where the older program is not in the repository. `data` gets what that program wrote."""
    known = subprocess.run(["git", "cat-file", "-e", f"{COMMIT}^{{commit}}"], cwd=PROJECT, capture_output=True)
    if known.returncode:
        return None
    work.mkdir()
    packed = subprocess.run(
        ["git", "archive", COMMIT, "--", "smartdrive", "deploy", "templates", "static", "wsgi.py"],
        cwd=PROJECT,
        check=True,
        capture_output=True,
    ).stdout
    subprocess.run(["tar", "-x"], cwd=work, input=packed, check=True)
    process = _start(work)
    try:
        client = Client(_address(process, work / "log")).register("ada")
        file = client.upload("from before.bin", BODY)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(120)
    shutil.copytree(work / "data", data, dirs_exist_ok=True)
    return Older("ada@example.com", str(file["id"]))


def _start(work: Path) -> "subprocess.Popen[bytes]":
    env = {name: text for name, text in os.environ.items() if not name.startswith(PREFIX)}
    command = [sys.executable, "-m", "smartdrive.run", "--port", "0", "--data", str(work / "data")]
    with (work / "log").open("wb") as out:
        return subprocess.Popen(command, cwd=work, env=env, stdout=out, stderr=out)


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    end = time.monotonic() + 180
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(r"Smart Drive is at (http\S+)", log.read_text("utf-8")):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(log.read_text("utf-8")[-3000:])
