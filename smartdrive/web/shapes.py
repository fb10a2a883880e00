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


class Refusal(TypedDict):
    """`code` is a stable word for programs, `title` a sentence for people.

    `fields` says what is wrong where, `existing` is the item that has the name, `missing` the parts that have not come.
    """

    status: int
    code: str
    title: str
    fields: NotRequired[dict[str, str]]
    existing: NotRequired[Item]
    missing: NotRequired[list[int]]


class Problem(Refusal):
    """A refusal as an answer of its own (RFC 9457); `id` finds a fault of ours in the log."""

    id: NotRequired[str]


class Health(TypedDict):
    """Whether it works."""

    status: Literal["alive", "ready", "unavailable"]
