"""`make bench` in small: every workload runs to its end, and shares are the right way round."""

import getpass
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.report import ROWS, Row, number, share, table, verdict
from benchmarks.shipped import PROJECT, Shipped, conf, moved
from benchmarks.workloads import WORKLOADS
from tools.nginx_lint import whole


def test_a_share_is_judged_the_right_way_round() -> None:
    fast, slow = share(0.8), share(0.5, less_is_better=True)
    assert (fast.met(80.0, 100.0), fast.met(79.0, 100.0)) == (True, False)
    assert (slow.met(2.0, 1.0), slow.met(2.1, 1.0)) == (True, False)


def test_a_goal_without_a_figure_is_not_judged() -> None:
    row = Row("W1", "up", "up", "MB/s", share(0.8))
    assert verdict(row, {"Smart Drive": {"up": 1.0}}) == ""
    assert verdict(row, {"Smart Drive": {"up": 1.0}, "nginx": {"up": 2.0}}) == "**not met**"


def test_every_row_is_of_a_workload_and_every_workload_has_a_row() -> None:
    assert {row.workload for row in ROWS} == set(WORKLOADS)


def test_a_goal_may_be_set_by_another_side() -> None:
    row = Row("W6", "zip", "zip", "MB/s", share(1, against="copyparty"))
    ours = {"Smart Drive": {"zip": 900.0}, "nginx": {}}
    assert verdict(row, ours) == ""
    assert verdict(row, ours | {"copyparty": {"zip": 899.0}}) == "met"
    assert verdict(row, ours | {"copyparty": {"zip": 901.0}}) == "**not met**"


def test_the_table_has_what_was_measured_beside_its_goal() -> None:
    sides = ("nginx", "Smart Drive", "copyparty")
    results = {"W2": {side: {"batch": 4000.0 - at, "batch CPU s": 0.1} for at, side in enumerate(sides)}}
    rows = table(results, sizes={"small": "1,000"}).splitlines()
    assert rows[0] == "|  |  | nginx | Smart Drive | goal |  | copyparty |"
    assert rows[2].endswith("| files/s | 4,000 | 3,999 | ≥ 1,000 | met | 3,998 |")
    assert rows[3] == "|  | CPU s | 0.10 | 0.10 |  |  | 0.10 |"
    assert len(rows) == 4


@pytest.mark.parametrize(("value", "told"), [(1234.5, "1,234"), (12.345, "12.3"), (0.1234, "0.12")])
def test_figures_promise_no_more_than_they_hold(value: float, told: str) -> None:
    assert number(value) == told


@pytest.mark.deploy
@pytest.mark.timeout(300)
def test_the_quick_workloads_run_on_every_side() -> None:
    small = ["--only", "W1", "W2", "W3", "W9", "W10", "--big-mib", "40", "--small-files", "110", "--rounds", "1"]
    ran = subprocess.run([sys.executable, "-m", "benchmarks", *small], cwd=PROJECT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    printed = [line.split(" | ")[0].removeprefix("| ") for line in ran.stdout.splitlines() if line.startswith("| ")]
    left_out = {"W4", "W5", "W6", "W7", "W11"}
    measured = [row for row in ROWS if row.workload not in left_out]
    wanted = [row.label.format(big="40 MiB", huge="80 MiB", small="110") for row in measured]
    assert printed[2:] == wanted


def test_what_is_measured_stands_behind_exactly_the_shipped_nginx_conf(tmp_path: Path) -> None:
    """Put the shipped paths back, and it is the shipped file to the letter; so are those that are of one machine."""
    stack = Shipped(tmp_path)
    ours = {
        f"user {getpass.getuser()};": "user smartdrive;",
        str(stack.places.nginx): "/etc/smartdrive/nginx",
        str(stack.places.run): "/run/smartdrive",
        str(stack.places.data): "/var/lib/smartdrive",
        str(stack.places.logs): "/var/log/smartdrive",
        str(PROJECT): "/opt/smartdrive/current",
    }
    assert moved(conf(stack.places), ours) == whole()
    listen, shipped = stack.nginx_files()["listen.conf"], (PROJECT / "deploy" / "nginx" / "listen-http.conf")
    back = listen.replace(f"listen 127.0.0.1:{stack.places.port} ", "listen 80 ")
    assert back.splitlines() == [line for line in shipped.read_text("utf-8").splitlines() if "[::]" not in line]
