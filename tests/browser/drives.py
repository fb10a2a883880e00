"""A drive that really runs: web server and worker as separate processes, reached over the loopback."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 180.0


def clean_environment(settings: dict[str, str]) -> dict[str, str]:
    """Ours without anything that would configure a drive, and what the test wants."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("SMARTDRIVE_")}
    return rest | settings


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"Smart Drive is at (\S+)", log.read_text()):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"the drive did not start:\n{log.read_text()}")


@contextmanager
def running_drive(folder: Path, settings: dict[str, str]) -> Iterator[str]:
    """Start the drive as `make run` does, on a free port; yields its address and ends it."""
    log = folder / "drive.log"
    command = [sys.executable, "-m", "smartdrive.run", "--port", "0", "--data", str(folder / "data")]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=clean_environment(settings), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        process.wait(timeout=120)
