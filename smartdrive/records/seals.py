"""Sealed segments of a journal: those whose events are kept, and those whose events are gone."""

from smartdrive.domain.segments import Head, Segment
from smartdrive.ports.table import Absent, Action, Change, Delete, Equals, Item, Key, Put, Slice, Table
from smartdrive.records import journal_keys
from smartdrive.records.codec import number, text


def put_segment(segment: Segment) -> Put:
    """Write a segment; refused when it stands already."""
    key = _key(segment)
    item: Item = {"pk": key.pk, "sk": key.sk, "first": segment.first, "count": segment.count}
    item |= {"before": segment.before, "digest": segment.digest, "key_id": segment.key_id, "mac": segment.mac}
    if segment.digests:
        item["digests"] = [f"{event} {digest}" for event, digest in segment.digests]
    return Put(item, (Absent(),))


def segment_of(item: Item) -> Segment:
    """The segment of its row."""
    lead, _, owner = text(item, "pk").partition("#")
    listed = item.get("digests", [])
    pairs = [line.partition(" ") for line in listed] if isinstance(listed, list) else []
    return Segment(
        owner=owner,
        first=text(item, "first"),
        last=text(item, "sk"),
        count=number(item, "count"),
        before=text(item, "before"),
        digest=text(item, "digest"),
        digests=tuple((event, digest) for event, _, digest in pairs),
        purged=lead == "PURGED",
        key_id=text(item, "key_id"),
        mac=text(item, "mac"),
    )


def read_last(table: Table, owner: str) -> Segment | None:
    """The newest segment of a journal, whether or not its events are kept."""
    return _newest(table, journal_keys.seals(owner)) or read_last_purged(table, owner)


def read_last_purged(table: Table, owner: str) -> Segment | None:
    """The newest segment whose events are gone, or going."""
    return _newest(table, journal_keys.purged_seals(owner))


def put_head(head: Head, *, before: Head | None) -> Put:
    """Say where the segments end, as long as they end where they did before."""
    key = journal_keys.head(head.owner)
    item: Item = {"pk": key.pk, "sk": key.sk, "last": head.last, "digest": head.digest, "count": head.count}
    item |= {"key_id": head.key_id, "mac": head.mac}
    return Put(item, (Equals("mac", before.mac) if before else Absent(),))


def read_head(table: Table, owner: str) -> Head | None:
    """Where a person's segments end; None before the first."""
    item = table.get(journal_keys.head(owner))
    if item is None:
        return None
    said = text(item, "last"), text(item, "digest"), number(item, "count")
    return Head(owner, *said, key_id=text(item, "key_id"), mac=text(item, "mac"))


def read_segments(table: Table, pk: str, *, limit: int, cursor: str | None = None) -> Slice:
    """A page of segments, oldest first."""
    return table.query(pk, limit=limit, cursor=cursor)


def purge_segment(whole: Segment, purged: Segment) -> tuple[Action, ...]:
    """From now on its events are gone for good, and only what they were is vouched for."""
    return Delete(_key(whole), (Equals("mac", whole.mac),)), put_segment(purged)


def seal_anew(old: Segment, new: Segment) -> Change:
    """Vouch for a segment with another secret."""
    return Change(_key(old), set={"key_id": new.key_id, "mac": new.mac}, when=(Equals("mac", old.mac),))


def _newest(table: Table, pk: str) -> Segment | None:
    rows = table.query(pk, limit=1, descending=True).items
    return segment_of(rows[0]) if rows else None


def _key(segment: Segment) -> Key:
    made = journal_keys.purged_seal if segment.purged else journal_keys.seal
    return made(segment.owner, segment.last)
