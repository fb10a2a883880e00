"""Lists come in pages: a cursor says where the next one begins."""

from collections.abc import Iterator
from contextlib import contextmanager

from smartdrive.domain.errors import BadInput
from smartdrive.domain.words import _
from smartdrive.ports.table import BadCursor


def unknown_page() -> BadInput:
    """The refusal of a cursor that no page of this list gave."""
    return BadInput(_("This page of the list is not known."), fields={"after": _("Unknown cursor.")})


@contextmanager
def known_cursor() -> Iterator[None]:
    """Refuse a foreign cursor in the words of the drive."""
    try:
        yield
    except BadCursor:
        raise unknown_page() from None
