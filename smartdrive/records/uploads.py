"""Uploads under way, and for some days those that are done."""

import hmac
from datetime import datetime, timedelta

from smartdrive.domain.clock import stamp
from smartdrive.domain.models import Upload
from smartdrive.ports.objects import Plan
from smartdrive.ports.table import Absent, Change, Delete, Equals, Item, Put, Slice, Table
from smartdrive.records import keys
from smartdrive.records.codec import number, optional_time, text, time

UNTOUCHED = timedelta(days=7)
"""An upload nobody touched for so long is swept; a done one is remembered as long."""


def put_upload(upload: Upload, *, instead_of: Upload | None = None) -> Put:
    """Remember an open upload; refused when its id stands already, unless it takes the place of a done one."""
    key = keys.upload(upload.id)
    item: Item = {"pk": key.pk, "sk": key.sk, "id": upload.id, "owner": upload.owner, "parent": upload.parent}
    item |= {"name": upload.name, "size": upload.size, "type": upload.type, "key": upload.key}
    item |= {"part_size": upload.part_size, "handle": upload.handle, "conflict": upload.conflict}
    item |= {"state": "open", "created": stamp(upload.created), "fingerprint": upload.fingerprint}
    if upload.modified:
        item["modified"] = stamp(upload.modified)
    item |= {"g2": keys.uploads_of(upload.owner), "g2s": f"{stamp(upload.created)}#{upload.id}"}
    when = (Equals("state", "done"), Equals("key", instead_of.key)) if instead_of else (Absent(),)
    return Put(item | _sweeping(upload, upload.touched), when)


def upload_of(item: Item) -> Upload:
    """The upload of its row."""
    return Upload(
        id=text(item, "id"),
        owner=text(item, "owner"),
        parent=text(item, "parent"),
        name=text(item, "name"),
        size=number(item, "size"),
        type=text(item, "type"),
        key=text(item, "key"),
        part_size=number(item, "part_size"),
        handle=text(item, "handle"),
        conflict=text(item, "conflict"),  # type: ignore[arg-type]
        state="done" if item["state"] == "done" else "open",
        created=time(item, "created"),
        touched=time(item, "touched"),
        fingerprint=text(item, "fingerprint"),
        modified=optional_time(item, "modified"),
        file=text(item, "file"),
    )


def plan_of(upload: Upload) -> Plan:
    """The storage's side of an upload."""
    return Plan(upload.key, upload.size, upload.part_size, upload.handle)


def read_upload(table: Table, upload_id: str) -> Upload | None:
    """The upload, open or done."""
    item = table.get(keys.upload(upload_id))
    return upload_of(item) if item else None


def read_uploads(table: Table, ids: list[str]) -> list[Upload | None]:
    """Up to 100 uploads in the order of `ids`, in one round trip."""
    items = table.get_many([keys.upload(upload_id) for upload_id in ids]) if ids else []
    return [upload_of(item) if item else None for item in items]


def open_uploads(table: Table, user_id: str, *, limit: int, cursor: str | None = None) -> Slice:
    """A page of a person's open uploads, newest first; the index may lag behind."""
    partition = keys.uploads_of(user_id)
    return table.query(partition, index="g2", limit=limit, cursor=cursor, descending=True)


def touch(upload: Upload, moment: datetime) -> Change:
    """Put off the day on which the upload is swept; refused when it is no longer open."""
    return Change(keys.upload(upload.id), set=_sweeping(upload, moment), when=(Equals("state", "open"),))


def complete(upload: Upload, *, file_id: str, moment: datetime) -> Change:
    """Turn an open upload into a done one that remembers its file; refused when it is not open any more."""
    return Change(
        keys.upload(upload.id),
        set={"state": "done", "name": trace(upload), "file": file_id, "ttl": int((moment + UNTOUCHED).timestamp())},
        remove=("g1", "g1s", "g2", "g2s"),
        when=(Equals("state", "open"), Equals("key", upload.key)),
    )


def trace(upload: Upload, name: str | None = None) -> str:
    """What a done upload keeps of its name: enough to know it again, for the row may outlive the file and its owner."""
    return hmac.digest(upload.id.encode(), (upload.name if name is None else name).encode(), "sha256").hex()


def drop(upload: Upload) -> Delete:
    """Forget an open upload; refused when it is not open any more."""
    return Delete(keys.upload(upload.id), (Equals("state", "open"), Equals("key", upload.key)))


def _sweeping(upload: Upload, touched: datetime) -> Item:
    day = keys.sweep_day(touched + UNTOUCHED)
    return {"touched": stamp(touched), "g1": day, "g1s": f"UPLOAD#{upload.id}"}
