"""Who may call a view is data on the view; one gate reads it and refuses a view that has none."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

MARK = "smartdrive_access"
MIB = 1024 * 1024
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""
View = TypeVar("View", bound=Callable[..., Any])


class Access(StrEnum):
    """Anyone; anyone signed in; whoever logged in, not their programs; only the operator."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"
    IN_SESSION = "in session"
    OPERATOR = "operator"


def public(view: View) -> View:
    """Anyone may call it."""
    return _mark(view, Access.PUBLIC)


def signed_in(view: View) -> View:
    """Needs a live session or an access token."""
    return _mark(view, Access.SIGNED_IN)


def in_session(view: View) -> View:
    """Needs a live session; no access token is enough, so that one that leaked cannot make itself at home."""
    return _mark(view, Access.IN_SESSION)


def operator(view: View) -> View:
    """Needs a live session of the operator."""
    return _mark(view, Access.OPERATOR)


def no_csrf(view: View) -> View:
    """Its authority is in the address or the body, never in a cookie: no CSRF token is asked for."""
    view.__dict__[MARK + "_no_csrf"] = True
    return view


def max_body(size: int | None) -> Callable[[View], View]:
    """The largest body in bytes the view reads, None for any; without this mark it is a mebibyte."""

    def mark(view: View) -> View:
        view.__dict__[MARK + "_max_body"] = size
        return view

    return mark


def max_body_of(view: Callable[..., Any]) -> int | None:
    """The mark of `max_body`."""
    size: int | None = getattr(view, MARK + "_max_body", MIB)
    return size


def access_of(view: Callable[..., Any]) -> Access | None:
    """The view's mark, or None."""
    mark = getattr(view, MARK, None)
    return mark if isinstance(mark, Access) else None


def needs_csrf(view: Callable[..., Any]) -> bool:
    """Whether unsafe calls of a cookie session must carry the CSRF token."""
    return not getattr(view, MARK + "_no_csrf", False)


def _mark(view: View, access: Access) -> View:
    view.__dict__[MARK] = access
    return view
