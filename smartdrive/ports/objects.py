"""The objects port: bytes under generated keys, uploaded and downloaded by signed addresses.

Keys are random and never reused; no user text is part of one. An object's bytes never change once it
is finished.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Plan:
    """An upload under way: all it takes to sign, list, finish or abandon it, as plain values for its row."""

    key: str
    size: int
    part_size: int
    handle: str = ""
    """The engine's own name of a multipart upload; empty where it needs none."""

    @property
    def parts(self) -> int:
        """Number of parts; an empty object is one empty part."""
        return max(1, -(-self.size // self.part_size))

    def length(self, number: int) -> int:
        """Exact length in bytes of part `number` (1-based)."""
        return min(self.part_size, self.size - (number - 1) * self.part_size)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed address and the headers its request must carry."""

    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Stat:
    """What stands in storage: its size in bytes and the version to pin reads to ("" where there are none)."""

    size: int
    version: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """One row of the orphan listing; `unfinished` marks an upload that was neither finished nor abandoned."""

    key: str
    size: int
    modified: datetime
    handle: str = ""
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a download is to be handed over: exact name, type decided by us, shown inline or saved."""

    filename: str
    content_type: str
    inline: bool = False


class Missing(Exception):
    """No such object, or no such upload any more."""


class Incomplete(Exception):
    """The upload cannot be finished: these part numbers are missing or have the wrong length."""

    def __init__(self, missing: Sequence[int]) -> None:
        super().__init__(f"{len(missing)} parts missing")
        self.missing = tuple(missing)


Outcome = Stat | Missing | Incomplete
"""What came of one of many uploads to finish."""


class Objects(Protocol):
    """Storage of bytes. All methods may be called from many threads and processes at once.

    Failures common to all: `ports.table.Unavailable` when storage is down, `ports.table.OutOfRoom` when it
    is full.
    """

    at_once: int
    """How many calls are worth having under way together: one of a disk is too short for a thread of its own."""

    def plan_put(self, key: str, *, size: int, part_size: int) -> Plan:
        """Open an upload of exactly `size` bytes: one signed PUT when `part_size` >= `size`, else parts.

        Takes no room yet.
        """

    def set_aside(self, plan: Plan) -> None:
        """Take the room of an opened upload at once, where that can be done; idempotent.

        For after the owner's own room was taken. Missing when the upload is gone.
        """

    def sign_parts(self, plan: Plan, numbers: Sequence[int], *, expires_in: int) -> dict[int, Signed]:
        """Sign a PUT for each part number; each signs its exact Content-Length. Local work, no round trip."""

    def list_parts(self, plan: Plan) -> list[int]:
        """Numbers of the parts that have arrived whole, ascending. Missing when the upload is gone."""

    def last_part(self, plan: Plan) -> datetime | None:
        """When a part last arrived; None while there is none, for one PUT, and when the upload is gone."""

    def finish_put(self, plan: Plan) -> Stat:
        """Make the object of its parts and return what stands; idempotent; durable on return.

        Raises Incomplete (parts missing, or of another length: those are not kept) or Missing.
        After it returns no address signed before can change the bytes that are read.
        """

    def finish_puts(self, plans: Sequence[Plan]) -> list[Outcome]:
        """`finish_put` of many, each with an outcome of its own; all that stand are durable on return."""

    def abandon_put(self, plan: Plan) -> None:
        """Drop an upload and all its bytes, finished or not; idempotent. Its signed addresses die."""

    def stat(self, key: str) -> Stat | None:
        """Size and version of a finished object, or None."""

    def open(self, key: str, *, version: str = "", start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `start` (for `length`, or to the end) in blocks; Missing before the first."""

    def put(self, key: str, stream: BinaryIO, *, size: int) -> Stat:
        """Store `size` bytes of a stream through this process; another length leaves nothing: Incomplete."""

    def sign_get(self, key: str, delivery: Delivery, *, version: str = "", expires_in: int) -> str:
        """Sign a GET that fixes name, type and disposition. Lives at most `expires_in` seconds."""

    def signing_ends(self) -> datetime | None:
        """When the credentials end that sign now, and every address they sign with them; None when they do not."""

    def delete(self, key: str) -> None:
        """Remove the object with all its versions; idempotent."""

    def keys(self, prefix: str = "") -> Iterator[Stored]:
        """Yield every object and unfinished upload, for the orphan sweep."""

    def tidy(self, before: datetime) -> None:
        """Remove what lies about since before that moment without a key: bodies of a web server that was killed."""

    def origins(self) -> tuple[str, ...]:
        """Origins of signed addresses that are not the application's own, for the pages' content policy."""

    def ready(self) -> None:
        """Return when storage answers; raises Unavailable otherwise."""


class BadBody(Exception):
    """The named body file is not one that the web server left in the body folder."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a verified address of the local door allows: one PUT of a part, or GETs of one object.

    `offset` is where the part's `length` bytes stand in the object.
    """

    method: str
    key: str
    part: int = 0
    offset: int = 0
    length: int = 0
    delivery: Delivery | None = None


class Door(Protocol):
    """The signed endpoint an engine without addresses of its own needs; only local disk has one.

    A token carries method, key, part, exact length and end under a MAC: the trust model of a presigned URL.
    """

    def admit(self, token: str, method: str, *, part: int = 0) -> Grant | None:
        """Return what the token allows now, or None for anything forged, expired or made for another request.

        A GET token admits HEAD. Raises Missing when the token is genuine but its upload is gone.
        """

    def accept(self, grant: Grant, stream: BinaryIO) -> str:
        """Store the part's body and return its ETag; the bytes are on disk on return.

        A body of another length keeps nothing: Incomplete. Missing when the upload is gone by then.
        """

    def accept_file(self, grant: Grant, path: str) -> str:
        """As `accept`, from a body file that the web server left in the body folder; the file is consumed.

        Raises BadBody for any other path than a plain file directly in that folder.
        """

    def path(self, key: str) -> str:
        """Path of a finished object below the objects folder, for hand-over to the web server; Missing."""

    def file(self, key: str) -> BinaryIO:
        """Open a finished object for reading; Missing."""
