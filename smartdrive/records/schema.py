"""The store's schema number, since when it stands, and how far an upgrade has come."""

from dataclasses import dataclass
from datetime import datetime

from smartdrive.domain.clock import stamp
from smartdrive.ports.table import Absent, Change, Equals, Item, Put, Table
from smartdrive.records import keys
from smartdrive.records.codec import number, text, time


@dataclass(frozen=True, slots=True)
class Schema:
    """`position` is what the upgrade to `number` + 1 wrote last, "" before its first write."""

    number: int
    position: str
    created: datetime


def read_schema(table: Table) -> Schema | None:
    """The store's schema; None for a new store."""
    item = table.get(keys.schema())
    return Schema(number(item, "number"), text(item, "position"), time(item, "created")) if item else None


def put_schema(schema: Schema) -> Put:
    """Lay out a new store; refused when it has a schema already."""
    key = keys.schema()
    item: Item = {"pk": key.pk, "sk": key.sk, "number": schema.number, "position": ""}
    return Put(item | {"created": stamp(schema.created)}, (Absent(),))


def advance(schema: Schema, *, number: int, position: str) -> Change:
    """Remember how far the upgrade has come; refused when somebody else took it further."""
    still = (Equals("number", schema.number), Equals("position", schema.position))
    return Change(keys.schema(), set={"number": number, "position": position}, when=still)
