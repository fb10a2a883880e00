"""Answers about many things at once, and about jobs, as types."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from smartdrive.web.shapes import Item


class ResultOfMany(TypedDict):
    """What became of one thing: `status` as if it had been asked for alone.

    `code` says why not, or `skipped`; `copy` is the id of what was made of it, `existing` what has the name. `folder`
    is the name of the folder that it came back to out of the trash, "" for the top.
    """

    id: str
    status: int
    code: NotRequired[str]
    title: NotRequired[str]
    copy: NotRequired[str]
    folder: NotRequired[str]
    existing: NotRequired[Item]


class Results(TypedDict):
    """What became of each, in the order of the ids; an id that was given twice stands once."""

    results: list[ResultOfMany]


class JobState(TypedDict):
    """How far a job is. `total` is what has been found so far, and grows while folders are opened.

    When it is over, `results` say what became of each thing; `code` and `title` why it `failed`: what was copied stays.
    """

    id: str
    state: Literal["running", "done", "failed"]
    done: int
    total: int
    code: NotRequired[str]
    title: NotRequired[str]
    results: NotRequired[list[ResultOfMany]]


class BegunResults(TypedDict):
    """What became of each so far: `202` is a folder that `job` still fills."""

    results: list[ResultOfMany]
    job: JobState


class BegunCopy(TypedDict):
    """A folder that is there, and that `job` still fills."""

    folder: Item
    job: JobState
