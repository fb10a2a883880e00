"""`make load`: the day that it drives, how it keeps its rate and counts, and what it refuses."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.day import ACTS, Act, Hand, Person
from benchmarks.pace import WHOLE, Pace, Plan, percentile
from benchmarks.service import until
from benchmarks.shipped import PROJECT, Shipped, shipped
from benchmarks.slow import beside, kinds, somebody
from benchmarks.wire import Refused
from tests.in_thread import in_thread

pytestmark = pytest.mark.deploy
BEYOND = '"path":"/api/files","status":"503"'
SOMEBODY = Person("a@example.org", "secret", b"")


def load(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.load", *options]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=200)


def test_a_whole_day_leaves_nothing_behind(site: Shipped) -> None:
    short = ["--requests", "150", "--rate", "150", "--people", "1", "--connections", "8"]
    ran = load(site.places.url, *short)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = {line.split(" | ")[0].strip("| ") for line in ran.stdout.splitlines() if line.startswith("| ")}
    assert {act.name for act in ACTS} | {WHOLE} <= rows, "each act of the hundred had its turn"
    assert "0 acts failed" in ran.stdout


def test_a_drive_that_is_not_on_this_machine_is_left_alone() -> None:
    ran = load("http://drive.invalid")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "--elsewhere" in ran.stderr


def test_who_cannot_come_is_told(echo: Shipped) -> None:
    ran = load(echo.places.url, "--people", "1")
    assert ran.returncode == 2
    assert "could not come" in ran.stderr


def test_slow_clients_are_measured_as_people_with_an_account_too(site: Shipped) -> None:
    """They get past the door: what is beyond their places is refused for that, and nobody for being a stranger."""
    with somebody(site.places.url) as token:
        kind = next(kind for kind in kinds(12, token) if kind.token)
        with beside(site, kind, count=12) as told:
            until(lambda: (site.places.logs / "nginx.log").read_text("utf-8").count(BEYOND) >= 8)
    assert set(told["ended"]) == {"503"}
    assert told["held"] >= 4


# --- The pace ---


def paced(plan: Plan, *kinds: Act) -> Pace:
    return Pace(plan, [SOMEBODY], hand=lambda: Hand("http://127.0.0.1"), kinds=kinds)


def test_acts_are_due_at_an_even_rate_whatever_they_take() -> None:
    acts = list(Plan(50, 60).acts(ACTS))
    requests = sum(act.requests for _, act in acts)
    assert abs(requests - 50 * 60) <= 5
    assert sum(act.requests for _, act in acts[: len(acts) // 2]) == pytest.approx(requests / 2, rel=0.05)
    assert sum(act.requests for _, act in Plan(50, 60, most=99).acts(ACTS)) <= 99


def test_who_waits_for_a_slow_server_counts_as_waiting() -> None:
    """One connection, a tenth of a second for each of ten acts that are due within a tenth: the last waited for all."""
    slow = Act("slow", 100, 1, lambda person, hand: time.sleep(0.1))
    result = paced(Plan(100, 0.1, connections=1), slow).run()
    assert len(result.times["slow"]) == 10
    assert result.times["slow"][-1] >= 800
    assert percentile(result.times["slow"], 0.5) >= 300


def test_failures_are_counted_by_kind_and_told_once() -> None:
    def refuse(person: Person, hand: Hand) -> None:
        raise Refused("503: b'busy'")

    result = paced(Plan(1000, 0.02), Act("refused", 100, 1, refuse)).run()
    assert dict(result.errors) == {"503": 20}
    assert result.failed == 20
    assert "20 × 503: refused: 503: b'busy'" in result.told()


def test_a_percentile_is_a_time_that_was_measured() -> None:
    times = [float(n) for n in range(1, 101)]
    assert [percentile(times, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert percentile([7.0], 0.95) == 7


def test_nobody_is_led_beyond_this_machine() -> None:
    with pytest.raises(Refused, match=r"led elsewhere: storage\.invalid"):
        Hand("http://127.0.0.1:1").ask("GET", "http://storage.invalid/bytes")


class HangsUp(BaseHTTPRequestHandler):
    """Says that the connection stays, and closes it after each answer."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hanging_up() -> Iterator[str]:
    with in_thread(ThreadingHTTPServer(("127.0.0.1", 0), HangsUp)) as server:
        yield f"http://127.0.0.1:{server.server_port}"


def test_what_had_to_be_sent_again_is_counted(hanging_up: str) -> None:
    hand = Hand(hanging_up)
    assert [hand.ask("GET", "/").status for _ in range(3)] == [200] * 3
    assert (hand.asked, hand.resent) == (3, 2)
    hand.close()


# --- The end of the web server ---


def test_at_its_end_the_web_server_finishes_or_refuses_cleanly(tmp_path: Path) -> None:
    """SIGTERM in the middle of the day: nobody is cut off, and it is gone within 30 seconds."""
    with shipped(tmp_path) as stack:
        person = Person("ann@example.org", "three green ships", bytes(2 << 20), made=True)
        with closing(Hand(stack.places.url)) as hand:
            person.arrive(hand)
        pace = Pace(Plan(30, 120, connections=8), [person], hand=lambda: Hand(stack.places.url), kinds=ACTS)
        going = threading.Thread(target=pace.run)
        going.start()
        until(lambda: len(pace.result.all()) > 20)
        began = time.monotonic()
        web = stack.programs.running[0]
        web.terminate()
        web.wait(60)
        seconds = time.monotonic() - began
        until(lambda: pace.result.errors["503"] > 5)
        pace.stop()
        going.join()
    assert seconds < 30
    assert set(pace.result.errors) == {"503"}, pace.result.said
    assert pace.result.resent == 0
