"""What is done to things, as the journal remembers it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from smartdrive.domain.models import Kind

Act = Literal[
    "make",
    "upload",
    "replace",
    "rename",
    "move",
    "copy",
    "trash",
    "restore",
    "purge",
    "empty",
    "restore_version",
    "name_version",
    "delete_version",
    "share",
    "change_share",
    "unshare",
]
ACTS: tuple[Act, ...] = get_args(Act)
_TIME = "%Y%m%dT%H%M%S%fZ"
_DAY = "%Y%m%d"


@dataclass(frozen=True, slots=True)
class Event:
    """One act on one thing, filed under the owner of the thing.

    `name`, `parent` and `version` are as the act left them, those with `was_` as it found them, "" where it did not
    touch them. `by` is "" when the drive did it by itself; `address` is where it was asked from. `trashed` is when the
    thing went to the trash by it. `label` is a version's name, or the id of a link; `undoes` the change it took back.
    """

    id: str
    owner: str
    by: str
    address: str
    act: Act
    item: str = ""
    kind: Kind = "file"
    name: str = ""
    parent: str = ""
    version: str = ""
    was_name: str = ""
    was_parent: str = ""
    was_version: str = ""
    trashed: datetime | None = None
    label: str = ""
    undoes: str = ""

    @property
    def change(self) -> str:
        """The id that all events of one request share."""
        return self.id.rpartition("-")[0]

    @property
    def moment(self) -> datetime:
        """When the request began."""
        return moment_of(self.id)


def moment_of(event_id: str) -> datetime:
    """The time that the id of an event or a change begins with."""
    return datetime.strptime(event_id.partition("-")[0], _TIME).replace(tzinfo=UTC)


def day_of(moment: datetime) -> str:
    """What the ids of all events of that day begin with."""
    return moment.strftime(_DAY)


def change_id(moment: datetime, random: str) -> str:
    """A new change's id; they sort by time."""
    return f"{moment.astimezone(UTC).strftime(_TIME)}-{random[:8]}"
