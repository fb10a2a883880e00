"""`make bench` in small: every workload runs to its end, and shares are the right way round."""

import subprocess
import sys

import pytest

from benchmarks.report import number, share, table
from benchmarks.shipped import PROJECT


def test_more_is_better_for_rates_and_less_for_times() -> None:
    assert share("MB/s", 50.0, reference=100.0) == 0.5
    assert share("MB/s, 4 in flight", 200.0, reference=100.0) == 2
    assert share("first page p50 ms", 4.0, reference=2.0) == 0.5


def test_the_table_has_a_share_for_each_side_but_the_reference() -> None:
    results = {"W2": {"nginx": {"files/s": 4000.0, "CPU s": 0.1}, "ours": {"files/s": 1000.0, "CPU s": 1.0}}}
    rows = table(results, big_mib=1024).splitlines()
    assert rows[0].split(" | ")[2:] == ["nginx", "ours", "share |"]
    assert rows[2].endswith("| files/s | 4,000 | 1,000 | **0.25** |")
    assert rows[3].endswith("| CPU s | 0.10 | 1.00 |  |")


@pytest.mark.parametrize(("value", "told"), [(1234.5, "1,234"), (12.345, "12.3"), (0.1234, "0.12")])
def test_figures_promise_no_more_than_they_hold(value: float, told: str) -> None:
    assert number(value) == told


@pytest.mark.deploy
@pytest.mark.timeout(300)
def test_the_quick_workloads_run_on_every_side() -> None:
    small = ["--only", "W1", "W2", "W3", "W9", "--big-mib", "40", "--rounds", "1"]
    ran = subprocess.run([sys.executable, "-m", "benchmarks", *small], cwd=PROJECT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "| nginx | Smart Drive | share |" in ran.stdout
    assert [line[2:4] for line in ran.stdout.splitlines() if line.startswith("| W")] == ["W1", "W2", "W3", "W9"]
