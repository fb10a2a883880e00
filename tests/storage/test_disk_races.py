"""Attempts that stall, race or come late: the object holds what one whole attempt sent, and never changes."""

import fcntl
import io
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from smartdrive.domain.clock import now
from smartdrive.ports.objects import Grant, Incomplete, Missing, Plan
from smartdrive.storage.disk import Disk
from tests.storage.dying import listed

KEY = "o" + "a" * 26
PART = 1_000_000


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path, key=b"k" * 32, base_url="http://x", clock=now)


def grant(plan: Plan, number: int) -> Grant:
    return Grant("PUT", plan.key, part=number, offset=(number - 1) * plan.part_size, length=plan.length(number))


class Stalling(io.BytesIO):
    """A body that stops in its middle until it is told to go on."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.stalled, self.go_on = threading.Event(), threading.Event()

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 0:
            self.stalled.set()
            assert self.go_on.wait(60)
        return super().read(size)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(16) as running:
        yield running


@pytest.mark.parametrize("size", [PART, PART + 5])
def test_a_stalled_attempt_never_mixes_with_its_retry(disk: Disk, pool: ThreadPoolExecutor, size: int) -> None:
    plan = disk.plan_put(KEY, size=size, part_size=PART)
    slow = Stalling(b"s" * PART)
    stalled = pool.submit(disk.accept, grant(plan, 1), slow)
    assert slow.stalled.wait(60)
    disk.accept(grant(plan, 1), io.BytesIO(b"r" * PART))
    if plan.parts == 2:
        disk.accept(grant(plan, 2), io.BytesIO(b"r" * 5))
    disk.finish_put(plan)
    slow.go_on.set()
    with pytest.raises(Missing):
        stalled.result(20)
    assert b"".join(disk.open(KEY)) == b"r" * size
    assert [stored.key for stored in listed(disk)] == [KEY]


def test_a_stalled_attempt_of_an_abandoned_upload_leaves_nothing(disk: Disk, pool: ThreadPoolExecutor) -> None:
    plan = disk.plan_put(KEY, size=PART, part_size=PART)
    slow = Stalling(b"s" * PART)
    stalled = pool.submit(disk.accept, grant(plan, 1), slow)
    assert slow.stalled.wait(60)
    disk.abandon_put(plan)
    slow.go_on.set()
    with pytest.raises(Missing):
        stalled.result(20)
    assert listed(disk) == []


def test_a_stalled_attempt_does_not_reach_a_new_upload_of_the_same_key(disk: Disk, pool: ThreadPoolExecutor) -> None:
    plan = disk.plan_put(KEY, size=2 * PART, part_size=PART)
    slow = Stalling(b"s" * PART)
    stalled = pool.submit(disk.accept, grant(plan, 1), slow)
    assert slow.stalled.wait(60)
    disk.abandon_put(plan)
    disk.plan_put(KEY, size=2 * PART, part_size=PART)
    slow.go_on.set()
    with pytest.raises(Missing):
        stalled.result(20)
    assert disk.list_parts(plan) == []


@pytest.mark.parametrize("size", [PART, 2 * PART])
def test_of_many_attempts_at_once_one_stands_whole(disk: Disk, pool: ThreadPoolExecutor, size: int) -> None:
    plan = disk.plan_put(KEY, size=size, part_size=PART)
    bodies = [bytes([letter]) * PART for letter in b"abcdefgh"]
    for number in range(1, plan.parts + 1):
        list(pool.map(lambda body, n=number: disk.accept(grant(plan, n), io.BytesIO(body)), bodies))
    disk.finish_put(plan)
    found = b"".join(disk.open(KEY))
    assert all(found[at : at + PART] in bodies for at in range(0, size, PART))


def test_many_parts_at_once(disk: Disk, pool: ThreadPoolExecutor) -> None:
    plan = disk.plan_put(KEY, size=40 * 1000 + 1, part_size=1000)
    parts = range(1, plan.parts + 1)
    list(pool.map(lambda n: disk.accept(grant(plan, n), io.BytesIO(bytes([n]) * plan.length(n))), parts))
    assert disk.list_parts(plan) == list(parts)
    disk.finish_put(plan)
    assert b"".join(disk.open(KEY)) == b"".join(bytes([n]) * plan.length(n) for n in parts)


def test_finishing_many_times_at_once_gives_one_answer(disk: Disk, pool: ThreadPoolExecutor) -> None:
    for number in range(20):
        plan = disk.plan_put(f"{KEY}{number:02}", size=3, part_size=2)
        disk.accept(grant(plan, 1), io.BytesIO(b"ab"))
        disk.accept(grant(plan, 2), io.BytesIO(b"c"))
        answers = list(pool.map(lambda _, plan=plan: disk.finish_put(plan), range(8)))
        assert {answer.size for answer in answers} == {3}
        assert b"".join(disk.open(plan.key)) == b"abc"
    assert not [stored for stored in listed(disk) if stored.unfinished]


@pytest.mark.parametrize("parts", [1, 2])
def test_finishing_while_a_part_is_sent_again_is_all_or_nothing(
    disk: Disk, pool: ThreadPoolExecutor, parts: int
) -> None:
    for round_number in range(20):
        plan = disk.plan_put(f"{KEY}{round_number:02}", size=parts * PART, part_size=PART)
        for number in range(1, parts + 1):
            disk.accept(grant(plan, number), io.BytesIO(b"a" * PART))
        again = pool.submit(disk.accept, grant(plan, 1), io.BytesIO(b"b" * PART))
        disk.finish_put(plan)
        try:
            again.result(20)
            first = b"b"
        except Missing:
            first = b"a"
        assert b"".join(disk.open(plan.key)) == first * PART + b"a" * PART * (parts - 1)
        assert [stored.key for stored in listed(disk) if stored.unfinished] == []


@pytest.mark.parametrize("body", [b"", b"abcd", b"abcdef"])
def test_a_body_of_another_length_leaves_the_part_as_it_was(disk: Disk, body: bytes) -> None:
    # SECURITY 38
    plan = disk.plan_put(KEY, size=10, part_size=5)
    disk.accept(grant(plan, 1), io.BytesIO(b"first"))
    with pytest.raises(Incomplete):
        disk.accept(grant(plan, 1), io.BytesIO(body))
    disk.accept(grant(plan, 2), io.BytesIO(b"other"))
    disk.finish_put(plan)
    assert b"".join(disk.open(KEY)) == b"firstother"


@pytest.mark.parametrize("end", ["gone", "another"])
def test_who_waited_for_a_single_part_looks_again_what_stands(
    disk: Disk, pool: ThreadPoolExecutor, tmp_path: Path, end: str
) -> None:
    plan = disk.plan_put(KEY, size=PART, part_size=PART)
    path = tmp_path / "staging" / KEY
    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting = pool.submit(disk.accept, grant(plan, 1), io.BytesIO(b"w" * PART))
        while not list(path.parent.glob("tmp-*")):
            time.sleep(0.001)
        time.sleep(0.05)
        if end == "gone":
            path.unlink()
        else:
            (tmp_path / "other").write_bytes(b"o" * PART)
            (tmp_path / "other").rename(path)
    if end == "gone":
        with pytest.raises(Missing):
            waiting.result(20)
        assert listed(disk) == []
    else:
        waiting.result(20)
        assert disk.finish_put(plan).size == PART
        assert b"".join(disk.open(KEY)) == b"w" * PART


def test_an_upload_of_one_part_from_when_each_had_a_folder_is_gone_and_swept(disk: Disk, tmp_path: Path) -> None:
    plan = Plan(KEY, 5, 5)
    folder = tmp_path / "staging" / KEY
    folder.mkdir()
    (folder / "part-1").write_bytes(b"hello")
    calls: list[Callable[[], object]] = [
        lambda: disk.list_parts(plan),
        lambda: disk.accept(grant(plan, 1), io.BytesIO(b"hello")),
        lambda: disk.finish_put(plan),
    ]
    for call in calls:
        with pytest.raises(Missing):
            call()
    assert [stored.key for stored in listed(disk)] == [KEY]
    disk.abandon_put(plan)
    assert listed(disk) == []
