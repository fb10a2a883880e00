"""What all walks share: acts on a drive and on the model of it, and the looks that compare the two."""

import io
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine, invariant

from smartdrive.domain.errors import DriveError
from smartdrive.domain.models import Conflict, Node
from smartdrive.services.wanted import Wanted
from tests.model.expected import Expected, Kept, Refusal, Thing
from tests.web.site import Site

QUOTA = 400
CLEAN_EVERY = 100
LOOK_EVERY = 10


class Acting(RuleBasedStateMachine):
    """One new person on a drive that subclasses name; counts what took effect over all walks."""

    site: ClassVar[Site]
    done: ClassVar[Counter[str]]
    refused: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.services = self.site.services
        number = self.done["people"]
        self.done["people"] += 1
        self.user, _ = self.site.account(f"walker{number}")
        self.expected = Expected(self.user.root, QUOTA)
        self.steps = 0
        self.read: dict[str, bytes] = {}

    def act(self, name: str, run: Callable[[], Any], *, refusals: set[Refusal]) -> Any:
        """Do it on the drive: one of the refusals that hold, or an answer when none does."""
        code, answer = "", None
        try:
            answer = run()
        except DriveError as error:
            code = error.code
        assert code in (refusals or {""}), f"{name} ended as {code or 'done'}, not as {refusals or 'done'}"
        (self.refused if code else self.done)[name] += 1
        return answer

    def pick(self, some: list[Thing], at: int) -> Thing:
        chosen = some[at % len(some)]
        note(f"{chosen.kind} {chosen.name} {chosen.id}")
        return chosen

    def folder(self, at: int) -> str:
        """The top folder, or any other: now and then one that cannot be seen."""
        found = [self.expected.top, *(thing.id for thing in self.expected.things.values() if thing.kind == "folder")]
        return found[at % len(found)]

    def keep(self, node: Node, content: bytes, source: object = None) -> None:
        """Note a file's new bytes, of a new file too."""
        new = Thing(node.id, "file", node.name, node.parent)
        thing = self.expected.things.setdefault(node.id, new)
        thing.versions.append(Kept(node.version, content, source or object()))

    @invariant()
    def agrees(self) -> None:
        """The room always; all that can be seen every few steps; the rows and bytes below it now and then."""
        self.steps += 1
        used = self.services.accounts.usage(self.user).used
        assert used == self.expected.used, f"{used} bytes are taken, not {self.expected.used}"
        if self.steps % LOOK_EVERY == 0:
            self.look()
        if self.steps % CLEAN_EVERY == 0:
            self.clean()

    def teardown(self) -> None:
        self.look()

    def look(self) -> None:
        """Every folder, the trash, and every file with all its versions are what they should be."""
        for folder in [self.expected.top, *(thing.id for thing in self.expected.living("folder"))]:
            rows = self.services.folders.page(self.user, folder, sort="name", limit=200).page.items
            inside = {thing.id: (thing.kind, thing.name) for thing in self.expected.inside(folder)}
            assert {row.id: (row.kind, row.name) for row in rows} == inside
        trashed = {row.node for row in self.services.trash.page(self.user).items}
        assert trashed == {thing.id for thing in self.expected.trash()}
        for file in self.expected.living("file"):
            self.look_at(file)

    def look_at(self, file: Thing) -> None:
        node = self.services.tree.file(self.user, file.id)
        versions = list(reversed(self.services.versions.page(node).items))
        assert [version.id for version in versions] == [kept.id for kept in file.versions]
        for version, kept in zip(versions, file.versions, strict=True):
            assert self._bytes(version.object, version.object_version) == kept.content
        assert self._bytes(node.object, node.object_version) == file.content

    def clean(self) -> None:
        """The worker gives back what was deleted for good; after it nothing in rows or bytes is out of order."""
        upkeep = self.services.upkeep
        while upkeep.purge_round() or upkeep.checksum_round():
            pass
        self.expected.doomed = 0
        self.read.clear()
        assert self.services.accounts.usage(self.user).used == self.expected.used
        report = self.services.fsck.run(between=0)
        assert report.findings == ()
        self.done["fsck"] += 1

    def store(self, parent: str, name: str, content: bytes, conflict: Conflict) -> Node:
        wanted = Wanted(name, len(content), parent=parent, conflict=conflict)
        return self.services.uploads.store(self.user, wanted, stream=io.BytesIO(content)).file

    def _bytes(self, name: str, version: str) -> bytes:
        """What an object holds, which never changes: read once between two looks of the worker."""
        if name not in self.read:
            self.read[name] = b"".join(self.services.objects.open(name, version=version))
        return self.read[name]
