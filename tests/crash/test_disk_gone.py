"""The disk of a drive goes away and comes back: 503 and when to come again meanwhile, and nobody restarts anything."""

import time
from pathlib import Path

import pytest

from tests.crash.judge import Judge
from tests.crash.nursery import Nursery
from tests.crash.volumes import run
from tests.live import Client


@pytest.mark.timeout(300)
def test_a_disk_goes_and_comes(small_nursery: Nursery, tmp_path: Path) -> None:
    """SECURITY 50."""
    alice = Client(small_nursery.url).register("alice")
    kept = alice.upload("kept.bin", b"kept" * 100_000)
    disk, aside = tmp_path / "disk", tmp_path / "aside"
    aside.mkdir()
    run("mount", "--make-private", disk)
    run("mount", "--move", disk, aside)
    for path in (f"/api/files?filename=new-{number}.bin" for number in range(5)):
        answer = alice.send("POST", path, data=b"new" * 100_000)
        assert (answer.status, answer.headers.get("Retry-After")) == (503, "5"), answer.body
    assert alice.send("GET", "/status").status == 200
    assert alice.send("GET", "/login").status == 200
    run("mount", "--move", aside, disk)
    deadline = time.monotonic() + 60
    while (answer := alice.send("POST", "/api/files?filename=new.bin", data=b"new")).status != 201:
        assert time.monotonic() < deadline, answer.body
        time.sleep(0.2)
    assert alice.download(kept["id"]) == b"kept" * 100_000
    judge = Judge(disk / "data", small_nursery.url)
    judge.sound(deep=True)
    judge.close()
    assert sorted(item["name"] for item in alice.items()) == ["kept.bin", "new.bin"]
