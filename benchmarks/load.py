"""`make load URL=…`: some people's mixed day at a drive, at a rate that is kept, bounded in count, time and rate.

Accounts are made for it and deleted again, or named in a file; everything happens in a folder of each of them that goes
at the end. Exit 0 when no more acts failed than allowed, 1 when more did, 2 when it was not begun.
"""

import argparse
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.day import ACTS, MIB, Hand, Person
from benchmarks.pace import Pace, Plan, Result
from benchmarks.wire import Refused
from smartdrive.domain.hosts import is_loopback

FEW = 5
LARGE_MIB = 20


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("benchmarks.load", description=__doc__)
    parser.add_argument("url", help="where the drive is, such as http://127.0.0.1:8000")
    parser.add_argument("--rate", type=float, default=50, help="requests a second (50)")
    parser.add_argument("--seconds", type=float, default=60, help="how long (60)")
    parser.add_argument("--requests", type=int, default=100_000, help="at most so many (100,000)")
    parser.add_argument("--people", type=int, default=FEW, help=f"accounts to make ({FEW})")
    parser.add_argument("--accounts", type=Path, help="instead: a file with `address password` a line")
    parser.add_argument("--connections", type=int, default=32, help="at once, at most (32)")
    parser.add_argument("--large-mib", type=int, default=LARGE_MIB, help=f"size of what goes in parts ({LARGE_MIB})")
    parser.add_argument("--errors", type=int, default=0, help="acts that may fail (0)")
    parser.add_argument("--elsewhere", action="store_true", help="yes, also where this is not loopback")
    return parser.parse_args()


def people(chosen: argparse.Namespace) -> list[Person]:
    large = secrets.token_bytes(chosen.large_mib * MIB)
    if chosen.accounts:
        entries = [line.split() for line in chosen.accounts.read_text("utf-8").splitlines() if line.strip()]
        return [Person(email, password, large) for email, password in entries]
    return new_people(chosen.people, large=large)


def new_people(count: int, *, large: bytes) -> list[Person]:
    run = secrets.token_hex(4)
    return [Person(f"load-{run}-{n}@example.org", secrets.token_hex(12), large, made=True) for n in range(count)]


@contextmanager
def arrived(them: Sequence[Person], hand: Callable[[], Hand]) -> Iterator[None]:
    """All of them at the drive, and gone again at the end, also of those who could not all come."""

    def with_a_hand(act: Callable[[Hand], None]) -> None:
        own = hand()
        try:
            act(own)
        finally:
            own.close()

    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(with_a_hand, [person.arrive for person in them]))
        yield
    finally:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(with_a_hand, [person.leave for person in them if person.headers]))


def day(url: str, plan: Plan, *, source: str = "") -> Result:
    """A mixed day at a drive of this machine, from an address of it, for who looks at something else meanwhile."""

    def hand() -> Hand:
        return Hand(url, source=source)

    them = new_people(FEW, large=secrets.token_bytes(LARGE_MIB * MIB))
    with arrived(them, hand):
        return Pace(plan, them, hand=hand, kinds=ACTS).run()


def main() -> int:
    chosen = arguments()
    if not (chosen.elsewhere or is_loopback(urlsplit(chosen.url).hostname or "")):
        print(f"{chosen.url} is not on this machine: say --elsewhere if this drive is yours to load.", file=sys.stderr)
        return 2
    them = people(chosen)
    if min(chosen.rate, chosen.seconds, chosen.requests, chosen.connections, len(them)) <= 0 or chosen.large_mib < 2:
        print(
            "Rate, seconds, requests, connections and people are above 0, and a large file has 2 MiB.", file=sys.stderr
        )
        return 2
    plan = Plan(chosen.rate, chosen.seconds, most=chosen.requests, connections=chosen.connections)

    def hand() -> Hand:
        return Hand(chosen.url, anywhere=chosen.elsewhere)

    try:
        with arrived(them, hand):
            result = Pace(plan, them, hand=hand, kinds=ACTS).run()
    except (OSError, Refused, ValueError) as error:
        print(f"The people could not come, or not leave: {error}", file=sys.stderr)
        return 2
    print(result.told())
    return 1 if result.failed > chosen.errors else 0


if __name__ == "__main__":
    sys.exit(main())
