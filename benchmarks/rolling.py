"""A mixed day through the shipped nginx.conf while the web server is reloaded again and again: does anybody notice?

    python -m benchmarks.rolling --rate 50 --seconds 60 --reloads 6

Exit 1 when an act failed, or a request had to be sent again, by the caller or by nginx.
"""

import argparse
import json
import secrets
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.day import ACTS, MIB, Hand
from benchmarks.load import FEW, LARGE_MIB, arrived, new_people
from benchmarks.pace import Pace, Plan, Result
from benchmarks.service import Service
from benchmarks.shipped import Places


@dataclass(frozen=True)
class Rolled:
    """`reloads` are those that came to their end during the day; `twice` are requests that nginx sent again itself."""

    result: Result
    reloads: int
    twice: int

    @property
    def unnoticed(self) -> bool:
        return not (self.result.failed or self.result.resent or self.twice)


def roll(folder: Path, plan: Plan, *, reloads: int, people: int = FEW, gap: float | None = None) -> Rolled:
    """Spread over the day: where one takes longer than its share of it there are fewer. With a `gap` there are so many
    seconds before each, and the day ends with the last one, however long they take."""
    service, done = Service(folder), 0
    service.start()
    try:
        hand, them = partial(Hand, service.places.url), new_people(people, large=secrets.token_bytes(LARGE_MIB * MIB))
        with arrived(them, hand), ThreadPoolExecutor(1) as pool:
            pace = Pace(plan, them, hand=hand, kinds=ACTS)
            going = pool.submit(pace.run)
            pause = plan.seconds / (reloads + 1) if gap is None else gap
            while done < reloads and not wait([going], timeout=pause).done:
                service.held.reload()
                done += not going.done()
            if gap is not None:
                wait([going], timeout=gap)
                pace.stop()
            result = going.result()
    finally:
        service.stop()
    return Rolled(result, done, sent_again(service.places))


def sent_again(places: Places) -> int:
    """Requests for which nginx asked the application more than once."""
    lines = (places.logs / "nginx.log").read_text("utf-8").splitlines()
    return sum(", " in json.loads(line)["app_status"] for line in lines)


def main() -> int:
    parser = argparse.ArgumentParser("benchmarks.rolling", description=__doc__.partition("\n")[0])
    parser.add_argument("--rate", type=float, default=50, help="requests a second (50)")
    parser.add_argument("--seconds", type=float, default=60, help="how long (60)")
    parser.add_argument("--reloads", type=int, default=6, help="how many meanwhile (6)")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="smartdrive-rolling-") as folder:
        rolled = roll(Path(folder), Plan(chosen.rate, chosen.seconds), reloads=chosen.reloads)
    print(rolled.result.told())
    print(f"{rolled.reloads} reloads; nginx asked twice for {rolled.twice} requests")
    return 0 if rolled.unnoticed else 1


if __name__ == "__main__":
    sys.exit(main())
