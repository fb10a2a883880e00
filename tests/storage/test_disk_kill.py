"""Killed at every line of the disk engine: never a partial object, never a part lost that was acknowledged."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from smartdrive.ports.objects import Missing, Plan
from smartdrive.storage.disk import Disk
from tests.storage import dying

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, if there is one: a killed process loses nothing there, and syncs cost nothing."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def deaths(act: str, root: Path) -> list[tuple[Path, list[str]]]:
    """The folder of every attempt that died, and what had been acknowledged in it."""
    command = [sys.executable, "-m", "tests.storage.dying", act, str(root)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    folders = [root / str(number + 1) for number in range(int(ran.stdout))]
    assert len(folders) > 60
    return [(folder, (folder / "acks").read_text().splitlines()) for folder in folders]


def whole_or_absent(disk: Disk, key: str) -> bool:
    """Whether the object stands; if it does, it is whole."""
    if disk.stat(key) is None:
        return False
    assert b"".join(disk.open(key)) == dying.BODY
    return True


def nothing_else(disk: Disk, *keys: str) -> None:
    assert sorted(stored.key for stored in dying.listed(disk)) == sorted(keys)


# SECURITY 38, 44
@pytest.mark.timeout(400)
@pytest.mark.parametrize(("act", "part_size"), [("parts", dying.PART), ("once", len(dying.BODY))])
def test_an_upload_goes_on_or_is_abandoned_after_any_death(act: str, part_size: int, quick: Path) -> None:
    for folder, acks in deaths(act, quick):
        plan = dying.the_plan(part_size=part_size)
        twin = folder.with_name(f"{folder.name}-twin")
        shutil.copytree(folder, twin)
        abandon(dying.opened(twin), plan)
        go_on(dying.opened(folder), plan, acks=acks)


def abandon(disk: Disk, plan: Plan) -> None:
    disk.abandon_put(plan)
    assert disk.stat(plan.key) is None
    nothing_else(disk)


def go_on(disk: Disk, plan: Plan, *, acks: list[str]) -> None:
    disk.plan_put(plan.key, size=plan.size, part_size=plan.part_size)
    if whole_or_absent(disk, plan.key):
        here = {*range(1, plan.parts + 1)}
    else:
        assert "finished" not in acks
        here = {*disk.list_parts(plan)}
        again = plan.parts > 1 and acks.count("part 1") == 1  # part 1 is being sent a second time
        assert {int(ack.split()[1]) for ack in acks} - ({1} if again else set()) <= here
    for number in {*range(1, plan.parts + 1)} - here:
        dying.send(disk, plan, number)
    assert disk.finish_put(plan).size == plan.size
    assert whole_or_absent(disk, plan.key)
    nothing_else(disk, plan.key)


@pytest.mark.timeout(400)
def test_a_put_leaves_all_or_a_trace(quick: Path) -> None:
    for folder, acks in deaths("put", quick):
        disk = dying.opened(folder)
        assert whole_or_absent(disk, dying.KEY) or "finished" not in acks
        for stored in dying.listed(disk):  # what the sweep does with what it finds
            if stored.unfinished and disk.stat(stored.key) is None:
                disk.abandon_put(dying.Plan(stored.key, 0, 1))
                with pytest.raises(Missing):
                    next(disk.open(stored.key))
