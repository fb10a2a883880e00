"""What people get while one of a drive's engines is away: `python -m benchmarks.outage URL --stop CMD --start CMD`.

So many requests a second, whatever becomes of those before them: lists, signed addresses and small uploads, which need
the engines, and pages that need none. In the middle `--stop` takes an engine away for a while and `--start` brings it
back, such as `kill -STOP PID` and `kill -CONT PID`; what ends this program early runs `--start`, too. Prints what came
of them before, meanwhile and after, and ends with status 1 when a promise was broken: see `Report.broken`.
"""

import argparse
import http.client
import json
import re
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle
from urllib.parse import urlsplit

MOST_AT_ONCE = 1500
"""Requests that may be under way; more would wait here and be measured wrongly."""
LIMIT = 120.0
"""Seconds until an answer counts as lost."""
WORD = "seven paper boats"
JSON = {"Content-Type": "application/json"}
STATIC = re.compile(r"/static/[^\"]+\.css")
NEEDS_NONE = ("status", "login", "static")


@dataclass(frozen=True)
class Request:
    """One of the mix; `name` is also what the report calls it."""

    name: str
    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """`at` and `took` in seconds, `at` since the first request was sent; status 0 when none came."""

    name: str
    at: float
    took: float
    status: int
    patience: str = ""
    body: bytes = b""

    @property
    def good(self) -> bool:
        return 200 <= self.status < 400


@dataclass(frozen=True)
class Plan:
    """Requests a second; how long all of it takes, when the engine goes, and for how long, in seconds.

    Raises ValueError when nothing would be asked for once the engine is back: nobody could say that all is well again.
    """

    rate: float = 50
    seconds: float = 60
    at: float = 15
    away: float = 20

    def __post_init__(self) -> None:
        if min(self.rate, self.at, self.away) <= 0 or self.seconds <= self.at + self.away:
            raise ValueError("rate, at and away are more than 0, and seconds more than at and away together")


@dataclass(frozen=True)
class Report:
    """The answers, and when the engine went and came."""

    answers: Sequence[Answer]
    gone: float
    back: float

    def phases(self) -> dict[str, list[Answer]]:
        """Answers by when they were asked for; "before" is only what was answered before, too."""
        found: dict[str, list[Answer]] = {"before": [], "away": [], "after": []}
        for each in self.answers:
            is_before = each.at + each.took < self.gone
            found["before" if is_before else "away" if each.at < self.back else "after"].append(each)
        return found

    def recovered(self) -> float:
        """Seconds from the engine's coming back to the first request from which on all were answered well."""
        bad = [each.at for each in self.answers if not each.good]
        return max(0.0, max(bad, default=0.0) - self.back)

    def calm(self) -> list[Answer]:
        """What was asked for in the last third of the time since the engine's coming back."""
        end = max((each.at for each in self.answers), default=0.0)
        return [each for each in self.answers if each.at >= max(self.back, end - (end - self.back) / 3)]

    def broken(self) -> list[str]:
        """Promises that did not hold: 503 with Retry-After and nothing else, pages that need no engine come, and in the
        end all is well again; and whether the engine was away at all.
        """
        others = Counter(f"{each.name} {each.status}" for each in self.answers if not each.good and each.status != 503)
        silent = [each for each in self.answers if each.status == 503 and not each.patience.isdigit()]
        dead = [each for each in self.answers if each.name in NEEDS_NONE and not each.good]
        found = [f"{count} times {what}" for what, count in others.items()]
        found += [f"{len(silent)} answers 503 say not when to come again"] if silent else []
        found += [f"{len(dead)} pages that need no engine did not come"] if dead else []
        ill = [each for each in self.calm() if not each.good]
        found += [f"not well again: {len(ill)} of the last {len(self.calm())} answers"] if ill else []
        found += [] if self.calm() else ["nothing was asked for after the engine had come back"]
        felt = any(not each.good for each in self.phases()["away"])
        return found if felt else [*found, "it was not felt: all was answered while the engine was away"]

    def lines(self) -> Iterator[str]:
        """The table, and how long it took to recover."""
        for phase, answers in self.phases().items():
            for name in sorted({each.name for each in answers}):
                some = [each for each in answers if each.name == name]
                took = sorted(each.took for each in some)
                told = ", ".join(f"{count} × {status}" for status, count in Counter(e.status for e in some).items())
                yield f"{phase:7}{name:9}{told:28}p95 {took[int(len(took) * 0.95)]:6.2f} s  most {took[-1]:6.2f} s"
        yield f"all is well again {self.recovered():.1f} s after the engine came back"


