"""A mixed day at a drive: what people do there, as acts of so many requests each, through the public API.

What comes goes again: for each upload something older is deleted for good, each link is ended, each session logged out,
so a drive holds as much after a day as before it.
"""

import queue
import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from benchmarks.wire import Answer, Body, Line, Place, Refused
from smartdrive.domain.hosts import is_loopback

KIB, MIB = 1 << 10, 1 << 20
SMALL = 10 * KIB
KEPT, CHANGING = 20, 4
"""Files that stay, and files that go into the trash and out of it."""
A_DAY = 86_400


class Hand:
    """What one thread asks with: a kept connection to each place it is led to, of which none is beyond this machine
    unless `anywhere`. `asked` counts requests."""

    def __init__(self, base: str, *, anywhere: bool = False, source: str = "") -> None:
        self._base = base
        self._anywhere = anywhere
        self._source = source
        self._lines: dict[Place, Line] = {}
        self.asked = 0

    @property
    def resent(self) -> int:
        return sum(line.resent for line in self._lines.values())

    def ask(
        self,
        method: str,
        address: str,
        *,
        body: Body = b"",
        headers: Mapping[str, str] | None = None,
        keep: bool = True,
    ) -> Answer:
        """`address` may be a path, or one that the drive gave, of the drive or of its storage."""
        whole = urljoin(self._base, address)
        there = urlsplit(whole)
        if not (self._anywhere or is_loopback(there.hostname or "")):
            raise Refused(f"led elsewhere: {there.netloc}")
        place = Place.of(whole, source=self._source)
        line = self._lines.setdefault(place, Line(place))
        self.asked += 1
        target = there.path + (f"?{there.query}" if there.query else "")
        try:
            return line.ask(method, target, body=body, headers=headers or {}, keep=keep)
        except OSError:
            line.close()
            raise

    def close(self) -> None:
        for line in self._lines.values():
            line.close()


@dataclass
class Person:
    """Somebody with an account. `made` says that it was made for this day; `large` is what is sent in parts."""

    email: str
    password: str
    large: bytes
    made: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    token: str = ""
    folder: str = ""
    named: str = ""
    below: str = ""
    kept: list[str] = field(default_factory=list)
    kept_large: str = ""
    changing: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue)
    young: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue)

    def ask(self, hand: Hand, asked: str, *wanted: int, body: Body = b"") -> Any:  # noqa: ANN401  # what the drive says
        """`asked` is a method and a path."""
        method, path = asked.split(" ", 1)
        answer = hand.ask(method, path, body=body, headers=self.headers).wanted(*wanted)
        return answer.json() if answer.body else None

    def arrive(self, hand: Hand) -> None:
        """Make the account unless it is there, and a folder with what the day needs."""
        entry = {"email": self.email, "password": self.password}
        if self.made:
            self.ask(hand, "POST /api/auth/register", 201, body=entry)
        self.headers = {"Authorization": f"Bearer {self.logged_in(hand)}"}
        asked = {"name": "load", "scope": "write", "expires_in": A_DAY}
        given = self.ask(hand, "POST /api/tokens", 201, body=asked)
        session, self.headers = self.headers, {"Authorization": f"Bearer {given['token']}"}
        self.token = given["id"]
        hand.ask("POST", "/api/auth/logout", headers=session).wanted(204)
        self.named = f"Load {secrets.token_hex(4)}"
        self.folder = self._new_folder(hand, "root", name=self.named)
        self.below = self._new_folder(hand, self.folder, name="Below")
        self.kept = [self.send(hand) for _ in range(KEPT)]
        self.kept_large = self.send_in_parts(hand)
        for _ in range(CHANGING):
            self.changing.put(self.send(hand))
            self.young.put(self.send(hand))

    def leave(self, hand: Hand) -> None:
        """Take away what `arrive` made, as far as it came. The operator's account, the first of a drive, stays."""
        if self.folder:
            self.ask(hand, f"DELETE /api/folders/{self.folder}", 204)
            self.ask(hand, f"DELETE /api/trash/{self.folder}", 204)
        self.headers = {"Authorization": f"Bearer {self.logged_in(hand)}"}
        entry = {"password": self.password}
        if self.made and hand.ask("DELETE", "/api/me", body=entry, headers=self.headers).wanted(204, 403).status == 204:
            return
        if self.token:
            self.ask(hand, f"DELETE /api/tokens/{self.token}", 204)
        self.ask(hand, "POST /api/auth/logout", 204)

    def logged_in(self, hand: Hand) -> str:
        entry = {"email": self.email, "password": self.password}
        return str(hand.ask("POST", "/api/auth/login", body=entry).wanted(200).json()["access_token"])

    def _new_folder(self, hand: Hand, parent: str, *, name: str) -> str:
        made = self.ask(hand, "POST /api/folders", 201, body={"parent": parent, "name": name})
        return str(made["folder"]["id"])

    def send(self, hand: Hand) -> str:
        """A new small file: its id."""
        body = random.randbytes(SMALL)
        begun = self._begin(hand, size=len(body))
        hand.ask("PUT", begun["url"], body=body, headers=begun["headers"]).wanted(200)
        return self._complete(hand, begun["id"])

    def send_at_once(self, hand: Hand) -> str:
        """A new small file in one request, as a script does: its id."""
        path = quote(f"{self.named}/{_new_name()}")
        headers = {**self.headers, "Content-Type": "application/octet-stream"}
        answer = hand.ask("POST", f"/api/files?filename={path}", body=random.randbytes(SMALL), headers=headers)
        return str(answer.wanted(201).json()["file"]["id"])

    def send_in_parts(self, hand: Hand) -> str:
        """A new large file: its id."""
        begun = self._begin(hand, size=len(self.large))
        size = begun["part_size"]
        parts = {str(n): at for n, at in enumerate(range(0, len(self.large), size), start=1)}
        signing = {"parts": [int(number) for number in parts]}
        urls = self.ask(hand, f"POST /api/uploads/{begun['id']}/sign", 200, body=signing)["urls"]
        for number, at in parts.items():
            to, part = urls[number], self.large[at : at + size]
            hand.ask("PUT", to["url"], body=part, headers=to["headers"]).wanted(200)
        return self._complete(hand, begun["id"])

    def _begin(self, hand: Hand, *, size: int) -> dict[str, Any]:
        asked = {"name": _new_name(), "size": size, "parent": self.folder}
        begun: dict[str, Any] = self.ask(hand, "POST /api/uploads", 201, body=asked)
        return begun

    def _complete(self, hand: Hand, upload: str) -> str:
        return str(self.ask(hand, f"POST /api/uploads/{upload}/complete", 201)["file"]["id"])

    def one_of(self, files: "queue.SimpleQueue[str]", hand: Hand) -> str:
        """Nobody else has it until it is put back."""
        try:
            return files.get_nowait()
        except queue.Empty:
            return self.send(hand)


