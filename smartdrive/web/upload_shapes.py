"""Answers of the upload contract as types."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from smartdrive.web.shapes import Cursor, Item, Moment, Refusal, Share


class SignedPart(TypedDict):
    """Where one part is PUT, with which headers."""

    url: str
    headers: dict[str, str]


class SignedParts(TypedDict):
    """Addresses by the number of the part."""

    urls: dict[str, SignedPart]


class BegunUpload(TypedDict):
    """An open upload; `done` are the parts that have come. `url` and `headers` stand here when one part is all."""

    id: str
    part_size: int
    done: list[int]
    url: NotRequired[str]
    headers: NotRequired[dict[str, str]]


class NeedlessUpload(TypedDict):
    """No upload is needed: the file is there; None when it was deleted since."""

    file: Item | None


class BegunOfMany(BegunUpload):
    """`BegunUpload` among others."""

    status: Literal[201]


class NeedlessOfMany(NeedlessUpload):
    """`NeedlessUpload` among others."""

    status: Literal[200]


class BegunUploads(TypedDict):
    """What became of each, in the order of the items."""

    results: list[BegunOfMany | NeedlessOfMany | Refusal]


class OpenUpload(TypedDict):
    """An upload under way; `fingerprint` is the client's word."""

    id: str
    name: str
    size: int
    parent: str
    part_size: int
    fingerprint: str
    created: Moment


class ListedUpload(OpenUpload):
    """`touched` when it was begun, signed for, or sent a part to: a moment ago means that it is under way elsewhere."""

    touched: Moment


class OpenUploads(TypedDict):
    """One page of open uploads."""

    items: list[ListedUpload]
    next: Cursor


class UploadUnderWay(OpenUpload):
    """How far an upload is: `done` are the parts that have come."""

    state: Literal["open"]
    done: list[int]


class UploadDone(NeedlessUpload):
    """An upload that was completed, for a week."""

    state: Literal["done"]


class CompletedOfMany(TypedDict):
    """A file that was made."""

    id: str
    status: Literal[200, 201]
    file: Item


class RefusedOfMany(Refusal):
    """An upload that was not completed, and why."""

    id: str


class CompletedUploads(TypedDict):
    """What became of each, in the order of the ids."""

    results: list[CompletedOfMany | RefusedOfMany]


class FromForm(TypedDict):
    """The first file of the form, its link when one was asked for, and all files when there are several."""

    file: Item
    share: NotRequired[Share]
    files: NotRequired[list[Item]]
