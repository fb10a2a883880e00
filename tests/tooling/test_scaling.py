"""docs/scaling.md says what its program computes, from units that are measured."""

import pytest

from benchmarks import scaling, scaling_model
from benchmarks.scaling import Act, Limit, Room


def test_the_page_has_the_tables_as_they_are_computed() -> None:
    page = scaling.PAGE.read_text("utf-8")
    assert page == scaling.computed(page), "python -m benchmarks.scaling --write"


def test_every_act_of_the_day_is_measured() -> None:
    assert scaling_model.DAY.keys() <= Act.all().keys()


def test_the_page_tells_the_day_as_it_is() -> None:
    day = scaling.day()
    told = f"In all {day.requests:.0f} requests, {day.writes:.0f} write and {day.reads:.0f} read units."
    assert told in scaling.PAGE.read_text("utf-8")


def test_steps_of_a_price_are_paid_each_at_its_own() -> None:
    steps = ((100, 0.0), (10_000, 0.09), (float("inf"), 0.05))
    assert scaling.in_steps(50, steps) == 0
    assert scaling.in_steps(1_100, steps) == pytest.approx(90)
    assert scaling.in_steps(20_100, steps) == pytest.approx(900 + 500)


def test_a_limit_is_reached_where_all_people_together_ask_for_what_it_bears() -> None:
    hourly = 24.0
    assert Limit("", 1000, hourly, "", at_peak=False).people == pytest.approx(1000 * 3600)
    assert Limit("", 1000, hourly, "").people == pytest.approx(1000 * 3600 / scaling_model.PEAK)


def test_there_are_two_machines_at_least_and_enough() -> None:
    for people in scaling_model.SIZES:
        count, kind = scaling.machines(people)
        asked = scaling.peak(scaling.day().requests, people=people)
        assert count >= 2
        assert count * kind.bears >= asked or asked <= scaling_model.SMALL_UP_TO


def test_something_that_holds_so_much_is_enough_for_as_many() -> None:
    assert Room("", 1e9, 2_000 * 400, "").people == 1250


def test_what_nobody_asks_for_is_counted() -> None:
    """A worker of each instance looks every five seconds; fsck looks at each file once a week."""
    two_instances = 2 * 86_400 / 5 * Act.all()["worker: look, nothing due"].reads
    assert scaling.idle(0) == pytest.approx(two_instances)
    assert scaling.idle(700) - scaling.idle(0) == pytest.approx(100 * 2_000 * scaling_model.FSCK_READS)
