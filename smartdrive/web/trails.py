"""The way from the top folder down, as a breadcrumb shows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import url_for

from smartdrive.domain.models import Level


@dataclass(frozen=True, slots=True)
class Step:
    """One folder of the way; `name` is "" for the top folder, which the page names in its own language."""

    id: str
    name: str
    href: str


def steps(trail: Sequence[Level], address: Callable[[Level], str] | None = None) -> list[Step]:
    """The steps with their addresses: the folders' own pages unless said otherwise."""
    find = address or _folder
    return [Step(level.id, level.name if level.parent else "", find(level)) for level in trail]


def _folder(level: Level) -> str:
    return url_for("files.folder", folder_id=level.id) if level.parent else url_for("files.home")
