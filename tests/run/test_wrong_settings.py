"""The web server alone, with settings it cannot use."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_web_server_says_what_is_wrong_once_and_ends(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SMARTDRIVE_")}
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "--bind", "127.0.0.1:0", "wsgi:app"]
    wrong = {"SMARTDRIVE_DATA": str(tmp_path), "SMARTDRIVE_SECRET": "secret"}
    ended = subprocess.run(command, cwd=ROOT, env=clean | wrong, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 2
    assert ended.stderr == "SMARTDRIVE_SECRET: too weak, take at least 32 random bytes\n"
