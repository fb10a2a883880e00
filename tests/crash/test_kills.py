"""Killed at random moments, again and again: what was acknowledged stays, what was deleted stays away, room is exact.

DRIVE_TEST_KILLS says how many processes are killed (200), DRIVE_TEST_SEED repeats a run.
"""

import hashlib
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.crash.actor import Actor
from tests.crash.judge import Judge
from tests.crash.nursery import Nursery
from tests.live import Client

KILLS = int(os.environ.get("DRIVE_TEST_KILLS", "200"))
ACTORS = 3


@pytest.mark.timeout(900)
def test_nothing_acknowledged_is_lost_however_often_processes_are_killed(nursery: Nursery, tmp_path: Path) -> None:
    """SECURITY 44, 46; I1 to I7, I9 and I10."""
    seed = int(os.environ.get("DRIVE_TEST_SEED", random.randrange(10**9)))
    print(f"DRIVE_TEST_SEED={seed}")
    chance = random.Random(seed)
    strangers = Client(nursery.url)
    actors = [Actor(strangers.register(f"actor{at}"), random.Random(chance.random())) for at in range(ACTORS)]
    judge = Judge(tmp_path / "data", nursery.url)
    kills = rounds = unsettled = 0
    began = time.monotonic()
    with ThreadPoolExecutor(ACTORS) as pool:
        while kills < KILLS:
            kills += one_round(nursery, actors, chance, pool)
            unsettled += sum(actor.pending is not None for actor in actors)
            rounds += 1
            list(pool.map(Actor.settle, actors))
            judge.sound()
            for actor in actors:
                judge.promises(actor)
    seconds, acts = time.monotonic() - began, sum(actor.acts for actor in actors)
    print(f"{kills} kills in {rounds} rounds, {acts} acts, {unsettled} of them cut off, {seconds:.0f} s")
    assert unsettled > KILLS / 10, "the kills met nobody at work"
    judge.sound(deep=True)
    for actor in actors:
        for file in [each for each in actor.files.values() if not each.trashed]:
            assert hashlib.sha256(actor.client.download(file.id)).hexdigest() == file.sha256
    judge.close()


def one_round(nursery: Nursery, actors: list[Actor], chance: random.Random, pool: ThreadPoolExecutor) -> int:
    """Let people work, kill somebody at a random moment, start it again; the number of processes that died.

    While no web server runs, connections wait at the socket, as they do under `make run`.
    """
    stop = threading.Event()
    working = [pool.submit(actor.use, stop) for actor in actors]
    time.sleep(chance.uniform(0.0, 0.25))
    web, worker = nursery.web_workers(), nursery.worker
    victims = chance.choice(
        [[worker], web, [nursery.web, *web], [nursery.web, *web, worker], web[:1], [*web[:1], worker]]
    )
    count = nursery.kill(*victims)
    time.sleep(chance.uniform(0.0, 0.03))
    stop.set()
    nursery.start()
    for each in working:
        each.result(300)
    return count
