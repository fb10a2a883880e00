"""Room of an account: bytes free of a quota. The table knows what is left, for conditions have no arithmetic."""

from smartdrive.domain.models import Usage
from smartdrive.ports.table import Absent, AtLeast, Change, Put, Table
from smartdrive.records import keys
from smartdrive.records.codec import number


def new_room(user_id: str, quota: int) -> Put:
    """The room of a new account."""
    key = keys.room(user_id)
    return Put({"pk": key.pk, "sk": key.sk, "free": quota, "quota": quota}, (Absent(),))


def take(user_id: str, size: int) -> Change:
    """Take bytes; refused when fewer are free. Nothing is taken for an empty file, even in a full drive."""
    when = (AtLeast("free", size),) if size else ()
    return Change(keys.room(user_id), add={"free": -size}, when=when)


def give_back(user_id: str, size: int) -> Change:
    """Give bytes back."""
    return Change(keys.room(user_id), add={"free": size})


def read_usage(table: Table, user_id: str) -> Usage:
    """How much is used of how much."""
    item = table.get(keys.room(user_id)) or {}
    return Usage(used=number(item, "quota") - number(item, "free"), quota=number(item, "quota"))


def read_free(table: Table, user_id: str) -> int:
    """Bytes that are free."""
    return number(table.get(keys.room(user_id)) or {}, "free")
