"""`benchmarks.outage`: what it calls broken, what it refuses, and that it never leaves an engine stopped."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.outage import Answer, Plan, Report, run
from benchmarks.service import until
from benchmarks.shipped import PROJECT, Shipped

pytestmark = pytest.mark.deploy
GONE, BACK, END = 10, 20, 50
BUSY = Answer("list", 0, 0.1, 503, "5")


def day(*others: Answer) -> Report:
    """Lists and pages, well but for those of the outage and what is given."""
    well = [
        Answer(name, second + 0.5, 0.1, 200)
        for second in range(END)
        for name in ("list", "login")
        if name == "login" or not GONE <= second < BACK
    ]
    return Report([*well, replace(BUSY, at=GONE + 1), *others], GONE, BACK)


def without(report: Report, *, after: float) -> Report:
    return replace(report, answers=[each for each in report.answers if each.at < after])


def test_an_outage_that_was_felt_and_is_over_is_well() -> None:
    assert day().broken() == []
    assert day(replace(BUSY, at=BACK + 2)).broken() == []


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (day(replace(BUSY, at=END - 1)), "not well again: 1 of the last"),
        (day(*(replace(BUSY, at=at) for at in range(BACK, END))), "not well again: 10 of the last"),
        (without(day(), after=BACK), "nothing was asked for after the engine had come back"),
        (replace(day(), gone=30, back=40), "it was not felt"),
        (day(replace(BUSY, at=GONE + 2, status=500)), "1 times list 500"),
        (day(replace(BUSY, at=GONE + 2, patience="")), "1 answers 503 say not when to come again"),
        (day(replace(BUSY, name="login", at=GONE + 2)), "1 pages that need no engine did not come"),
    ],
)
def test_each_promise_that_is_broken_is_told(report: Report, why: str) -> None:
    (told,) = report.broken()
    assert told.startswith(why)


def test_it_refuses_a_plan_in_which_nobody_asks_after_it() -> None:
    for words in ({"seconds": 35}, {"seconds": 30}, {"rate": 0}, {"at": 0}, {"away": -1}):
        with pytest.raises(ValueError, match="more than"):
            Plan(**words)


def program(site: Shipped, folder: Path, *words: str) -> "subprocess.Popen[str]":
    own = ["--stop", f"touch {folder}/gone", "--start", f"touch {folder}/back"]
    command: Sequence[str] = [sys.executable, "-m", "benchmarks.outage", site.places.url, *own, *words]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_one_that_stops_nothing_is_told_so(site: Shipped, tmp_path: Path) -> None:
    with program(site, tmp_path, "--rate=10", "--seconds=2", "--at=0.5", "--away=0.5") as process:
        said, _ = process.communicate(timeout=300)
    assert (process.returncode, said.splitlines()[-1][:15]) == (1, "it was not felt")
    assert {path.name for path in tmp_path.iterdir()} == {"gone", "back"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_ends_it_gets_the_engine_back(site: Shipped, tmp_path: Path, number: signal.Signals) -> None:
    with program(site, tmp_path, "--rate=5", "--seconds=900", "--at=0.1", "--away=600") as process:
        try:
            until((tmp_path / "gone").exists)
            assert not (tmp_path / "back").exists()
            process.send_signal(number)
            process.communicate(timeout=200)
        finally:
            process.kill()
    assert process.returncode == 128 + number
    assert (tmp_path / "back").exists()


def test_a_stop_that_fails_half_way_is_taken_back(site: Shipped) -> None:
    started: list[bool] = []

    def stop() -> None:
        raise subprocess.CalledProcessError(1, "stop")

    with pytest.raises(subprocess.CalledProcessError):
        run(site.places.url, Plan(10, 10, 0.1, 1), stop=stop, start=lambda: started.append(True))
    assert started == [True]


def test_a_plan_that_makes_no_sense_is_a_sentence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.outage", "http://127.0.0.1:1", "--stop=:", "--start=:", "--seconds=30"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=200)
    assert (done.returncode, done.stdout) == (2, "")
    assert "seconds more than at and away together" in done.stderr
