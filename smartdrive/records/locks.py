"""Who does a job now, until when, and how far a job that goes by days has come."""

from dataclasses import dataclass
from datetime import datetime

from smartdrive.domain.clock import parse, stamp
from smartdrive.ports.table import Absent, Change, Delete, Equals, Put, Table
from smartdrive.records import keys
from smartdrive.records.codec import text, time


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do a job alone. Past `until` anybody may take it."""

    job: str
    owner: str
    until: datetime


def read_lease(table: Table, job: str) -> Lease | None:
    """Who holds the job, even when their time is over."""
    item = table.get(keys.lock(job))
    return Lease(job, text(item, "owner"), time(item, "until")) if item else None


def take(lease: Lease) -> Put:
    """Hold a job that nobody holds; refused when somebody does."""
    key = keys.lock(lease.job)
    return Put({"pk": key.pk, "sk": key.sk, "owner": lease.owner, "until": stamp(lease.until)}, (Absent(),))


def take_over(old: Lease, new: Lease) -> Change:
    """Hold a job instead of `old`, or longer; refused when `old` is out of date."""
    return Change(
        keys.lock(old.job),
        set={"owner": new.owner, "until": stamp(new.until)},
        when=(Equals("owner", old.owner), Equals("until", stamp(old.until))),
    )


def release(lease: Lease) -> Delete:
    """Let go of the job; refused when somebody else has it by now."""
    return Delete(keys.lock(lease.job), (Equals("owner", lease.owner),))


def day_reached(table: Table, job: str) -> datetime | None:
    """The start of the day up to which the job is done; that day itself may have more."""
    item = table.get(keys.reached(job))
    return parse(text(item, "day")) if item else None


def reach_day(job: str, day: datetime) -> Put:
    """Remember the day a job has come to. Written twice or late it only means looking at a day again."""
    key = keys.reached(job)
    return Put({"pk": key.pk, "sk": key.sk, "day": stamp(day)})
