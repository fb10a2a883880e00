"""Room of an account: bytes free of a quota. The table knows what is left, for conditions have no arithmetic."""

from collections.abc import Sequence

from smartdrive.domain.models import Usage
from smartdrive.ports.table import Absent, AtLeast, Change, Equals, Item, Put, Table
from smartdrive.records import keys
from smartdrive.records.codec import number
from smartdrive.settings import NO_LIMIT


def new_room(user_id: str, quota: int) -> Put:
    """The room of a new account."""
    key = keys.room(user_id)
    return Put({"pk": key.pk, "sk": key.sk, "free": quota, "quota": quota}, (Absent(),))


def take(user_id: str, size: int) -> Change:
    """Take bytes; refused when fewer are free. Nothing is taken for an empty file, even in a full drive."""
    when = (AtLeast("free", size),) if size else ()
    return Change(keys.room(user_id), add={"free": -size}, when=when)


def take_any(user_id: str, size: int) -> list[Change]:
    """As `take`, and nothing at all for nothing."""
    return [take(user_id, size)] if size else []


def give_back(user_id: str, size: int) -> Change:
    """Give bytes back."""
    return Change(keys.room(user_id), add={"free": size})


def usage_of(item: Item) -> Usage:
    """How much is used of how much, as the room's row says."""
    quota = number(item, "quota")
    return Usage(used=quota - number(item, "free"), quota=None if quota >= NO_LIMIT else quota)


def read_usage(table: Table, user_id: str) -> Usage:
    """How much is used of how much."""
    return usage_of(table.get(keys.room(user_id)) or {})


def read_usages(table: Table, ids: Sequence[str]) -> list[Usage]:
    """The same of up to 100 accounts in one round trip."""
    rows = table.get_many([keys.room(user_id) for user_id in ids]) if ids else []
    return [usage_of(row or {}) for row in rows]


def change_quota(user_id: str, quota: int, *, before: int) -> Change:
    """Allow so many bytes instead of those before, whatever is used meanwhile; refused when it was another number."""
    return Change(
        keys.room(user_id), set={"quota": quota}, add={"free": quota - before}, when=(Equals("quota", before),)
    )


def read_quota(table: Table, user_id: str) -> int:
    """Bytes that are allowed, NO_LIMIT where nothing limits them."""
    return number(table.get(keys.room(user_id)) or {}, "quota")


def read_free(table: Table, user_id: str) -> int:
    """Bytes that are free."""
    return number(table.get(keys.room(user_id)) or {}, "free")
