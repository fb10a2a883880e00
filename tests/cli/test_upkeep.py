"""`flask sweep`, `purge`, `fsck` and `doctor` with SMARTDRIVE_DATA as the only setting; and the worker as a program."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from io import BytesIO
from pathlib import Path

import pytest

from benchmarks.shipped import free_port
from smartdrive.domain.models import User
from smartdrive.ports.table import Change
from smartdrive.records import keys
from smartdrive.records.locks import read_lease
from smartdrive.services.fsck import JOB
from smartdrive.services.services import Services
from smartdrive.services.wanted import Wanted
from smartdrive.settings import ensure_secret, load
from smartdrive.wiring import build

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    ensure_secret(tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def drive(data: Path) -> Services:
    found = build(load(data=data))
    found.layout.prepare()
    return found


@pytest.fixture
def alice(drive: Services) -> User:
    return drive.accounts.add("alice@example.com", password="likes 4 long walks")


def environment(data: Path, **more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SMARTDRIVE_")}
    return {**plain, "SMARTDRIVE_DATA": str(data), **more}


def flask(data: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", *words]
    return subprocess.run(command, cwd=ROOT, env=environment(data, **more), capture_output=True, text=True, timeout=300)


def store(drive: Services, user: User, name: str, content: bytes) -> str:
    wanted = Wanted(name, len(content))
    return drive.uploads.store(user, wanted, stream=BytesIO(content)).file.id


def test_purge_deletes_what_was_deleted_for_good(data: Path, drive: Services, alice: User) -> None:
    file = store(drive, alice, "file", b"12345")
    drive.trash.put(alice, file)
    drive.trash.purge(alice, file)
    done = flask(data, "purge")
    assert (done.returncode, done.stdout) == (0, "Nothing is left to purge.\n")
    assert drive.accounts.usage(alice).used == 0
    assert not list(drive.objects.keys(""))


def test_sweep_deletes_bytes_that_nobody_knows(data: Path, drive: Services) -> None:
    drive.objects.put("o" + "a" * 26, BytesIO(b"lost"), size=4)
    assert flask(data, "sweep").returncode == 0
    assert list(drive.objects.keys(""))
    assert flask(data, "sweep", "--grace", "0").returncode == 0
    assert not list(drive.objects.keys(""))


def test_fsck_says_in_json_what_is_wrong_and_mends_it(data: Path, drive: Services, alice: User) -> None:
    store(drive, alice, "file", b"12345")
    sound = flask(data, "fsck", "--json", "--deep")
    assert sound.returncode == 0
    assert json.loads(sound.stdout)["clean"] is True
    drive.table.write(Change(keys.room(alice.id), add={"free": -7}))
    broken = flask(data, "fsck", "--json", "--between", "0")
    assert broken.returncode == 1
    (finding,) = json.loads(broken.stdout)["findings"]
    assert (finding["rule"], finding["subject"], finding["repaired"]) == ("I4", alice.id, False)
    mended = flask(data, "fsck", "--repair", "--between", "0")
    assert mended.returncode == 0
    assert "Mended." in mended.stdout
    assert drive.accounts.usage(alice).used == 5


def started(data: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "flask", *words]
    return subprocess.Popen(command, cwd=ROOT, env=environment(data), stdout=subprocess.PIPE, text=True)


def test_of_many_that_are_started_at_once_one_looks(data: Path, drive: Services) -> None:
    running = [started(data, "fsck", "--if-due", "--json") for _ in range(3)]
    told = [json.loads(process.communicate(timeout=300)[0]) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert sorted("clean" in each for each in told) == [False, False, True]
    assert told.count({"due": False}) == 2


def test_a_look_that_was_killed_is_taken_over(data: Path, drive: Services, alice: User) -> None:
    drive.table.write(Change(keys.room(alice.id), add={"free": -7}))
    with started(data, "fsck", "--if-due", "--between", "600") as killed:
        try:
            deadline = time.monotonic() + 180
            while not read_lease(drive.table, JOB):
                assert time.monotonic() < deadline
                time.sleep(0.02)
            other = flask(data, "fsck", "--if-due")
        finally:
            killed.kill()
    assert (other.returncode, other.stdout[:8]) == (0, "Not due:")
    heir = flask(data, "fsck", "--if-due", "--between", "0")
    assert (heir.returncode, f"I4 {alice.id}" in heir.stdout) == (1, True)
    again = flask(data, "fsck", "--if-due", "--between", "0")
    assert (again.returncode, again.stdout[:8]) == (0, "Not due:")


def test_doctor_is_content_with_a_sound_drive(data: Path, drive: Services) -> None:
    before = sorted(path.name for path in data.iterdir())
    done = flask(data, "doctor")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "All is well.")
    assert sorted(path.name for path in data.iterdir()) == before


def test_doctor_says_what_to_do(data: Path, drive: Services) -> None:
    done = flask(data, "doctor", SMARTDRIVE_PUBLIC_URL="http://drive.example")
    assert done.returncode == 1
    assert "WRONG address" in done.stdout
    assert "SMARTDRIVE_PUBLIC_URL" in done.stdout


@pytest.mark.parametrize("command", ["create-table", "create-bucket"])
def test_an_embedded_drive_needs_neither_table_nor_bucket(data: Path, command: str) -> None:
    done = flask(data, command)
    assert done.returncode == 0
    assert "needs no" in done.stdout


def test_wrong_settings_are_sentences_and_exit_2(data: Path) -> None:
    done = flask(data, "sweep", SMARTDRIVE_QUOTA="much", SMARTDRIVE_COLOUR="red")
    assert done.returncode == 2
    assert "SMARTDRIVE_QUOTA" in done.stderr
    assert "SMARTDRIVE_COLOUR: there is no such setting" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_store_that_cannot_be_opened_is_a_sentence(data: Path) -> None:
    (data / "drive.db").write_bytes(b"no database at all, but long enough to look at" * 100)
    done = flask(data, "sweep")
    assert done.returncode == 2
    assert "drive.db cannot be opened" in done.stderr
    assert "Traceback" not in done.stderr
    with worker(data) as process:
        assert process.wait(120) == 1
        assert process.stderr
        assert "drive.db cannot be opened" in process.stderr.read()


def worker(data: Path, **more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "smartdrive.worker"]
    return subprocess.Popen(command, cwd=ROOT, env=environment(data, **more), stderr=subprocess.PIPE, text=True)


def test_the_worker_does_what_is_due_and_ends_when_told(data: Path, drive: Services, alice: User) -> None:
    file, kept = store(drive, alice, "file", b"12345"), store(drive, alice, "kept", b"123")
    drive.trash.put(alice, file)
    drive.trash.empty(alice)
    port = free_port()
    with worker(data, SMARTDRIVE_METRICS_PORT=str(port)) as process:
        deadline = time.monotonic() + 180
        while drive.accounts.usage(alice).used != 3 or drive.upkeep.summing.any_due():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=120) as answer:
            assert 'smartdrive_job_failures_total{work="purge"} 0.0' in answer.read().decode()
        told = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
        assert time.monotonic() - told < 30
        assert process.stderr
        lines = [json.loads(line) for line in process.stderr]
    assert [line["event"] for line in lines][:1] == ["worker started"]
    assert lines[-1]["event"] == "worker ended"
    assert not [line for line in lines if line["level"] in ("ERROR", "WARNING")]
    assert drive.tree.load(alice, kept).node.size == 3


def test_a_worker_with_wrong_settings_says_so(data: Path) -> None:
    with worker(data, SMARTDRIVE_QUOTA="much") as process:
        assert process.wait(120) == 2
        assert process.stderr
        assert "SMARTDRIVE_QUOTA" in process.stderr.read()