NAMES = ("Minutes", "Invoice", "Letter", "Holiday", "Plan")


def _new_name() -> str:
    return f"{random.choice(NAMES)} {secrets.token_hex(6)}.bin"


def log_in(person: Person, hand: Hand) -> None:
    session = {"Authorization": f"Bearer {person.logged_in(hand)}"}
    hand.ask("POST", "/api/auth/logout", headers=session).wanted(204)


def look(person: Person, hand: Hand) -> None:
    person.ask(hand, f"GET /api/folders/{person.folder}?limit=200&sort=-modified", 200)


def open_page(person: Person, hand: Hand) -> None:
    hand.ask("GET", f"/files/{person.folder}", headers=person.headers, keep=False).wanted(200)


def open_below(person: Person, hand: Hand) -> None:
    person.ask(hand, f"GET /api/folders/{person.below}", 200)


def search(person: Person, hand: Hand) -> None:
    person.ask(hand, f"GET /api/search?limit=50&q={random.choice(NAMES)[:4]}", 200)


def send(person: Person, hand: Hand) -> None:
    person.young.put(person.send(hand))


def send_at_once(person: Person, hand: Hand) -> None:
    person.young.put(person.send_at_once(hand))


def send_in_parts(person: Person, hand: Hand) -> None:
    person.young.put(person.send_in_parts(hand))


def fetch(person: Person, hand: Hand) -> None:
    _fetch(person, hand, file=random.choice(person.kept))


def fetch_range(person: Person, hand: Hand) -> None:
    """A mebibyte from somewhere in the large file, as a player asks."""
    at = random.randrange(len(person.large) - MIB)
    _fetch(person, hand, file=person.kept_large, span={"Range": f"bytes={at}-{at + MIB - 1}"})


def _fetch(person: Person, hand: Hand, *, file: str, span: Mapping[str, str] | None = None) -> None:
    asked = f"/api/files/{file}/download"
    to = hand.ask("GET", asked, headers=person.headers).wanted(302).headers["location"]
    length = hand.ask("GET", to, headers=span or {}, keep=False).wanted(206 if span else 200).length
    if length != (MIB if span else SMALL):
        raise Refused(f"{length} bytes: not what was asked for")


def share(person: Person, hand: Hand) -> None:
    """A link, which a stranger opens and downloads by, and which ends."""
    asked = {"item": random.choice(person.kept), "expires_in": A_DAY}
    made = person.ask(hand, "POST /api/shares", 201, body=asked)["share"]
    hand.ask("GET", made["url"], keep=False).wanted(200)
    to = hand.ask("GET", f"{made['url']}/download").wanted(302).headers["location"]
    hand.ask("GET", to, keep=False).wanted(200)
    person.ask(hand, f"DELETE /api/shares/{made['id']}", 204)


def trash_and_restore(person: Person, hand: Hand) -> None:
    file = person.one_of(person.changing, hand)
    person.ask(hand, f"DELETE /api/files/{file}", 204)
    person.ask(hand, f"POST /api/trash/{file}/restore", 200)
    person.changing.put(file)


def throw_away(person: Person, hand: Hand) -> None:
    file = person.one_of(person.young, hand)
    person.ask(hand, f"DELETE /api/files/{file}", 204)
    person.ask(hand, f"DELETE /api/trash/{file}", 204)


@dataclass(frozen=True)
class Act:
    """`share` of a hundred acts are of this kind; it takes so many requests."""

    name: str
    share: int
    requests: int
    do: Callable[[Person, Hand], None]


ACTS = (
    Act("list a folder", 30, 1, look),
    Act("open its page", 15, 1, open_page),
    Act("open a folder below", 15, 1, open_below),
    Act("search", 6, 1, search),
    Act("download 10 KiB", 9, 2, fetch),
    Act("range of 1 MiB", 4, 2, fetch_range),
    Act("upload 10 KiB", 4, 3, send),
    Act("the same in one request", 2, 1, send_at_once),
    Act("upload in parts", 1, 5, send_in_parts),
    Act("delete for good", 7, 2, throw_away),
    Act("trash and restore", 3, 2, trash_and_restore),
    Act("share, open, end", 2, 5, share),
    Act("log in and out", 2, 2, log_in),
)
