"""Killed at every line of the disk engine: never a partial object, never a part lost that was acknowledged."""

import subprocess
import sys
from pathlib import Path

import pytest

from smartdrive.ports.objects import Missing
from smartdrive.storage.disk import Disk
from tests.storage import dying

ROOT = Path(__file__).resolve().parents[2]


def deaths(act: str, root: Path) -> list[tuple[Disk, list[str]]]:
    """The store of every attempt that died, and what had been acknowledged in it."""
    command = [sys.executable, "-m", "tests.storage.dying", act, str(root)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=100)
    folders = [root / str(number + 1) for number in range(int(ran.stdout))]
    assert len(folders) > 60
    return [(dying.opened(folder), (folder / "acks").read_text().splitlines()) for folder in folders]


def whole_or_absent(disk: Disk, key: str) -> bool:
    """Whether the object stands; if it does, it is whole."""
    if disk.stat(key) is None:
        return False
    assert b"".join(disk.open(key)) == dying.BODY
    return True


def nothing_else(disk: Disk, *keys: str) -> None:
    assert sorted(stored.key for stored in dying.listed(disk)) == sorted(keys)


# SECURITY 38, 44
@pytest.mark.parametrize(("act", "part_size"), [("parts", dying.PART), ("once", len(dying.BODY))])
def test_an_upload_goes_on_after_any_death(act: str, part_size: int, tmp_path: Path) -> None:
    for disk, acks in deaths(act, tmp_path):
        plan = disk.plan_put(dying.KEY, size=len(dying.BODY), part_size=part_size)
        if whole_or_absent(disk, dying.KEY):
            here = list(range(1, plan.parts + 1))
        else:
            assert "finished" not in acks
            here = disk.list_parts(plan)
            again = acks.count("part 1") == 1 and act == "parts"  # part 1 is being sent a second time
            assert {int(ack.split()[1]) for ack in acks} - ({1} if again else set()) <= set(here)
        for number in {*range(1, plan.parts + 1)} - {*here}:
            dying.send(disk, plan, number)
        assert disk.finish_put(plan).size == len(dying.BODY)
        assert whole_or_absent(disk, dying.KEY)
        nothing_else(disk, dying.KEY)


@pytest.mark.parametrize(("act", "part_size"), [("parts", dying.PART), ("once", len(dying.BODY))])
def test_an_upload_is_abandoned_after_any_death(act: str, part_size: int, tmp_path: Path) -> None:
    for disk, _ in deaths(act, tmp_path):
        disk.abandon_put(dying.the_plan(part_size=part_size))
        assert disk.stat(dying.KEY) is None
        nothing_else(disk)


def test_put_and_copy_leave_all_or_a_trace(tmp_path: Path) -> None:
    for disk, acks in deaths("put", tmp_path):
        for key, ack in ((dying.KEY, "finished"), (dying.OTHER, "copied")):
            assert whole_or_absent(disk, key) or ack not in acks
        for stored in dying.listed(disk):  # what the sweep does with what it finds
            if stored.unfinished and disk.stat(stored.key) is None:
                disk.abandon_put(dying.Plan(stored.key, 0, 1))
                with pytest.raises(Missing):
                    next(disk.open(stored.key))
