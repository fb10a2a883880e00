"""What an address of the API takes and answers is data on the view, beside the mark of who may call it.

`web/openapi.py` makes the document of it. An address of the API without this mark fails `tests/web/test_openapi.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

MARK = "smartdrive_documented"
JSON = "application/json"
BYTES = "application/octet-stream"
FORM = "multipart/form-data"
View = TypeVar("View", bound=Callable[..., Any])


class Bytes:
    """Stands in `answers` or `takes` for the bytes of a file."""


@dataclass(frozen=True, slots=True)
class Query:
    """One name of the query: its JSON schema, and what it does in a sentence."""

    name: str
    schema: Mapping[str, object]
    words: str


@dataclass(frozen=True, slots=True)
class Description:
    """What a view says of itself; see `documented`."""

    answers: Mapping[int, Any]
    takes: Any
    optional: bool
    media: str
    query: tuple[Query, ...]
    refuses: tuple[str, ...]
    bearer: str


def documented(
    answers: Mapping[int, Any],
    *,
    takes: object = None,
    optional: bool = False,
    media: str = JSON,
    query: tuple[Query, ...] = (),
    refuses: tuple[str, ...] = (),
    bearer: str = "access",
) -> Callable[[View], View]:
    """Say what a view answers: a type (pydantic or TypedDict) for each status, None where there is no body.

    `takes` is the type of the body (`optional` when it may be missing, `media` when it is no JSON), `query` the names
    it reads, `refuses` the codes of its own refusals, `bearer` the scheme of its token when that is not an access
    token. What follows from the other marks is added by itself: sign-in, CSRF, size, a wrong body, an unknown id.
    """
    description = Description(answers, takes, optional, media, query, refuses, bearer)

    def mark(view: View) -> View:
        view.__dict__[MARK] = description
        return view

    return mark


def description_of(view: Callable[..., Any]) -> Description | None:
    """The view's mark, or None."""
    found = getattr(view, MARK, None)
    return found if isinstance(found, Description) else None
