"""Acts at their time, whether or not those before are done: who has to wait for a slow server is counted as waiting."""

import itertools
import math
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.day import Act, Hand, Person
from benchmarks.wire import Refused

LATE = 30.0
"""Seconds after the end within which what was due must have begun."""
WHOLE = "all acts"


@dataclass(frozen=True)
class Plan:
    """`rate` requests a second for so many seconds, `most` requests at most, over so many connections at once."""

    rate: float
    seconds: float
    most: int = 1_000_000
    connections: int = 32
    seed: int = 7

    def acts(self, kinds: Sequence[Act]) -> Iterator[tuple[float, Act]]:
        """Each act with the second at which it is due: shuffled hundreds, so that each has its share soon."""
        chance, asked = random.Random(self.seed), 0
        hundred = [act for act in kinds for _ in range(act.share)]
        while True:
            for act in chance.sample(hundred, len(hundred)):
                at = asked / self.rate
                asked += act.requests
                if at >= self.seconds or asked > self.most:
                    return
                yield at, act


@dataclass
class Result:
    """Milliseconds from when each act was due to its end; errors by kind, with the first of each in its own words."""

    plan: Plan
    times: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    said: dict[str, str] = field(default_factory=dict)
    requests: int = 0
    resent: int = 0
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        return self.errors.total()

    @property
    def rate(self) -> float:
        """Requests a second that were really made."""
        return self.requests / self.seconds if self.seconds else 0.0

    def all(self) -> list[float]:
        return [each for times in self.times.values() for each in times]

    def table(self) -> str:
        """What stands in a document, too."""
        lines = ["| act | count | p50 ms | p95 ms | p99 ms | most ms |", "|---|--:|--:|--:|--:|--:|"]
        rows = [*self.times.items(), (WHOLE, self.all())]
        return "\n".join([*lines, *(f"| {name} | {_figures(times)} |" for name, times in rows if times)])

    def told(self) -> str:
        kept = f"{self.requests:,} requests in {self.seconds:.1f} s: {self.rate:.1f} a second of {self.plan.rate:g}"
        lines = [self.table(), "", f"{kept}; {self.failed} acts failed, {self.resent} requests sent again"]
        lines += [f"  {count} × {kind}: {self.said[kind]}" for kind, count in self.errors.most_common()]
        return "\n".join(lines)


def percentile(times: Sequence[float], share: float) -> float:
    """The least time that so large a share of all does not exceed."""
    return sorted(times)[max(0, math.ceil(len(times) * share) - 1)]


def _figures(times: Sequence[float]) -> str:
    shown = [percentile(times, share) for share in (0.5, 0.95, 0.99, 1.0)]
    return " | ".join([f"{len(times):,}", *(f"{each:,.0f}" if each >= 10 else f"{each:.1f}" for each in shown)])


class Pace:
    """One run of a plan. `stop` ends it early: what is due then is not begun."""

    def __init__(self, plan: Plan, people: Sequence[Person], *, hand: Callable[[], Hand], kinds: Sequence[Act]) -> None:
        self.result = Result(plan, times={act.name: [] for act in kinds})
        self._plan, self._hand = plan, hand
        self._people = itertools.cycle(people)
        self._due = plan.acts(kinds)
        self._taking = threading.Lock()
        self._stopping = threading.Event()
        self._last = 0.0

    def run(self) -> Result:
        began = time.monotonic()
        threads = [threading.Thread(target=self._work, args=(began,)) for _ in range(self._plan.connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.result.seconds = max(time.monotonic() - began, min(self._plan.seconds, self._last))
        return self.result

    def stop(self) -> None:
        self._stopping.set()

    def _next(self) -> tuple[float, Act, Person] | None:
        with self._taking:
            at, act = next(self._due, (0.0, None))
            if act is None or self._stopping.is_set():
                return None
            self._last = at + act.requests / self._plan.rate
            return at, act, next(self._people)

    def _work(self, began: float) -> None:
        hand = self._hand()
        while found := self._next():
            at, act, person = found
            if self._stopping.wait(max(0.0, began + at - time.monotonic())):
                break
            if time.monotonic() - began > self._plan.seconds + LATE:
                self._failed(act, kind="never begun", text=f"not within {LATE:g} s after the end")
                continue
            self._do(act, person, hand=hand)
            self.result.times[act.name].append((time.monotonic() - began - at) * 1000)
        hand.close()
        with self._taking:
            self.result.requests += hand.asked
            self.result.resent += hand.resent

    def _do(self, act: Act, person: Person, *, hand: Hand) -> None:
        try:
            act.do(person, hand)
        except Refused as refusal:
            self._failed(act, kind=str(refusal).partition(":")[0], text=str(refusal))
        except (OSError, ValueError, KeyError) as error:
            self._failed(act, kind=type(error).__name__, text=str(error))

    def _failed(self, act: Act, *, kind: str, text: str) -> None:
        with self._taking:
            self.result.errors[kind] += 1
            self.result.said.setdefault(kind, f"{act.name}: {text}")
