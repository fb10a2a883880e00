"""`python -m smartdrive.run`: one parent that starts the drive, keeps it alive and ends it."""

import contextlib
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import pytest

from smartdrive.run.addresses import address_for_people
from tests.machine import slowness

Found = TypeVar("Found")
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Drive:
    process: subprocess.Popen[str]
    log: Path

    def said(self) -> str:
        return self.log.read_text()

    def url(self) -> str:
        return until(self.address, "no address was printed")[1]

    def address(self) -> re.Match[str] | None:
        assert self.process.poll() is None, self.said()
        return re.search(r"Smart Drive is at (\S+)", self.said())

    def children(self) -> dict[str, int]:
        """Process ids of the web server and the worker, by the module they run."""
        listing = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return {module_of(int(number)): int(number) for number in listing}

    def everybody(self) -> list[int]:
        """The parent, its children and theirs."""
        return [self.process.pid, *descendants(self.process.pid)]


def module_of(pid: int) -> str:
    """Nothing for one that has just died: its command line is empty."""
    words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return words[words.index("-m") + 1] if "-m" in words else ""


def descendants(pid: int) -> list[int]:
    found = []
    for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += [int(number), *descendants(int(number))]
    return found


def alive(pid: int) -> bool:
    """A zombie nobody has waited for is as good as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(look: Callable[[], Found | None], otherwise: str, seconds: float = 120.0) -> Found:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(otherwise)


def command(data: Path, port: int) -> list[str]:
    return [sys.executable, "-m", "smartdrive.run", "--port", str(port), "--data", str(data)]


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SMARTDRIVE_")}


def second_start(data: Path, port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(data, port), cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=180
    )


def start(folder: Path) -> Drive:
    log = folder / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            command(folder / "data", 0),
            cwd=ROOT,
            env=clean_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    return Drive(process, log)


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Drive]:
    started = start(tmp_path)
    try:
        started.url()
        yield started
    finally:
        everybody = started.everybody() if alive(started.process.pid) else []
        for pid in everybody:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        started.process.wait(120)


def status_of(url: str) -> int:
    with urllib.request.urlopen(f"{url}/status", timeout=60) as answer:
        return int(answer.status)


def test_it_answers_at_the_printed_address_and_runs_both_programs(drive: Drive) -> None:
    assert status_of(drive.url()) == 200
    assert set(drive.children()) == {"gunicorn", "smartdrive.worker"}


def test_the_data_folder_and_its_secret_are_for_this_user_alone(drive: Drive, tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "secret").stat().st_mode) == 0o600
    assert re.fullmatch(r"[0-9a-f]{64}\n?", (data / "secret").read_text())


def test_a_second_start_on_the_same_data_is_refused_with_a_sentence(drive: Drive, tmp_path: Path) -> None:
    refused = second_start(tmp_path / "data", 0)
    assert refused.returncode == 1
    assert "already running" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert status_of(drive.url()) == 200


def test_a_taken_port_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = second_start(tmp_path / "data", port)
    assert refused.returncode == 1
    assert f"127.0.0.1:{port}" in refused.stderr
    assert "choose another PORT" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("name", ["gunicorn", "smartdrive.worker"])
def test_whichever_dies_is_started_again(drive: Drive, name: str) -> None:
    killed = drive.children()[name]
    os.kill(killed, signal.SIGKILL)
    until(lambda: drive.children().get(name, killed) != killed, f"{name} was not started again")
    assert "starting it again" in drive.said()
    assert status_of(drive.url()) == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_everything_within_seconds(drive: Drive, number: signal.Signals) -> None:
    """In order, too: the worker gets to finish the step at hand and says so."""
    until(lambda: "worker started" in drive.said(), "the worker did not start")
    everybody = drive.everybody()
    assert len(everybody) >= 4
    drive.process.send_signal(number)
    assert drive.process.wait(120) == 0
    assert not [pid for pid in everybody if alive(pid)]
    assert "worker ended" in drive.said()


def test_a_killed_parent_leaves_nothing_behind(drive: Drive) -> None:
    everybody = drive.everybody()
    url = drive.url()
    drive.process.kill()
    drive.process.wait(120)
    until(lambda: not any(map(alive, everybody)), "something still runs")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=60)


def seconds_to_answer(folder: Path) -> float:
    began = time.monotonic()
    drive = start(folder)
    try:
        drive.url()
        return time.monotonic() - began
    finally:
        drive.process.terminate()
        drive.process.wait(120)


def test_a_second_start_answers_within_three_seconds(drive: Drive, tmp_path: Path) -> None:
    """The best of three, on a machine as fast as ours: that of a test run may be slower, and busy now and then."""
    drive.process.terminate()
    drive.process.wait(120)
    secret = (tmp_path / "data" / "secret").read_text()
    assert min(seconds_to_answer(tmp_path) / slowness() for _ in range(3)) < 3.0
    assert (tmp_path / "data" / "secret").read_text() == secret


def test_a_wrong_setting_is_said_before_anything_starts(tmp_path: Path) -> None:
    wrong = {**clean_environment(), "SMARTDRIVE_QUOTA": "plenty", "SMARTDRIVE_QOUTA": "1GB"}
    ended = subprocess.run(
        command(tmp_path / "data", 0), cwd=ROOT, env=wrong, capture_output=True, text=True, timeout=180
    )
    assert ended.returncode == 1
    assert "SMARTDRIVE_QUOTA" in ended.stderr
    assert "SMARTDRIVE_QOUTA" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_folder_may_come_from_the_settings(tmp_path: Path) -> None:
    told = {
        **clean_environment(),
        "SMARTDRIVE_DATA": str(tmp_path / "elsewhere"),
        "SMARTDRIVE_QUOTA": "plenty",
    }
    without_data = [sys.executable, "-m", "smartdrive.run", "--port", "0"]
    subprocess.run(without_data, cwd=ROOT, env=told, capture_output=True, timeout=180)
    assert (tmp_path / "elsewhere" / "secret").is_file()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_listening_everywhere_prints_an_address_that_others_can_use(host: str) -> None:
    ask = f"from smartdrive.run.addresses import *; print(address_for_people('{host}', 8123))"
    printed = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True).stdout
    assert urlsplit(printed.strip()).port == 8123
    assert urlsplit(printed).hostname not in ("0.0.0.0", "::", "", None)


def test_an_ipv6_address_is_printed_in_brackets() -> None:
    assert address_for_people("::1", 8000) == "http://[::1]:8000"


@pytest.mark.parametrize("port", ["70000", "-1", "http"])
def test_what_is_no_port_is_said_so(tmp_path: Path, port: str) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "smartdrive.run", f"--port={port}", "--data", str(tmp_path)],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert refused.returncode == 2
    assert f"{port} is not a port" in refused.stderr


def test_an_address_of_another_machine_is_refused_with_a_sentence(tmp_path: Path) -> None:
    refused = subprocess.run(
        [*command(tmp_path, 0), "--host", "192.0.2.7"],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert refused.returncode == 1
    assert "192.0.2.7" in refused.stderr
    assert "Traceback" not in refused.stderr
