"""The way from the top folder down, as a breadcrumb shows it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import url_for

from smartdrive.domain.models import Node


@dataclass(frozen=True, slots=True)
class Step:
    """One folder of the way; `name` is "" for the top folder, which the page names in its own language."""

    id: str
    name: str
    href: str


def steps(trail: Sequence[Node], address: Callable[[Node], str] | None = None) -> list[Step]:
    """The steps with their addresses: the folders' own pages unless said otherwise."""
    find = address or _folder
    return [Step(node.id, node.name if node.parent else "", find(node)) for node in trail]


def _folder(node: Node) -> str:
    return url_for("files.folder", folder_id=node.id) if node.parent else url_for("files.home")
