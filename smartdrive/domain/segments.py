"""Segments of a journal: what stood in it, in order, under a MAC that only holders of the drive's secret can make."""

import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import TypeVar

from smartdrive.domain.keychain import Keychain, Keys

LABEL = "journal"


@dataclass(frozen=True, slots=True)
class Segment:
    """So many events of a person's journal, from the first to the last, each with the digest of its row.

    `before` is the digest of the segment before it, "" for the first: they are a chain. Of a purged one the events are
    gone, and `digests` with them.
    """

    owner: str
    first: str
    last: str
    count: int
    before: str
    digest: str
    digests: tuple[tuple[str, str], ...] = ()
    purged: bool = False
    key_id: str = ""
    mac: str = ""

    @property
    def said(self) -> tuple[str, ...]:
        """What its MAC is about."""
        state = "purged" if self.purged else "whole"
        return self.owner, self.first, self.last, str(self.count), self.before, self.digest, state


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain of a person's segments ends: the last one, its digest, and how many there are in all."""

    owner: str
    last: str
    digest: str
    count: int
    key_id: str = ""
    mac: str = ""

    @property
    def said(self) -> tuple[str, ...]:
        """What its MAC is about; no segment says as little."""
        return "head", self.owner, self.last, self.digest, str(self.count)


Sealed = TypeVar("Sealed", Segment, Head)


def head_of(segment: Segment, *, before: Head | None) -> Head:
    """The head once this segment stands."""
    return Head(segment.owner, segment.last, segment.digest, (before.count if before else 0) + 1)


def ends_with(head: Head, segment: Segment | None) -> bool:
    """Whether the chain ends as its head says."""
    return segment is not None and (head.last, head.digest) == (segment.last, segment.digest)


def segment_of(owner: str, digests: tuple[tuple[str, str], ...], *, before: str) -> Segment:
    """The segment of events and the digests of their rows, oldest first."""
    first, last = digests[0][0], digests[-1][0]
    return Segment(owner, first, last, len(digests), before, digest_of(before, digests), digests)


def digest_of(before: str, digests: tuple[tuple[str, str], ...]) -> str:
    """What the next segment names as the one before it."""
    lines = [before, *(f"{event} {digest}" for event, digest in digests)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def sealed(thing: Sealed, keys: Keys) -> Sealed:
    """The segment or head under a MAC."""
    return replace(thing, key_id=keys.id, mac=_mac(thing, keys))


def is_sealed(thing: Segment | Head, keychain: Keychain) -> bool:
    """Whether its MAC was made with a secret that is still accepted."""
    keys = keychain.find(thing.key_id)
    return keys is not None and hmac.compare_digest(_mac(thing, keys), thing.mac)


def _mac(thing: Segment | Head, keys: Keys) -> str:
    return hmac.digest(keys.derive(LABEL), "\n".join(thing.said).encode(), "sha256").hex()
