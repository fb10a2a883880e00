"""Who refers to stored bytes, the bytes' checksums, and bytes that nobody refers to any more."""

from collections.abc import Sequence
from datetime import datetime

from smartdrive.domain.clock import stamp
from smartdrive.domain.models import Checksums
from smartdrive.ports.objects import Plan
from smartdrive.ports.table import Absent, Action, AtLeast, Change, Delete, Equals, Item, Put, Slice, Table
from smartdrive.records import keys
from smartdrive.records.codec import number, text

LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def object_key(moment: datetime, random: str) -> str:
    """A new object's name in storage. All of one hour begin alike, and so again after 42 days.

    On disk that names the folder of objects: small files that come together lie together, and few folders are made
    and synced. What follows is random; S3 takes 3,500 objects a second below one beginning, then divides it.
    """
    hour = int(moment.timestamp()) // 3600
    return f"o{LETTERS[hour // 32 % 32]}{LETTERS[hour % 32]}{random}"


def first_reference(
    object_key: str, *, size: int, version: str, node_id: str, sums: Checksums | None
) -> tuple[Action, ...]:
    """Record new bytes with their first reference and their checksums, or that those are due."""
    key, due = keys.references(object_key), keys.due_checksums(object_key)
    item: Item = {"pk": key.pk, "sk": key.sk, "refs": 1, "size": size, "object_version": version}
    if sums:
        return (Put(item | {"sha256": sums.sha256, "crc32": sums.crc32}, (Absent(),)),)
    return Put(item, (Absent(),)), Put({"pk": due.pk, "sk": due.sk, "object": object_key, "node": node_id})


def add_references(object_key: str, count: int = 1) -> Change:
    """So many more versions refer to the bytes; refused when they are going."""
    return Change(keys.references(object_key), add={"refs": count}, when=(AtLeast("refs", 1),))


def read_references(table: Table, object_keys: Sequence[str]) -> list[Item | None]:
    """The rows of up to 100 objects in one round trip."""
    return table.get_many([keys.references(object_key) for object_key in object_keys]) if object_keys else []


def drop_reference(object_key: str, references: int) -> list[Action]:
    """One version less refers to the bytes; the last one out dooms them. Refused when `references` is out of date."""
    key = keys.references(object_key)
    still = (Equals("refs", references),)
    if references > 1:
        return [Change(key, add={"refs": -1}, when=still)]
    return [Delete(key, still), doom(Plan(object_key, 0, 1)), Delete(keys.due_checksums(object_key))]


def doom(plan: Plan, *, not_before: datetime | None = None) -> Put:
    """Promise that these bytes, or the unfinished upload of them, are deleted."""
    key = keys.doomed(plan.key)
    item: Item = {"pk": key.pk, "sk": key.sk, "object": plan.key, "size": plan.size}
    item |= {"part_size": plan.part_size, "handle": plan.handle}
    if not_before:
        item["not_before"] = stamp(not_before)
    return Put(item)


def doomed(table: Table, shard: int, *, limit: int, cursor: str | None = None) -> Slice:
    """Bytes to delete, a page of one shard."""
    return table.query(keys.doom(shard), limit=limit, cursor=cursor)


def doomed_plan(item: Item) -> Plan:
    """What to abandon, of its row."""
    return Plan(text(item, "object"), number(item, "size"), number(item, "part_size") or 1, text(item, "handle"))


def undoom(object_key: str) -> Delete:
    """The bytes are gone."""
    return Delete(keys.doomed(object_key))


def read_checksums(table: Table, object_key: str) -> Checksums:
    """Digests of the bytes, empty until the worker has computed them."""
    item = table.get(keys.references(object_key)) or {}
    return Checksums(sha256=text(item, "sha256"), crc32=text(item, "crc32"))


def write_checksums(object_key: str, sums: Checksums) -> tuple[Action, Action]:
    """Record the digests and that they are no longer due; refused when the bytes are going."""
    return (
        Change(
            keys.references(object_key),
            set={"sha256": sums.sha256, "crc32": sums.crc32},
            when=(AtLeast("refs", 1),),
        ),
        Delete(keys.due_checksums(object_key)),
    )
