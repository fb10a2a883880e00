"""Background work, fsck and doctor on real DynamoDB and S3 servers: made by the commands, examined by the commands."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from smartdrive.domain.clock import now
from smartdrive.domain.models import User
from smartdrive.ports.table import Change, Delete
from smartdrive.records import keys
from smartdrive.records import objects as object_records
from smartdrive.services.locks import Turn
from smartdrive.services.services import Services
from smartdrive.services.wanted import Wanted
from smartdrive.settings import load
from smartdrive.wiring import build
from tests.engines.conftest import Engines

ROOT = Path(__file__).resolve().parents[2]
NONE = timedelta(0)
pytestmark = pytest.mark.engines


@dataclass
class Away:
    """A drive on both servers, under names of its own."""

    drive: Services
    environment: dict[str, str]

    def flask(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flask", *words]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def away(engines: Engines) -> Iterator[Away]:
    name = f"upkeep-{secrets.token_hex(4)}"
    settings = {
        "engine": "aws",
        "table": name,
        "bucket": name,
        "region": engines.region,
        "dynamodb_url": engines.dynamodb_url,
        "s3_url": engines.s3_url,
        "public_url": "http://127.0.0.1:8000",
        "secret": "0123456789abcdef" * 4,
    }
    plain = {key: value for key, value in os.environ.items() if not key.startswith("SMARTDRIVE_")}
    prefixed = {f"SMARTDRIVE_{key.upper()}": value for key, value in settings.items()}
    with pytest.MonkeyPatch.context() as patch:
        for key, value in engines.credentials().items():
            patch.setenv(key, value)
        found = Away(build(load(**settings)), {**plain, **engines.credentials(), **prefixed})
        before = found.flask("doctor")
        assert before.returncode == 1
        assert "run flask create-table" in before.stdout
        for command in ("create-table", "create-bucket", "create-table", "create-bucket"):
            done = found.flask(command)
            assert done.returncode == 0, done.stderr
        found.drive.layout.prepare()
        yield found
        for stored in found.drive.objects.keys(""):
            found.drive.objects.delete(stored.key)


@pytest.fixture
def alice(away: Away) -> User:
    return away.drive.accounts.add(f"{secrets.token_hex(4)}@example.com", password="likes 4 long walks")


def store(away: Away, user: User, name: str, *, content: bytes, parent: str = "root") -> str:
    wanted = Wanted(name, len(content), parent=parent)
    return away.drive.uploads.store(user, wanted, stream=BytesIO(content)).file.id


def settle(away: Away) -> None:
    ahead = replace(away.drive.upkeep.doomed, clock=lambda: now() + timedelta(hours=1))
    upkeep = replace(away.drive.upkeep, doomed=ahead)
    while upkeep.purge_due():
        upkeep.purge_round()


def test_doctor_is_content(away: Away) -> None:
    done = away.flask("doctor")
    well = {line.split()[1].rstrip(":") for line in done.stdout.splitlines() if line.startswith("well")}
    assert well >= {"address", "storage", "cors", "private", "clock"}, done.stdout


def test_a_tree_is_purged_summed_and_swept(away: Away, alice: User) -> None:
    drive = away.drive
    folder = drive.folders.create(alice, "root", name="folder")
    for at in range(20):
        store(away, alice, f"{at}", content=b"x" * at, parent=folder.id)
    kept = drive.tree.load(alice, store(away, alice, "kept", content=b"kept")).node
    drive.shares.create(alice, folder.id)
    while drive.upkeep.checksum_round():
        pass
    assert object_records.read_checksums(drive.table, kept.object).crc32 == "fb286a06"
    drive.trash.put(alice, folder.id)
    drive.trash.empty(alice)
    settle(away)
    assert drive.accounts.usage(alice).used == 4
    drive.uploads.begin(alice, Wanted("large", 40_000_000))
    drive.uploads.begin(alice, Wanted("small", 10))
    assert drive.upkeep.sweep_round(grace=NONE)
    assert drive.accounts.usage(alice).used == 40_000_014
    drive.accounts.delete(alice)
    settle(away)
    assert kept.object not in {stored.key for stored in drive.objects.keys("")}
    assert not drive.table.get(keys.room(alice.id))


def test_old_versions_are_thinned_on_their_day(away: Away, alice: User) -> None:
    drive = away.drive
    for number in range(5):
        wanted = Wanted("plan", number + 1, conflict="replace")
        file = drive.uploads.store(alice, wanted, stream=BytesIO(b"x" * (number + 1))).file
    found = drive.versions.page(file).items
    drive.versions.name(alice, file.id, version_id=found[-1].id, name="first")
    ahead = lambda: now() + timedelta(days=31)  # noqa: E731
    days = replace(drive.upkeep.thinning.days, clock=ahead)
    rule = replace(drive.versions.history.keeping, newest=2)
    history = replace(drive.versions.history, keeping=rule)
    settling = replace(drive.uploads.settling, history=history)
    wanted = Wanted("plan", 6, conflict="replace")
    file = replace(drive.uploads, settling=settling).store(alice, wanted, stream=BytesIO(b"x" * 6)).file
    thinning = replace(drive.upkeep.thinning, keeping=rule, days=days, clock=ahead)
    deadline = time.monotonic() + 60
    while len(drive.versions.page(file).items) > 3 and time.monotonic() < deadline:
        thinning.outdated(Turn(ahead))
    assert [each.size for each in drive.versions.page(file).items] == [6, 5, 1]
    assert drive.accounts.usage(alice).used == 12


def test_orphans_are_found_and_deleted_unfinished_uploads_too(away: Away) -> None:
    drive = away.drive
    lost, cut = "o" + secrets.token_hex(13), "o" + secrets.token_hex(13)
    drive.objects.put(lost, BytesIO(b"lost"), size=4)
    drive.objects.plan_put(cut, size=40_000_000, part_size=16 * 2**20)
    found = away.flask("fsck", "--json", "--grace", "0", "--between", "0.2")
    rules = {(each["rule"], each["subject"]) for each in json.loads(found.stdout)["findings"]}
    assert {("I3", lost), ("I9", cut)} <= rules
    assert away.flask("fsck", "--repair", "--grace", "0", "--between", "0.2").returncode == 0
    assert not {lost, cut} & {stored.key for stored in drive.objects.keys("")}


def test_of_the_timers_of_many_instances_one_looks(away: Away) -> None:
    away.drive.table.write(Delete(keys.checked()))
    with ThreadPoolExecutor(3) as instances:
        done = [*instances.map(lambda _: away.flask("fsck", "--if-due", "--json"), range(3))]
    told = [json.loads(each.stdout) for each in done]
    assert told.count({"due": False}) == 2
    assert [each.returncode for each in done if json.loads(each.stdout) == {"due": False}] == [0, 0]
    assert away.flask("fsck", "--if-due").returncode == 0


def test_fsck_deep_of_a_drive_in_use(away: Away, alice: User) -> None:
    store(away, alice, "file", content=b"12345")
    while away.drive.upkeep.checksum_round():
        pass
    done = away.flask("fsck", "--deep", "--json")
    assert done.returncode == 0, done.stdout
    away.drive.table.write(Change(keys.room(alice.id), add={"free": -7}))
    assert away.flask("fsck", "--repair", "--between", "0.2").returncode == 0
    assert away.drive.accounts.usage(alice).used == 5
