"""What a page may show of a file itself: only types whose bytes are sent inline."""

from typing import Literal, Protocol

from smartdrive.domain.models import Kind
from smartdrive.domain.types import inline_allowed

Preview = Literal["image", "audio", "video", ""]


class Typed(Protocol):
    """A file or folder."""

    @property
    def kind(self) -> Kind: ...
    @property
    def type(self) -> str: ...


def preview_of(item: Typed) -> Preview:
    """The element that shows this file, "" where nothing but its icon is shown."""
    if item.kind != "file" or not inline_allowed(item.type):
        return ""
    family = item.type.partition("/")[0]
    return family if family in ("image", "audio", "video") else ""  # type: ignore[return-value]
