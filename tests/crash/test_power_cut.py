"""The power goes right after an answer: everything that was answered is there with the right bytes.

The drive lives in a file system inside a file. Data that no sync has forced out of memory is not in that file, so a
copy of it is what a power cut leaves. DRIVE_TEST_CUTS says how often (50).
"""

import os
import random
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from smartdrive.settings import ensure_secret
from tests.crash.actor import Actor
from tests.crash.judge import Judge
from tests.crash.nursery import Nursery
from tests.crash.volumes import image, mounted
from tests.live import Client

CUTS = int(os.environ.get("DRIVE_TEST_CUTS", "50"))


@pytest.mark.timeout(600)
def test_everything_answered_survives_a_power_cut(tmp_path: Path) -> None:
    """SECURITY 45."""
    seed = int(os.environ.get("DRIVE_TEST_SEED", random.randrange(10**9)))
    print(f"DRIVE_TEST_SEED={seed}")
    with image(tmp_path / "disk.img", tmp_path / "disk") as disk:
        ensure_secret(disk / "data")
        subprocess.run(["sync"], check=True)
        nursery = Nursery(disk / "data", log=tmp_path / "log")
        try:
            nursery.start()
            actor = Actor(Client(nursery.url).register("actor"), random.Random(seed))
            for _ in range(CUTS):
                actor.try_it(actor.choose())
                assert actor.pending is None
                with standing_still(nursery):
                    shutil.copyfile(tmp_path / "disk.img", tmp_path / "copy.img")
                judge(tmp_path, nursery, actor)
        finally:
            nursery.close()


def judge(tmp_path: Path, nursery: Nursery, actor: Actor) -> None:
    """Switch on again, elsewhere, and look."""
    with mounted(tmp_path / "copy.img", tmp_path / "copy") as disk:
        judge = Judge(disk / "data", nursery.url)
        try:
            judge.sound()
            judge.promises(actor)
        finally:
            judge.close()


@contextmanager
def standing_still(nursery: Nursery) -> Iterator[None]:
    """A power cut takes no time, but copying does: meanwhile nobody moves."""
    some = [nursery.web, *nursery.web_workers(), nursery.worker]
    for pid in some:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in some:
            os.kill(pid, signal.SIGCONT)
