"""A drive on DynamoDB and S3 with somebody on it, prepared for acts whose cost is measured."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from typing import Any

import requests

from smartdrive.domain.clock import Ids
from smartdrive.domain.models import Node
from smartdrive.ports.table import Delete, Item, Put
from smartdrive.records import keys, nodes, stars, words
from smartdrive.records.keys import shard_of
from smartdrive.services.wanted import Wanted
from smartdrive.storage.dynamodb import DynamoTable
from smartdrive.storage.dynamodb_words import spoken
from tests.beneath import beneath
from tests.web.metering import Bill, Meter
from tests.web.site import Person, Site

LARGE = 40_000_000


@dataclass
class Stage:
    """A person with a folder `here`, in which the acts take place; `there` is where things are moved to."""

    site: Site
    alice: Person
    meter: Meter
    here: str = "root"
    there: str = "root"

    def __post_init__(self) -> None:
        self.names = (f"paper {number}.txt" for number in count())

    def ok(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.alice.api.call(method, path, body)
        assert answer.status_code < 400, answer.text
        return answer if answer.status_code in {204, 302} else answer.json

    def fetch(self, path: str) -> bytes:
        answer = self.alice.api.get(path)
        assert answer.status_code == 200, answer.text
        return answer.data

    def folder(self, parent: str = "") -> str:
        body = {"parent": parent or self.here, "name": f"folder of {next(self.names)}"}
        return str(self.ok("POST", "/api/folders", body)["folder"]["id"])

    def file(self) -> str:
        begun = self.begin(1)[0]
        self.send(begun)
        return str(self.ok("POST", f"/api/uploads/{begun['id']}/complete")["file"]["id"])

    def wanted(self, size: int = 100) -> dict[str, Any]:
        return {"name": next(self.names), "size": size, "parent": self.here}

    def begin(self, number: int) -> list[Any]:
        items = [self.wanted() for _ in range(number)]
        return list(self.ok("POST", "/api/uploads/batch", {"items": items})["results"])

    def send(self, signed: Any, size: int = 100) -> None:
        answer = requests.put(signed["url"], data=b"x" * size, headers=signed["headers"], timeout=60)
        assert answer.status_code == 200, answer.text

    def send_parts(self, upload: Any) -> None:
        urls = self.ok("POST", f"/api/uploads/{upload['id']}/sign", {"parts": [1, 2, 3]})["urls"]
        for number, signed in urls.items():
            self.send(signed, min(upload["part_size"], LARGE - (int(number) - 1) * upload["part_size"]))

    def link(self, item: str) -> str:
        return str(self.ok("POST", "/api/shares", {"item": item})["share"]["url"])

    def file_of_first_shard(self, content: bytes) -> str:
        """A file whose work the worker looks for first, so that its cost does not hang on chance."""
        services = self.site.services
        uploads = services.uploads
        ids = lucky_ids(services.ids)
        lucky = replace(
            uploads, beginning=replace(uploads.beginning, ids=ids), settling=replace(uploads.settling, ids=ids)
        )
        wanted = Wanted(next(self.names), len(content), parent=self.here)
        return lucky.store(self.alice.user, wanted, stream=BytesIO(content)).file.id

    def fill(self, folder: str, number: int, *, with_words: bool = False) -> None:
        """Put the names of files into a folder, past the application, which would take long."""
        now, owner = datetime.now(UTC), self.alice.user.id
        rows = list[Item]()
        for at in range(number):
            node = Node(self.site.services.ids(), "file", f"old {at:05d}.txt", folder, owner, now, now, size=1)
            rows += [nodes.entry_item(node), *(_word_rows(node) if with_words else [])]
        self._put(rows)

    def fill_stars(self, number: int) -> None:
        """Star so many things, past the application."""
        node = Node("", "file", "", "", self.alice.user.id, datetime.now(UTC), datetime.now(UTC))
        stars_of = (stars.star(replace(node, id=self.site.services.ids()), moment=node.created) for _ in range(number))
        self._put([row.item for _, row in stars_of])

    def unstar_all(self) -> None:
        """Take away every star, past the application."""
        table, owner = self.site.services.table, self.alice.user.id
        for starred in self.site.services.stars.ids(self.alice.user):
            table.write(Delete(keys.star(owner, starred)))

    def _put(self, rows: Sequence[Item]) -> None:
        table = beneath(self.site.services.table)
        assert isinstance(table, DynamoTable)
        for start in range(0, len(rows), 25):
            some: Any = [{"PutRequest": {"Item": spoken(row)}} for row in rows[start : start + 25]]
            table._client.batch_write_item(RequestItems={table._name: some})


def _word_rows(node: Node) -> list[Item]:
    return [action.item for action in words.enter(node) if isinstance(action, Put)]


def lucky_ids(ids: Ids) -> Ids:
    """Ids whose nodes and objects are both in the first shard."""
    return lambda: next(found for found in iter(ids, "") if shard_of(found) == 0)


Act = Callable[[Stage], Iterator[None]]


def bill_of(stage: Stage, act: Act) -> Bill:
    """Prepare unmetered, then act as a process that knows the folders `here` and `there`, and no others.

    What stands behind a second `yield` tidies up, unmetered too.
    """
    steps = act(stage)
    next(steps)
    tree = stage.site.services.tree
    tree.ways._kept.clear()
    for folder in (stage.here, stage.there):
        tree.folder(stage.alice.user, folder)
    with stage.meter.measuring() as bill:
        next(steps, None)
    next(steps, None)
    return bill
