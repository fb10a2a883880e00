"""The states of a file's bytes. Ids begin with their time, so the newest comes first when read backwards.

A version that is no longer among the newest carries a mark: it stands in index g1 on the day on which it may have to
go. Every mark is another one, so that whoever acts upon a mark notices when the version was given a name meanwhile.
"""

from datetime import UTC, datetime, timedelta

from smartdrive.domain.clock import stamp
from smartdrive.domain.models import Node, Version
from smartdrive.ports.table import Change, Check, Delete, Equals, Item, Present, Put, Slice, Table
from smartdrive.records import keys
from smartdrive.records.codec import number, text, time

_TIME = "%Y%m%dT%H%M%S%fZ"


def version_id(moment: datetime, random: str) -> str:
    """A new version's id."""
    return moment.astimezone(UTC).strftime(_TIME) + "-" + random[:8]


def version_after(old: str, *, moment: datetime, random: str) -> str:
    """An id that comes after `old`, also where the clock of another machine was ahead of ours."""
    before = datetime.strptime(old.partition("-")[0], _TIME).replace(tzinfo=UTC)
    return version_id(max(moment, before + timedelta(microseconds=1)), random)


def put_version(node: Node, *, by: str, created: datetime) -> Put:
    """Remember the node's present bytes as a version."""
    key = keys.version(node.id, node.version)
    item: Item = {"pk": key.pk, "sk": key.sk, "id": node.version, "node": node.id, "object": node.object}
    item |= {"object_version": node.object_version, "size": node.size, "type": node.type}
    item |= {"created": stamp(created), "by": by}
    return Put(item | _recent(node))


def list_recent(node: Node) -> Change:
    """List the present version of a file from before there was such a list; refused when the version is gone."""
    return Change(keys.version(node.id, node.version), set=_recent(node), when=(Present(),))


def version_of(item: Item) -> Version:
    """The version of its row."""
    return Version(
        id=text(item, "id"),
        node=text(item, "node"),
        object=text(item, "object"),
        object_version=text(item, "object_version"),
        size=number(item, "size"),
        type=text(item, "type"),
        created=time(item, "created"),
        by=text(item, "by"),
        name=text(item, "name"),
        mark=text(item, "g1s"),
    )


def read_versions(table: Table, node_id: str, *, limit: int = 100, cursor: str | None = None) -> Slice:
    """A page of a file's versions, newest first."""
    return table.query(keys.node(node_id).pk, begins=keys.VERSIONS, limit=limit, cursor=cursor, descending=True)


def read_recent(table: Table, user_id: str, *, limit: int, cursor: str | None = None) -> Slice:
    """A page of the versions of a person's files, the latest first; the newest may be missing for a moment."""
    return table.query(keys.recent(user_id), index="g2", limit=limit, cursor=cursor, descending=True)


def read_version(table: Table, node_id: str, *, version_id: str) -> Version | None:
    """One version of a file."""
    item = table.get(keys.version(node_id, version_id))
    return version_of(item) if item else None


def still_there(version: Version) -> Check:
    """Refused once the version is gone."""
    return Check(keys.version(version.node, version.id), (Present(),))


def mark_version(version: Version, mark: str, *, day: datetime) -> Change:
    """Have the worker look on that day whether the version is still kept; `mark` is one that was never used."""
    return _change(version, set={"g1": keys.thin_day(day), "g1s": mark})


def name_version(version: Version, name: str) -> Change:
    """Give it a name, with which it is kept: whoever was about to remove it does not find the mark any more."""
    return _change(version, set={"name": name}, remove=("g1", "g1s"))


def unname_version(version: Version, mark: str, *, day: datetime) -> Change:
    """Take its name away, and have the worker look on that day whether it is kept without."""
    return _change(version, set={"g1": keys.thin_day(day), "g1s": mark}, remove=("name",))


def delete_version(version: Version) -> Delete:
    """Remove a version's row; refused when it is gone, since its room and reference went with it."""
    return Delete(keys.version(version.node, version.id), (Present(),))


def thin_version(version: Version) -> Delete:
    """Remove the row of a version that carries a mark; refused unless it carries the very same."""
    return Delete(keys.version(version.node, version.id), (Equals("g1s", version.mark),))


def _change(version: Version, *, set: Item, remove: tuple[str, ...] = ()) -> Change:  # noqa: A002 - as the port says
    return Change(keys.version(version.node, version.id), set=set, remove=remove, when=(Present(),))


def _recent(node: Node) -> Item:
    """Where the present version stands in index g2."""
    return {"g2": keys.recent(node.owner), "g2s": node.version}
