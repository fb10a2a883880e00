"""A walk of random acts on a drive and on the model of it, compared as it goes."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from smartdrive.domain.models import Conflict, Node
from smartdrive.services.copying import CopyWish
from tests.model import changes
from tests.model.changes import Part
from tests.model.expected import Landing, Refusal, Thing
from tests.model.undoing import Undoing, picks

NAMES = ["a.txt", "A.TXT", "b.txt", "b (1).txt", "Ä", "a\u0308", "docs", "Docs", "资料", "notes.tar"]

MANY = 1
"""A trash that holds no more than this is not emptied, or there would never be much in it."""

names = st.sampled_from(NAMES)
contents = st.binary(min_size=0, max_size=40)
conflicts = st.sampled_from(["ask", "keep_both", "replace", "skip"])


class Walk(Undoing):
    """Every act there is on files and folders."""

    @rule(at=picks, name=names)
    def mkdir(self, at: int, name: str) -> None:
        parent = self.folder(at)
        refusals = self.expected.unseen(parent) or self.expected.taken(parent, name)
        made = self.act("mkdir", lambda: self.services.folders.create(self.user, parent, name=name), refusals=refusals)
        if made:
            self.expected.things[made.id] = Thing(made.id, "folder", made.name, parent)
            self.told(Part("stays", made.id))

    @rule(at=picks, name=names, content=contents, conflict=st.sampled_from(["ask", "keep_both"]))
    def upload(self, at: int, name: str, content: bytes, conflict: Conflict) -> None:
        parent = self.folder(at)
        hidden = self.expected.unseen(parent)
        taken = self.expected.taken(parent, name) if conflict == "ask" and not hidden else set()
        refusals = hidden | taken | self.expected.over(len(content))
        due = self.expected.free_name(parent, name)
        made = self.act("upload", lambda: self.store(parent, name, content, conflict), refusals=refusals)
        if made:
            assert made.name == due
            self.keep(made, content)
            self.told(Part("stays", made.id))

    @precondition(lambda self: self.expected.living("file"))
    @rule(at=picks, content=contents)
    def replace(self, at: int, content: bytes) -> None:
        file = self.pick(self.expected.living("file"), at)
        refusals = self.expected.over(len(content))
        made = self.act("replace", lambda: self.store(file.parent, file.name, content, "replace"), refusals=refusals)
        if made:
            assert made.id == file.id
            self.keep(made, content)
            self.told(changes.written(file))

    @precondition(lambda self: self.expected.things)
    @rule(at=picks, name=names, conflict=conflicts)
    def rename(self, at: int, name: str, conflict: Conflict) -> None:
        thing = self.pick(list(self.expected.things.values()), at)
        self._change("rename", thing, parent=thing.parent, name=name, conflict=conflict)

    @precondition(lambda self: self.expected.things)
    @rule(at=picks, to=picks, conflict=conflicts)
    def move(self, at: int, to: int, conflict: Conflict) -> None:
        thing = self.pick(list(self.expected.things.values()), at)
        self._change("move", thing, parent=self.folder(to), name=thing.name, conflict=conflict)

    @precondition(lambda self: self.expected.things)
    @rule(at=picks, to=picks, conflict=conflicts)
    def copy(self, at: int, to: int, conflict: Conflict) -> None:
        thing, parent = self.pick(list(self.expected.things.values()), at), self.folder(to)
        refusals = self.expected.unseen(thing.id, parent)
        if not refusals and self.expected.within(parent, thing.id):
            refusals = {"cycle"}
        landing = Landing() if refusals else self.expected.landing(thing, parent, thing.name, conflict, beside=True)
        size = sum(len(each.content) for each in self.expected.below(thing) if each.kind == "file")
        if thing.kind == "folder" and not (refusals or landing.refusals) and self.expected.over(size):
            return  # how much of it is there in the end is nobody's promise
        over = set() if landing.skipped else self.expected.over(size)
        made = self.act(
            "copy", lambda: self._copy(thing, parent, conflict), refusals=refusals or landing.refusals or over
        )
        if made and not landing.skipped:
            self.told(*self._copied(thing, made, parent, landing))

    @precondition(lambda self: self.expected.things)
    @rule(at=picks)
    def trash(self, at: int) -> None:
        thing = self.pick(list(self.expected.things.values()), at)
        refusals = self.expected.unseen(thing.id)
        if self.act("trash", lambda: self.services.trash.put(self.user, thing.id), refusals=refusals):
            self.told(self.discard(thing))

    @precondition(lambda self: self.expected.trash())
    @rule(at=picks)
    def restore(self, at: int) -> None:
        """Mostly what has lost its folder, if anything has: it comes back with it."""
        thing = self.pick((at % 4 and self.expected.homeless()) or self.expected.trash(), at)
        made = self.act("restore", lambda: self.services.trash.restore(self.user, thing.id), refusals=set())
        self.told(self.home_again(thing, made))

    @precondition(lambda self: self.expected.trash())
    @rule(at=picks)
    def purge(self, at: int) -> None:
        """Mostly a folder out of which something went to the trash before, if there is one: it loses its folder."""
        thing = self.pick((at % 4 and self.expected.left_behind()) or self.expected.trash(), at)
        self.act("purge", lambda: self.services.trash.purge(self.user, thing.id) or True, refusals=set())
        self.expected.destroy(thing)
        self.told(Part("stays", thing.id))

    @precondition(lambda self: len(self.expected.trash()) > MANY)
    @rule()
    def empty(self) -> None:
        self.act("empty", lambda: self.services.trash.empty(self.user) or True, refusals=set())
        for thing in self.expected.trash():
            self.expected.destroy(thing)
        self.told(Part("stays", ""))

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
            self.told(changes.written(file))

    @precondition(lambda self: self.expected.with_history())
    @rule(at=picks, which=picks)
    def delete_version(self, at: int, which: int) -> None:
        """Mostly an old one: the last one is not to be had."""
        file = self.pick(self.expected.with_history(), at)
        some = file.versions[:-1] if which % 4 else file.versions
        kept = some[which % len(some)]
        refusals: set[Refusal] = {"current_version"} if kept is file.versions[-1] else set()
        act = self.services.versions.delete
        if self.act("delete_version", lambda: act(self.user, file.id, version_id=kept.id) or True, refusals=refusals):
            file.versions.remove(kept)
            self.told(Part("stays", file.id))

    # Calls, and what follows from them.

    def _change(self, act: str, thing: Thing, *, parent: str, name: str, conflict: Conflict) -> None:
        """A new name or a new folder."""
        refusals = self.expected.unseen(thing.id, parent)
        landing = Landing(name)
        if not refusals and (parent, name) != (thing.parent, thing.name):
            into_itself = parent != thing.parent and self.expected.within(parent, thing.id)
            landing = self.expected.landing(thing, parent, name, conflict)
            refusals = {"cycle"} if into_itself else landing.refusals
        new = {"name": name} if act == "rename" else {"parent": parent}
        call = self.services.items.change
        made = self.act(
            act, lambda: call(self.user, thing.id, kind=thing.kind, conflict=conflict, **new), refusals=refusals
        )
        if made and not landing.skipped:
            gone = [self.discard(landing.instead)] if landing.instead else []
            was, thing.parent, thing.name = (thing.name, thing.parent), parent, landing.name
            self.told(*changes.moved(thing, name=was[0], parent=was[1]), *gone)
        if made:
            assert (made.id, made.parent, made.name) == (thing.id, thing.parent, thing.name)

    def _copy(self, thing: Thing, parent: str, conflict: Conflict) -> Node:
        wish = CopyWish(parent, conflict)
        settled = self.services.copying.one(self.user, thing.id, kind=thing.kind, wish=wish)
        assert not settled.job, "a small folder is copied at once"
        return settled.node

    def _copied(self, thing: Thing, made: Node, parent: str, landing: Landing) -> list[Part]:
        """A copy of a file may be a version of the one that stood there; that of a folder takes its place."""
        assert (made.parent, made.name) == (parent, landing.name)
        gone = [self.discard(landing.instead)] if landing.instead and thing.kind == "folder" else []
        self._adopt(thing, made)
        new = self.expected.things[made.id]
        if landing.instead and thing.kind == "file":
            assert made.id == landing.instead.id
            return [changes.written(new)]
        return [changes.came("copy", new), *gone]

    def _adopt(self, thing: Thing, made: Node) -> None:
        """Take the ids that the drive gave to a copy and all below it."""
        if thing.kind == "file":
            return self.keep(made, thing.content, thing.versions[-1].source)
        copied = {each.name: each for each in self.expected.inside(thing.id)}
        self.expected.things[made.id] = Thing(made.id, "folder", made.name, made.parent)
        rows = self.services.folders.page(self.user, made.id, sort="name", limit=200).page.items
        assert {row.name for row in rows} == set(copied)
        for row in rows:
            self._adopt(copied[row.name], self.services.tree.load(self.user, row.id).node)
        return None
