"""What the drive's units say reaches the log group's file, each line once: a real journal, in a root of its own."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.aws.template import ROOT, first_boot, stack

ALONE = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation=private"]
SAY = """
import socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
    journal.connect("/run/systemd/journal/socket")
    journal.send(f"OBJECT_SYSTEMD_UNIT={sys.argv[1]}\\nOBJECT_PID=1\\nMESSAGE={sys.argv[2]}\\n".encode())
"""
SCRIPT = r"""
set -euo pipefail
for each in /run /var/log /var/lib; do mount -t tmpfs tmpfs "$each"; done
mkdir -p /run/systemd/journal /var/log/journal
/usr/lib/systemd/systemd-journald &
until [ -S /run/systemd/journal/socket ]; do sleep 0.1; done

say() { python3 -c "$SAY" "$1.service" "$2"; }
start() { setsid bash -c "exec $LINE" >>"$FILE" & }
stop() { kill -- "-$!"; wait "$!" || true; }
heard() {
    for _ in $(seq 300); do
        [ "$(xargs <"$FILE")" = "$1" ] && return
        sleep 0.1
    done
    echo "not «$1» but «$(xargs <"$FILE")»" >&2
    exit 1
}

say smartdrive-web one
start
heard "one"
say nginx none-of-ours
say smartdrive-fsck two
heard "one two"
stop
say smartdrive-nginx three
start
heard "one two three"
"""


def line() -> str:
    (found,) = re.findall(r"^ExecStart=(.*journalctl.*)$", first_boot(stack()), re.MULTILINE)
    return str(found)


def test_every_unit_is_named() -> None:
    """A pattern would fit those that have spoken when it is read."""
    named = re.findall(r"--unit=(\S+?)(?=[ ;])", line())
    assert sorted(named) == sorted(path.stem for path in (ROOT / "deploy/systemd").glob("*.service"))


def test_each_word_is_told_once_also_of_a_unit_that_speaks_late_and_after_a_restart(tmp_path: Path) -> None:
    """The weekly fsck speaks for the first time days after the file was begun."""
    if os.geteuid() != 0:
        pytest.skip("a journal of its own needs root and the right to mount")
    words = {"SAY": SAY, "LINE": line().replace("sleep 5", "sleep 0.2"), "FILE": str(tmp_path / "drive-journal.log")}
    done = subprocess.run(
        [*ALONE, "bash", "-c", SCRIPT], env=os.environ | words, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
