"""Segments of a journal: what stood in it, in order, under a MAC that only holders of the drive's secret can make."""

import hashlib
import hmac
from dataclasses import dataclass, replace

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


def segment_of(owner: str, digests: tuple[tuple[str, str], ...], *, before: str) -> Segment:
    """The segment of events and the digests of their rows, oldest first."""
    first, last = digests[0][0], digests[-1][0]
    return Segment(owner, first, last, len(digests), before, digest_of(before, digests), digests)


def digest_of(before: str, digests: tuple[tuple[str, str], ...]) -> str:
    """What the next segment names as the one before it."""
    lines = [before, *(f"{event} {digest}" for event, digest in digests)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def sealed(segment: Segment, keys: Keys) -> Segment:
    """The segment under a MAC."""
    return replace(segment, key_id=keys.id, mac=_mac(segment, keys))


def is_sealed(segment: Segment, keychain: Keychain) -> bool:
    """Whether its MAC was made with a secret that is still accepted."""
    keys = keychain.find(segment.key_id)
    return keys is not None and hmac.compare_digest(_mac(segment, keys), segment.mac)


def _mac(segment: Segment, keys: Keys) -> str:
    state = "purged" if segment.purged else "whole"
    said = (segment.owner, segment.first, segment.last, str(segment.count), segment.before, segment.digest, state)
    return hmac.digest(keys.derive(LABEL), "\n".join(said).encode(), "sha256").hex()