def ask(base: str, wanted: Request, *, begun: float) -> Answer:
    """One request on a connection of its own."""
    where, start = urlsplit(base), time.monotonic()
    line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=LIMIT)
    try:
        line.request(wanted.method, wanted.path, wanted.body or None, dict(wanted.headers))
        told = line.getresponse()
        body, status, patience = told.read(), told.status, told.headers.get("Retry-After", "")
    except (OSError, http.client.HTTPException):
        body, status, patience = b"", 0, ""
    finally:
        line.close()
    return Answer(wanted.name, start - begun, time.monotonic() - start, status, patience, body)


def _must(base: str, wanted: Request) -> bytes:
    answer = ask(base, wanted, begun=time.monotonic())
    if not answer.good:
        raise SystemExit(f"{wanted.method} {wanted.path} answered {answer.status}: {answer.body[:300]!r}")
    return answer.body


def somebody(base: str) -> dict[str, str]:
    """The headers of a new account."""
    entry = {"email": f"outage-{secrets.token_hex(4)}@example.org", "password": WORD}
    _must(base, Request("", "POST", "/api/auth/register", json.dumps(entry | {"name": "Out"}).encode(), JSON))
    session = _must(base, Request("", "POST", "/api/auth/login", json.dumps(entry).encode(), JSON))
    return {"Authorization": f"Bearer {json.loads(session)['access_token']}"}


def mix(base: str, who: Mapping[str, str]) -> Iterator[Request]:
    """What people ask for, over and over; uploads never twice by the same name."""
    first = json.loads(_must(base, Request("", "POST", "/api/files?filename=first.txt", b"1", who)))
    static = STATIC.findall(_must(base, Request("", "GET", "/login")).decode())[0]
    for number in cycle(range(10**9)):
        yield Request("list", "GET", "/api/folders/root?limit=50", headers=who)
        yield Request("status", "GET", "/status")
        yield Request("address", "GET", f"/api/files/{first['file']['id']}/download", headers=who)
        yield Request("upload", "POST", f"/api/files?filename={number}.txt", b"%d" % number, who)
        yield Request("login", "GET", "/login")
        yield Request("static", "GET", static)


class _Outage:
    """Takes the engine away in its time, and brings it back in any case."""

    def __init__(self, plan: Plan, *, stop: Callable[[], None], start: Callable[[], None]) -> None:
        self.plan, self.stop, self.start = plan, stop, start
        self.begun = time.monotonic()
        self.gone = self.back = 0.0

    def now(self) -> float:
        return time.monotonic() - self.begun

    def look(self) -> None:
        """Do what is due by now."""
        if not self.gone and self.now() >= self.plan.at:
            self.gone = self.now()
            self.stop()
        if self.gone and self.now() >= self.gone + self.plan.away:
            self.end()

    def end(self) -> None:
        """It is back, unless it never went; one that does not come is told to once more by whoever calls this again."""
        if self.gone and not self.back:
            self.start()
            self.back = self.now()


def run(base: str, plan: Plan, *, stop: Callable[[], None], start: Callable[[], None]) -> Report:
    """Send the mix at its pace, with the engine away in the middle."""
    requests, sent = mix(base, somebody(base)), []
    outage = _Outage(plan, stop=stop, start=start)
    with ThreadPoolExecutor(MOST_AT_ONCE) as senders:
        try:
            for number in range(int(plan.rate * plan.seconds)):
                time.sleep(max(0.0, number / plan.rate - outage.now()))
                outage.look()
                sent.append(senders.submit(ask, base, next(requests), begun=outage.begun))
        finally:
            outage.end()
        return Report([each.result() for each in sent], outage.gone, outage.back)


def main(words: Sequence[str]) -> int:
    """Do as the command line says; 0 when all promises held."""
    parser = argparse.ArgumentParser(prog="benchmarks.outage", description=__doc__)
    parser.add_argument("url", help="address of a running drive, where anybody may register")
    parser.add_argument("--stop", required=True, help="takes an engine away")
    parser.add_argument("--start", required=True, help="brings it back")
    usual = Plan()
    for name, unit in (("rate", "a second"), ("seconds", "in all"), ("at", "s"), ("away", "s")):
        parser.add_argument(f"--{name}", type=float, default=getattr(usual, name), metavar=unit)
    given = parser.parse_args(words)
    try:
        plan = Plan(given.rate, given.seconds, given.at, given.away)
    except ValueError as error:
        parser.error(str(error))
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))

    def shell(command: str) -> None:
        subprocess.run(["sh", "-c", command], check=True)

    report = run(given.url, plan, stop=lambda: shell(given.stop), start=lambda: shell(given.start))
    print(*report.lines(), *report.broken(), sep="\n")
    return 1 if report.broken() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
