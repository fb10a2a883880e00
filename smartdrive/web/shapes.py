"""Answers of the API as types: what views put together is checked against them, and the OpenAPI document shows them."""

from typing import Annotated, Literal, NotRequired

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from smartdrive.domain.models import Kind, Role, Scope

Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""ISO 8601 in UTC, to the millisecond."""
Cursor = str | None
"""For `?after=`; None on the last page."""


class Item(TypedDict):
    """A file or folder. The checksums come once the worker has computed them, and only when one file is asked for."""

    id: str
    kind: Kind
    name: str
    parent: str | None
    size: int
    type: str
    created: Moment
    modified: Moment
    owner: str
    permission: Literal["edit"]
    starred: bool
    shared: bool
    preview_ready: bool
    version: str
    sha256: NotRequired[str]
    crc32: NotRequired[str]


class OneFile(TypedDict):
    """A file."""

    file: Item


class Version(TypedDict):
    """One state of a file's bytes; `by` is who made it, `name` "" unless it was given one.

    `sha256` comes once the worker has computed it.
    """

    id: str
    size: int
    type: str
    created: Moment
    by: str
    name: str
    current: bool
    sha256: NotRequired[str]


class OneVersion(TypedDict):
    """A version of a file."""

    version: Version


class Versions(TypedDict):
    """One page of the versions of a file, the current one first."""

    items: list[Version]
    next: Cursor


class Presigned(TypedDict):
    """An address of a file's bytes that works for everybody until its end."""

    url: str
    expires_at: Moment


class OneFolder(TypedDict):
    """A folder."""

    folder: Item


class Files(TypedDict):
    """One page of files."""

    items: list[Item]
    next: Cursor


class Step(TypedDict):
    """A folder of the way from the top."""

    id: str
    name: str


class Listing(TypedDict):
    """One page of a folder, and the way to it."""

    folder: Item
    trail: list[Step]
    items: list[Item]
    next: Cursor


class PlacedItem(Item):
    """A file or folder with the folders it lies in, from the top."""

    path: list[Step]


class PlacedItems(TypedDict):
    """One page of things from all over the drive; it may be short, even empty, and have a next one."""

    items: list[PlacedItem]
    next: Cursor


class Answer(PlacedItem):
    """What answers a question; where in its name the words stand: the first character, and the one after the last."""

    matches: list[tuple[int, int]]


class Answers(TypedDict):
    """One page of answers."""

    items: list[Answer]
    next: Cursor


class TrashedItem(TypedDict):
    """A line of the trash; it goes for good on `purged_on`."""

    id: str
    kind: Kind
    name: str
    size: int
    type: str
    parent: str
    deleted: Moment
    purged_on: Moment


class TrashPage(TypedDict):
    """One page of the trash."""

    items: list[TrashedItem]
    next: Cursor


class Account(TypedDict):
    """An account as its owner sees it."""

    id: str
    email: str
    name: str
    role: Role
    timezone: str
    theme: str
    root: str
    created: Moment


class OneAccount(TypedDict):
    """An account."""

    user: Account


class Room(TypedDict):
    """Room in bytes; `used` counts files, versions, trash and open uploads. No limit is a `quota` of null."""

    used: int
    quota: int | None


class SignedIn(TypedDict):
    """A new session; the access token is good for `expires_in` seconds, the refresh token makes further ones."""

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    user: Account


class Refreshed(TypedDict):
    """A new access token, good for `expires_in` seconds."""

    access_token: str
    expires_in: int


class SignIn(TypedDict):
    """A session: one sign-in of one device."""

    id: str
    device: str
    address: str
    created: Moment
    seen: Moment
    expires: Moment
    current: bool


class SignIns(TypedDict):
    """All sessions that live."""

    items: list[SignIn]
    next: Cursor


class Token(TypedDict):
    """An access token as its owner sees it later; `expires_at` None is never, `last_used` is known to the hour."""

    id: str
    name: str
    scope: Scope
    created: Moment
    expires_at: Moment | None
    last_used: Moment | None


class NewToken(Token):
    """An access token when it has just been made: `token` is shown this once."""

    token: str


class Tokens(TypedDict):
    """All access tokens that live."""

    items: list[Token]
    next: Cursor


class Share(TypedDict):
    """A link as its owner sees it; `url` is None when its key is gone, `name` when its thing is."""

    id: str
    kind: Literal["link"]
    permission: Literal["view"]
    item: str
    name: str | None
    url: str | None
    created: Moment
    expires_at: Moment
    downloads: int
    last_download: Moment | None


class OneShare(TypedDict):
    """A link."""

    share: Share


class Shares(TypedDict):
    """One page of links."""

    items: list[Share]
    next: Cursor


class ZipAddress(TypedDict):
    """An address that fetches a zip, good for an hour."""

    url: str


class Refusal(TypedDict):
    """`code` is a stable word for programs, `title` a sentence for people.

    `fields` says what is wrong where, `existing` is the item that has the name, `missing` the parts that have not
    come, `copy` the folder that was copied in part.
    """

    status: int
    code: str
    title: str
    fields: NotRequired[dict[str, str]]
    existing: NotRequired[Item]
    missing: NotRequired[list[int]]
    copy: NotRequired[str]


class Problem(Refusal):
    """A refusal as an answer of its own (RFC 9457); `id` finds a fault of ours in the log."""

    id: NotRequired[str]


class Health(TypedDict):
    """Whether it works."""

    status: Literal["alive", "ready", "unavailable"]
