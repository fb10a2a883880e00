"""A walk of random acts on a drive and on the model of it, compared as it goes."""

import io
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from smartdrive.domain.errors import DriveError
from smartdrive.domain.models import Conflict, Node
from smartdrive.services.copying import CopyWish
from smartdrive.services.wanted import Wanted
from tests.model.expected import Expected, Kept, Refusal, Thing
from tests.web.site import Site

QUOTA = 400
CLEAN_EVERY = 100
LOOK_EVERY = 10
NAMES = ["a.txt", "A.TXT", "b.txt", "b (1).txt", "Ä", "a\u0308", "docs", "Docs", "资料", "notes.tar"]

names = st.sampled_from(NAMES)
picks = st.integers(0, 999)
contents = st.binary(min_size=0, max_size=40)


class Walk(RuleBasedStateMachine):
    """Acts of one new person on a drive that subclasses name; counts what took effect over all walks."""

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

    # What all acts share.

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

    # The rules.

    @rule(at=picks, name=names)
    def mkdir(self, at: int, name: str) -> None:
        parent = self.folder(at)
        refusals = self.expected.unseen(parent) or self.expected.taken(parent, name)
        made = self.act("mkdir", lambda: self.services.folders.create(self.user, parent, name=name), refusals=refusals)
        if made:
            self.expected.things[made.id] = Thing(made.id, "folder", made.name, parent)

    @rule(at=picks, name=names, content=contents, conflict=st.sampled_from(["ask", "keep_both"]))
    def upload(self, at: int, name: str, content: bytes, conflict: Conflict) -> None:
        parent = self.folder(at)
        hidden = self.expected.unseen(parent)
        taken = self.expected.taken(parent, name) if conflict == "ask" and not hidden else set()
        refusals = hidden | taken | self.expected.over(len(content))
        due = self.expected.free_name(parent, name)
        made = self.act("upload", lambda: self._store(parent, name, content, conflict), refusals=refusals)
        if made:
            assert made.name == due
            self.keep(made, content)

    @precondition(lambda self: self.expected.living("file"))
    @rule(at=picks, content=contents)
    def replace(self, at: int, content: bytes) -> None:
        file = self.pick(self.expected.living("file"), at)
        refusals = self.expected.over(len(content))
        made = self.act("replace", lambda: self._store(file.parent, file.name, content, "replace"), refusals=refusals)
        if made:
            assert made.id == file.id
            self.keep(made, content)

    @precondition(lambda self: self.expected.things)
    @rule(at=picks, name=names)
    def rename(self, at: int, name: str) -> None:
        thing = self.pick(list(self.expected.things.values()), at)
        taken = self.expected.taken(thing.parent, name, by_other_than=thing.id)
        refusals = self.expected.unseen(thing.id) or taken
        made = self.act("rename", lambda: self._change(thing, name=name), refusals=refusals)
        if made:
            thing.name = made.name

    @precondition(lambda self: self.expected.things)
    @rule(at=picks, to=picks)
    def move(self, at: int, to: int) -> None:
        thing, parent = self.pick(list(self.expected.things.values()), at), self.folder(to)
        refusals = self.expected.unseen(thing.id, parent)
        if not refusals and thing.parent != parent:
            into_itself = self.expected.within(parent, thing.id)
            refusals = {"cycle"} if into_itself else self.expected.taken(parent, thing.name)
        made = self.act("move", lambda: self._change(thing, parent=parent), refusals=refusals)
        if made:
            thing.parent = parent

    @precondition(lambda self: any(thing.kind == "file" for thing in self.expected.things.values()))
    @rule(at=picks, to=picks)
    def copy(self, at: int, to: int) -> None:
        file = self.pick([thing for thing in self.expected.things.values() if thing.kind == "file"], at)
        parent = self.folder(to)
        refusals = self.expected.unseen(file.id, parent) or self.expected.over(len(file.content))
        due = self.expected.free_name(parent, file.name)
        made = self.act("copy", lambda: self._copy(file, CopyWish(parent, "keep_both")), refusals=refusals)
        if made:
            assert made.name == due
            self.keep(made, file.content, file.versions[-1].source)

    @precondition(lambda self: self.expected.living("file"))
    @rule(at=picks, over=picks)
    def copy_over(self, at: int, over: int) -> None:
        file, there = (self.pick(self.expected.living("file"), each) for each in (at, over))
        refusals: set[Refusal] = {"exists"} if file is there else self.expected.over(len(file.content))
        wish = CopyWish(there.parent, "replace", there.name)
        made = self.act("copy_over", lambda: self._copy(file, wish), refusals=refusals)
        if made:
            assert (made.id, made.name) == (there.id, there.name)
            self.keep(made, file.content, file.versions[-1].source)

    @precondition(lambda self: self.expected.things)
    @rule(at=picks)
    def trash(self, at: int) -> None:
        thing = self.pick(list(self.expected.things.values()), at)
        refusals = self.expected.unseen(thing.id)
        if self.act("trash", lambda: self.services.trash.put(self.user, thing.id), refusals=refusals):
            thing.trashed = True

    @precondition(lambda self: self.expected.trash())
    @rule(at=picks)
    def restore(self, at: int) -> None:
        thing = self.pick(self.expected.trash(), at)
        home = self.expected.home(thing)
        due = self.expected.free_name(home, thing.name)
        made = self.act("restore", lambda: self.services.trash.restore(self.user, thing.id), refusals=set())
        assert (made.parent, made.name) == (home, due)
        thing.parent, thing.name, thing.trashed = home, due, False

    @precondition(lambda self: self.expected.trash())
    @rule(at=picks)
    def purge(self, at: int) -> None:
        thing = self.pick(self.expected.trash(), at)
        self.act("purge", lambda: self.services.trash.purge(self.user, thing.id) or True, refusals=set())
        self.expected.destroy(thing)

    @precondition(lambda self: self.expected.trash())
    @rule()
    def empty(self) -> None:
        self.act("empty", lambda: self.services.trash.empty(self.user) or True, refusals=set())
        for thing in self.expected.trash():
            self.expected.destroy(thing)

    @precondition(lambda self: self.expected.living("file"))
    @rule(at=picks, which=picks)
    def restore_version(self, at: int, which: int) -> None:
        file = self.pick(self.expected.living("file"), at)
        kept = file.versions[which % len(file.versions)]
        unchanged = kept.source is file.versions[-1].source
        refusals = set() if unchanged else self.expected.over(len(kept.content))
        act = self.services.versions.restore
        made = self.act("restore_version", lambda: act(self.user, file.id, version_id=kept.id), refusals=refusals)
        if made and not unchanged:
            self.keep(made, kept.content, kept.source)

    @precondition(lambda self: self.expected.with_history())
    @rule(at=picks, which=picks)
    def delete_version(self, at: int, which: int) -> None:
        file = self.pick(self.expected.with_history(), at)
        kept = file.versions[which % len(file.versions)]
        refusals: set[Refusal] = {"current_version"} if kept is file.versions[-1] else set()
        act = self.services.versions.delete
        if self.act("delete_version", lambda: act(self.user, file.id, version_id=kept.id) or True, refusals=refusals):
            file.versions.remove(kept)

    # What must hold.

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

    # Calls in short.

    def _store(self, parent: str, name: str, content: bytes, conflict: Conflict) -> Node:
        wanted = Wanted(name, len(content), parent=parent, conflict=conflict)
        return self.services.uploads.store(self.user, wanted, stream=io.BytesIO(content)).file

    def _change(self, thing: Thing, **change: str) -> Node:
        return self.services.items.change(self.user, thing.id, kind=thing.kind, **change)

    def _copy(self, file: Thing, wish: CopyWish) -> Node:
        return self.services.copying.one(self.user, file.id, kind="file", wish=wish).node

    def _bytes(self, name: str, version: str) -> bytes:
        """What an object holds, which never changes: read once between two looks of the worker."""
        if name not in self.read:
            self.read[name] = b"".join(self.services.objects.open(name, version=version))
        return self.read[name]
