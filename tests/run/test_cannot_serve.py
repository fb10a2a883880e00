"""The web server alone, with settings or a store it cannot use: it says so once and ends."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from gunicorn.arbiter import Arbiter

ROOT = Path(__file__).resolve().parents[2]
STRONG = "0123456789abcdef" * 4


def serve(data: Path, secret: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SMARTDRIVE_")}
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", "127.0.0.1:0", "wsgi:app"]
    env = clean | {"SMARTDRIVE_DATA": str(data), "SMARTDRIVE_SECRET": secret}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=180)


def test_wrong_settings(tmp_path: Path) -> None:
    ended = serve(tmp_path, "secret")
    assert ended.returncode == 2
    assert ended.stderr == "SMARTDRIVE_SECRET: too weak, take at least 32 random bytes\n"


def test_a_store_of_a_newer_program(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "drive.db")) as db:
        db.execute("PRAGMA user_version = 99")
    ended = serve(tmp_path, STRONG)
    assert ended.returncode == Arbiter.WORKER_BOOT_ERROR, "a worker that ends so is not replaced"
    assert "newer version of Smart Drive" in ended.stderr
    assert ended.stderr.count("\n") == 1
