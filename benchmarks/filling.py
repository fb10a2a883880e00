"""A folder made very long within seconds: copies of its one file, as the drive itself records them."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from benchmarks.shipped import Places
from smartdrive.domain.clock import new_id, now
from smartdrive.domain.models import Node
from smartdrive.ports.table import Action
from smartdrive.records import nodes, objects, rooms, versions, words
from smartdrive.settings import load
from smartdrive.wiring import build

TOGETHER = 13
"""Files of one write: seven actions each, three of them words, the count of references and the room."""


def fill(places: Places, folder_id: str, *, count: int) -> None:
    """Write so many copies of the folder's only file, beside the running drive."""
    services = build(load(data=places.data, public_url=places.url, behind_nginx=True))
    entry = nodes.entry_of(nodes.page(services.table, folder_id, sort="name", begins="", limit=1, cursor=None).items[0])
    file = services.tree.node(entry.id)
    if file is None:
        raise AssertionError(entry)
    copies = (_copy(file, number) for number in range(count))
    while some := list(islice(copies, TOGETHER)):
        counted = replace(objects.add_references(file.object), add={"refs": len(some)})
        services.table.write(counted, rooms.take(file.owner, len(some) * file.size), *_actions(some))


def _copy(file: Node, number: int) -> Node:
    moment = now()
    version = versions.version_id(moment, new_id())
    return replace(file, id=new_id(), name=f"minutes-{number:06d}.txt", created=moment, version=version)


def _actions(copies: list[Node]) -> Iterator[Action]:
    for copy in copies:
        yield nodes.put_node(copy)
        yield from nodes.claim_name(copy)
        yield versions.put_version(copy, by=copy.owner, created=copy.created)
        yield from words.enter(copy)
