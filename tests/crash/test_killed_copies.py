"""A copy of a large folder whose processes are killed while it fills, and while it is deleted for good.

The next ones finish both, once and exactly.

DRIVE_TEST_SEED repeats a run, as far as chance is the test's own.
"""

import os
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from smartdrive.domain.clock import now
from smartdrive.domain.models import Job, User
from smartdrive.records import jobs, nodes
from smartdrive.services.retry import wrote
from tests.crash.actor import LOST
from tests.crash.judge import Judge
from tests.crash.nursery import Nursery
from tests.live import Client

HITS = 5
"""So many times somebody is killed who is filling a folder."""
ROUNDS = 25


@pytest.mark.timeout(900)
def test_a_copy_is_finished_however_often_its_processes_are_killed(nursery: Nursery, tmp_path: Path) -> None:
    """SECURITY 44, 52."""
    seed = int(os.environ.get("DRIVE_TEST_SEED", random.randrange(10**9)))
    print(f"DRIVE_TEST_SEED={seed}")
    chance = random.Random(seed)
    client = Client(nursery.url).register("alice")
    source = grown(client)
    judge = Judge(tmp_path / "data", nursery.url)
    alice = judge.drive.accounts.named("alice@example.com")
    whole, used, hits, purges, copies = below(judge, alice, source), client.used(), 0, 0, 0
    size = size_of(whole)
    while (hits < HITS or not purges) and copies < ROUNDS:
        copies += 1
        name = f"copy {copies}"
        hits += kills_while_copying(nursery, judge, chance, begin=lambda name=name: begun(client, source, name))
        [copy] = [item for item in client.items() if item["name"] == name]
        assert below(judge, alice, copy["id"]) == whole
        assert client.used() == used + size
        judge.sound()
        there_and_back(client, copy["id"], whole=lambda copy=copy: below(judge, alice, copy["id"]))
        client.ok("DELETE", f"/api/folders/{copy['id']}")
        client.ok("DELETE", f"/api/trash/{copy['id']}")
        purges += kills_while_purging(nursery, judge, chance, left=used)
        judge.sound()
        assert client.used() == used
    print(f"{hits} killed at copies, {purges} at deleting, {copies} copies")
    assert hits, "the kills met nobody at work"
    assert purges, "the kills met nobody who deletes"
    judge.sound(deep=True)
    judge.close()


def grown(client: Client) -> str:
    """A folder of ten folders of ten folders of ten files: too much for one request."""
    make = lambda name: client.ok("POST", "/api/folders", {"parent": "root", "name": name})["folder"]["id"]  # noqa: E731
    some, more, most = make("some"), make("more"), make("most")
    for at in range(10):
        client.upload(f"{at}.txt", b"x" * (at + 1), parent=some)
    for inner, outer in ((some, more), (more, most)):
        for at in range(10):
            answer = client.call("POST", f"/api/folders/{inner}/copy", {"parent": outer, "name": f"folder {at}"})
            assert answer.status == 201, answer.body
    return str(most)


def begun(client: Client, source: str, name: str) -> None:
    """Ask for the copy; whoever is killed meanwhile does not answer."""
    with suppress(*LOST):
        client.call("POST", f"/api/folders/{source}/copy", {"parent": "root", "name": name, "conflict": "ask"})


def kills_while_copying(nursery: Nursery, judge: Judge, chance: random.Random, *, begin: Callable[[], None]) -> int:
    """Kill whoever works at a new copy, at a few random points of it, until it is over; how many were killed.

    Whoever is dead is started again each time, as their parent does: a worker may die of a store that is being opened.
    """
    asking = threading.Thread(target=begin)
    asking.start()
    hits, at = 0, chance.randrange(1, 300)
    while (job := due(judge)) or asking.is_alive():
        if job and job.done >= at:
            at += chance.randrange(100, 500)
            nursery.kill(nursery.worker, *nursery.web_workers())
            hits += due(judge) is not None
        nursery.start()
        if job and not asking.is_alive():
            wrote(judge.drive.table, jobs.hand_over(job, now()))
        time.sleep(0.002)
    asking.join()
    return hits


def there_and_back(client: Client, folder: str, *, whole: Callable[[], object]) -> None:
    """Into the trash and out of it by undo: one write each, whatever lies below."""
    before = whole()
    gone = client.call("DELETE", f"/api/folders/{folder}").headers["Change-Id"]
    client.ok("POST", "/api/undo", {"change": gone})
    assert whole() == before


def kills_while_purging(nursery: Nursery, judge: Judge, chance: random.Random, *, left: int) -> int:
    """Kill the worker at a few random points of what it deletes for good, until no more is `left` of the room taken.

    How often there was more to do afterwards.
    """
    alice = judge.drive.accounts.named("alice@example.com")
    used = lambda: judge.drive.accounts.usage(alice).used  # noqa: E731
    hits, at = 0, used() - chance.randrange(1, 1000)
    while used() > left:
        if used() <= at:
            at -= chance.randrange(500, 2000)
            nursery.kill(nursery.worker)
            hits += used() > left
        nursery.start()
        time.sleep(0.002)
    return hits


def due(judge: Judge) -> Job | None:
    """The copy that is under way; handed over it is as if half a minute had gone since its request died."""
    table = judge.drive.table
    return next((job for each in jobs.due_jobs(table) if (job := jobs.read_job(table, each))), None)


def below(judge: Judge, user: User, folder: str) -> dict[str, object]:
    """Names in a folder, with bytes and sizes of files and what lies in folders."""
    entries = judge.drive.folders.page(user, folder, sort="name", limit=200).page.items
    found = nodes.read_nodes(judge.drive.table, [each.id for each in entries])
    return {
        node.name: below(judge, user, node.id) if node.kind == "folder" else (node.object, node.size)
        for node in found
        if node
    }


def size_of(tree: dict[str, object]) -> int:
    """Bytes of all files."""
    return sum(size_of(each) if isinstance(each, dict) else each[1] for each in tree.values())  # type: ignore[index]
