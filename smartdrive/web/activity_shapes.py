"""Answers about what was done, and about undoing it, as types."""

from typing import NotRequired

from typing_extensions import TypedDict

from smartdrive.domain.events import Act
from smartdrive.domain.models import Kind
from smartdrive.web.shapes import Cursor, Item, Moment


class Before(TypedDict):
    """What of it was otherwise before."""

    name: NotRequired[str]
    parent: NotRequired[str]
    version: NotRequired[str]


class ActivityEvent(TypedDict):
    """One act on one thing, with name, folder and version as it left them. All of one request have the same `change`.

    `actor` is null when the drive did it by itself, `undoes` the change that it took back, `undoable` whether it can be
    undone as things are now.
    """

    id: str
    change: str
    time: Moment
    actor: str | None
    address: str
    action: Act
    item: str | None
    kind: Kind | None
    name: str
    parent: str | None
    version: str
    before: Before
    undoes: str | None
    undoable: bool


class ActivityPage(TypedDict):
    """One page of what was done, newest first."""

    items: list[ActivityEvent]
    next: Cursor


class UndoneItem(TypedDict):
    """What became of one thing; `code` and `title` say why it was not undone."""

    id: str
    status: int
    item: NotRequired[Item]
    code: NotRequired[str]
    title: NotRequired[str]


class Undone(TypedDict):
    """What became of everything that the change had done."""

    results: list[UndoneItem]
