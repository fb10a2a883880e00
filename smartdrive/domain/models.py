"""What the drive is about: frozen values that services hand out and records remember."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, NamedTuple, TypeVar

T = TypeVar("T")
Kind = Literal["file", "folder"]
NodeState = Literal["live", "trashed", "purging"]
Conflict = Literal["ask", "replace", "keep_both", "skip"]
JobState = Literal["running", "stopping", "done", "failed"]
Role = Literal["operator", "member"]
UserState = Literal["active", "disabled", "deleting"]
Scope = Literal["read", "write"]


@dataclass(frozen=True, slots=True)
class Acting:
    """How somebody acts just now, for the journal: in which change, from where, and which change they take back."""

    change: str = ""
    address: str = ""
    undoes: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """An account. `password` is the tagged hash; `root` the id of its top folder.

    `epoch` counts up when all sessions end at once; a session of an earlier epoch is over. `token_epoch` is the same
    for access tokens. `acting` is no part of the account: it comes with a request.
    """

    id: str
    email: str
    name: str
    role: Role
    state: UserState
    root: str
    created: datetime
    password: str = field(repr=False, default="")
    timezone: str = ""
    theme: str = "auto"
    epoch: int = 0
    token_epoch: int = 0
    acting: Acting = field(default=Acting(), compare=False)


@dataclass(frozen=True, slots=True)
class Usage:
    """Room of an account in bytes; `used` counts files, versions, trash and open uploads.

    `quota` is None where nothing limits it.
    """

    used: int
    quota: int | None


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of one device; its tokens die with it."""

    id: str
    user: str
    created: datetime
    seen: datetime
    expires: datetime
    agent: str = ""
    address: str = ""
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a person's program shows in place of a session. `hash` is that of its text, which nobody keeps.

    `expires` is None for never; `used` is known to the hour, None when it never was.
    """

    id: str
    user: str
    name: str
    scope: Scope
    hash: str
    created: datetime
    expires: datetime | None
    used: datetime | None = None
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """A file or folder. `parent` is "" for a root; sizes are bytes, 0 for folders; `object` is "" for folders.

    `trashed` is when it went to the trash (None while live). `links` counts its live links. `starred` is written by its
    owner's star alone, never along with the rest.
    """

    id: str
    kind: Kind
    name: str
    parent: str
    owner: str
    created: datetime
    modified: datetime
    state: NodeState = "live"
    size: int = 0
    type: str = ""
    object: str = ""
    object_version: str = ""
    version: str = ""
    links: int = 0
    trashed: datetime | None = None
    starred: bool = False


class Level(NamedTuple):
    """A part of the way from the top folder down to a thing; `parent` is "" for the top folder."""

    id: str
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class Trashed:
    """A row of the trash page: what it was, since when, and when it goes for good."""

    node: str
    kind: Kind
    name: str
    size: int
    type: str
    parent: str
    deleted: datetime
    purged_on: datetime


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload under way or done. `file` is set once it is done.

    `size` bytes were taken from the owner's room at begin; `fingerprint` and `modified` are the client's words.
    """

    id: str
    owner: str
    parent: str
    name: str
    size: int
    type: str
    key: str
    part_size: int
    handle: str
    conflict: Conflict
    state: Literal["open", "done"]
    created: datetime
    touched: datetime
    fingerprint: str = ""
    modified: datetime | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a file's bytes; the current one stands here too.

    `name` is "" unless its owner gave it one. `mark` is "" unless the worker is to look whether it is still kept.
    """

    id: str
    node: str
    object: str
    object_version: str
    size: int
    type: str
    created: datetime
    by: str
    name: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """Work that outlasts its request: folders being filled with copies.

    `total` counts what has been found so far, `done` what of it has been gone through. `code` says why it ended early:
    it is `stopping` while what was left is put away, then `failed`. `until` is the moment up to which the request that
    began it works at it itself. `created` is also when all that it makes was made: what is that young is no original.
    """

    id: str
    owner: str
    state: JobState
    created: datetime
    until: datetime
    done: int = 0
    total: int = 0
    code: str = ""
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A folder that a job fills: what is in `source`, from `cursor` on, goes into `copy`; `top` was asked for."""

    job: str
    source: str
    copy: str
    top: str
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of one thing of a job: `code` why it is not copied whole, `copy` and `name` what was made."""

    id: str
    code: str = ""
    copy: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Checksums:
    """Hex digests of an object's bytes, as computed by the worker; "" until then."""

    sha256: str = ""
    crc32: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A share by link. The token is HMAC(link key, id, generation), so its owner can copy it again."""

    id: str
    node: str
    owner: str
    kind: Kind
    token_hash: str
    key_id: str
    generation: int
    created: datetime
    expires: datetime
    downloads: int = 0
    last_download: datetime | None = None


@dataclass(frozen=True, slots=True)
class ZipTicket:
    """What fetches a zip of these things of a person for a while. Only the hash of its token is known.

    It is over as soon as one of the epochs is not the person's any more.
    """

    token_hash: str
    user: str
    ids: tuple[str, ...]
    expires: datetime
    epoch: int = 0
    token_epoch: int = 0


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list and the cursor of the next, None at the end."""

    items: list[T]
    next: str | None = None
