"""Uploads by signed addresses, on every engine: any order, any size, resumed, sent again."""

import os
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from smartdrive.domain.clock import now
from smartdrive.ports.objects import Incomplete, Missing, Stat
from tests.contract.stores import Store, bytes_of, new_key, pytest_generate_tests, store

__all__ = ["pytest_generate_tests", "store"]


@pytest.mark.parametrize("size", [0, 1, 999])
def test_one_put(store: Store, size: int) -> None:
    body = bytes_of(size)
    plan = store.upload(body)
    assert plan.parts == 1
    assert store.objects.finish_put(plan).size == size
    assert store.read(plan.key) == body


def test_many_are_finished_together_each_with_an_outcome_of_its_own(store: Store) -> None:
    whole = [store.upload(bytes_of(size)) for size in (0, 5, store.part_size + 3)]
    lacking = store.objects.plan_put(new_key(), size=5, part_size=store.part_size)
    sizes, refusals = [], []
    for outcome in store.objects.finish_puts([whole[0], lacking, *whole[1:]]):
        if isinstance(outcome, Stat):
            sizes.append(outcome.size)
        else:
            refusals.append(outcome)
    assert sizes == [0, 5, store.part_size + 3]
    assert [refusal.missing for refusal in refusals if isinstance(refusal, Incomplete)] == [(1,)]
    assert [store.read(plan.key) for plan in whole] == [bytes_of(size) for size in sizes]


def test_exactly_one_part(store: Store) -> None:
    body = bytes_of(store.part_size)
    plan = store.upload(body)
    assert plan.parts == 1
    assert store.objects.finish_put(plan).size == len(body)
    assert store.read(plan.key) == body


def test_parts_in_any_order_make_the_object(store: Store) -> None:
    body = bytes_of(2 * store.part_size + 7)
    plan = store.objects.plan_put(new_key(), size=len(body), part_size=store.part_size)
    for number in (3, 1, 2):
        start = (number - 1) * store.part_size
        assert store.send(plan, number, body[start : start + plan.length(number)]).status_code == 200
    done = store.objects.finish_put(plan)
    assert done.size == len(body)
    assert store.read(plan.key, version=done.version) == body


def test_arrived_parts_are_listed_for_resuming(store: Store) -> None:
    size = 2 * store.part_size + 1
    plan = store.objects.plan_put(new_key(), size=size, part_size=store.part_size)
    assert store.objects.list_parts(plan) == []
    assert store.objects.last_part(plan) is None
    store.send(plan, 3, b"x")
    assert store.objects.list_parts(plan) == [3]
    came = store.objects.last_part(plan)
    assert came
    assert abs(now() - came) < timedelta(minutes=2)
    store.send(plan, 1, bytes_of(store.part_size))
    assert store.objects.list_parts(plan) == [1, 3]
    with pytest.raises(Incomplete) as refused:
        store.objects.finish_put(plan)
    assert refused.value.missing == (2,)
    assert store.objects.stat(plan.key) is None
    store.objects.abandon_put(plan)
    assert store.objects.last_part(plan) is None


def test_a_single_put_that_never_came_is_incomplete(store: Store) -> None:
    plan = store.objects.plan_put(new_key(), size=5, part_size=store.part_size)
    assert store.objects.list_parts(plan) == []
    assert store.objects.last_part(plan) is None
    with pytest.raises(Incomplete) as refused:
        store.objects.finish_put(plan)
    assert refused.value.missing == (1,)


def test_a_part_sent_twice_counts_once_and_the_last_one_stands(store: Store) -> None:
    plan = store.objects.plan_put(new_key(), size=store.part_size + 3, part_size=store.part_size)
    store.send(plan, 1, bytes_of(store.part_size))
    store.send(plan, 2, b"old")
    store.send(plan, 2, b"new")
    store.objects.finish_put(plan)
    assert store.read(plan.key) == bytes_of(store.part_size) + b"new"


@pytest.mark.parametrize("tail", [None, 9])
def test_finishing_twice_gives_the_same(store: Store, tail: int | None) -> None:
    body = bytes_of(10 if tail is None else store.part_size + tail)
    plan = store.upload(body)
    first = store.objects.finish_put(plan)
    assert store.objects.finish_put(plan) == first
    assert store.objects.stat(plan.key) == first


def test_only_planned_parts_are_signed(store: Store) -> None:
    plan = store.objects.plan_put(new_key(), size=5, part_size=store.part_size)
    for number in (0, 2, -1):
        with pytest.raises(ValueError, match="no part"):
            store.objects.sign_parts(plan, [1, number], expires_in=300)


def test_parts_are_told_beyond_one_page_of_a_list(store: Store) -> None:
    plan = store.objects.plan_put(new_key(), size=2500, part_size=1)
    some = [1, 1000, 1001, 2000, 2500]
    for number in some:
        assert store.send(plan, number, b"x").status_code == 200
    assert store.objects.list_parts(plan) == some


def test_room_is_set_aside_twice_where_there_is_room_for_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    size = 200 * store.part_size
    plan = store.objects.plan_put(new_key(), size=size, part_size=store.part_size)

    def narrow(path: Path) -> SimpleNamespace:
        taken = sum(each.stat().st_blocks * 512 for each in path.parent.glob(f"staging/{plan.key}/whole"))
        return SimpleNamespace(f_frsize=1, f_blocks=2 * size, f_bavail=size + size // 2 - taken)

    monkeypatch.setattr(os, "statvfs", narrow)
    for _ in range(2):
        store.objects.set_aside(plan)
    assert store.objects.list_parts(plan) == []
    store.objects.abandon_put(plan)
    with pytest.raises(Missing):
        store.objects.list_parts(plan)
