"""Taking changes back on a drive and on the model of it: the last change, or any earlier one."""

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from smartdrive.domain.clock import new_id
from smartdrive.domain.errors import DriveError
from smartdrive.domain.events import Event, change_id
from smartdrive.domain.models import Acting as Request
from smartdrive.domain.models import Level, Node
from smartdrive.services.bulk import Wanted
from smartdrive.services.landing import Settled
from tests.model import changes
from tests.model.acting import Acting
from tests.model.changes import ORDER, Done, Part
from tests.model.expected import Refusal, Thing

picks = st.integers(0, 999)
latest = st.one_of(st.integers(0, 1), st.integers(0, 30))


class Undoing(Acting):
    """Remembers what was done, and takes it back."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[Done] = []
        self.next_change()

    def next_change(self) -> None:
        """What is done from now on is one request of its own."""
        self.site.clock.forward(milliseconds=1)
        self.user = replace(self.user, acting=Request(change_id(self.services.clock(), new_id())))

    def told(self, *parts: Part, undoes: str = "") -> None:
        """What the last request did, if it did anything."""
        if parts:
            self.changes.append(Done(self.user.acting.change, parts, undoes))
        self.next_change()

    def discard(self, thing: Thing) -> Part:
        """A thing goes to the trash by the change under way."""
        thing.trashed, thing.gone, thing.way = True, self.user.acting.change, self.expected.way(thing)
        return Part("trash", thing.id)

    @precondition(lambda self: self.expected.living())
    @rule(at=picks, to=picks, out=st.booleans())
    def bulk(self, at: int, to: int, out: bool) -> None:
        """All that is in one folder goes to the trash, or to another folder, where names may be taken."""
        source = self.pick(self.expected.living(), at).parent
        some, target = self.expected.inside(source), "" if out else self.folder(to)
        if target and (target == source or not self.expected.seen(target)):
            return
        wanted = Wanted("trash", [each.id for each in some]) if out else self._move(some, target)
        outcomes = self.act("bulk", lambda: self.services.bulk.run(self.user, wanted), refusals=set()).outcomes
        parts: list[Part] = []
        for thing in some:
            parts += [self.discard(thing)] if out else self._arrived(thing, outcomes[thing.id], target)
        self.told(*parts)

    @precondition(lambda self: self.changes)
    @rule(back=latest, able=st.integers(0, 3))
    def undo(self, back: int, able: int) -> None:
        """One of those that can be taken back, mostly: of all changes, few can."""
        some = [each for each in self.changes if not self._why_not(each)] if able else []
        some = some or self.changes
        done = some[-1 - back % len(some)]
        none, stirred = self._why_not(done), self._stirred(done)
        found = self.act("undo", lambda: self.services.undo.undo(self.user, done.id), refusals=none)
        if found:
            self._taken_back(done, found, stirred=stirred)

    def _why_not(self, done: Done) -> set[Refusal]:
        """Why nothing of a change can be taken back."""
        stirred = self._stirred(done)
        found = [changes.refusals(self.expected, part, change=done.id, stirred=stirred) for part in done.parts]
        return set().union(*found) if all(found) else set()

    def _stirred(self, done: Done) -> set[str]:
        """The folders in which something was done since."""
        return changes.stirred(self.expected, done, self.changes[self.changes.index(done) + 1 :])

    def _move(self, some: list[Thing], target: str) -> Wanted:
        return Wanted("move", [each.id for each in some], target, "keep_both")

    def _arrived(self, thing: Thing, outcome: object, target: str) -> list[Part]:
        """Whether it went there, and under which free name: things that come together may take turns."""
        if self.expected.within(target, thing.id):
            assert isinstance(outcome, DriveError)
            assert outcome.code == "cycle"
            return []
        assert isinstance(outcome, Settled)
        came = outcome.node.name
        assert not self.expected.taken(target, came)
        assert came.startswith(thing.name if came == thing.name else f"{thing.name.split('.')[0]} (")
        was, thing.name, thing.parent = (thing.name, thing.parent), came, target
        return changes.moved(thing, name=was[0], parent=was[1])

    def _taken_back(self, done: Done, outcomes: Mapping[Event, Node | DriveError], *, stirred: set[str]) -> None:
        """Each part in the order of the drive, which has to be a good one, by what is known of the parts before."""
        parts = {part.item: part for part in done.parts}
        assert {event.item for event in outcomes} == set(parts)
        ways = [ORDER.index(parts[event.item].way) for event in outcomes]
        assert ways == sorted(ways)
        new: list[Part] = []
        for event, outcome in outcomes.items():
            part = parts[event.item]
            refusals = changes.refusals(self.expected, part, change=done.id, stirred=stirred)
            code = outcome.code if isinstance(outcome, DriveError) else ""
            assert code in (refusals or {""}), f"{part} ended as {code or 'done'}, not as {refusals or 'done'}"
            if isinstance(outcome, Node):
                new += self._back(part, outcome)
        self.told(*new, undoes=done.id)

    def _back(self, part: Part, node: Node) -> list[Part]:
        thing = self.expected.things[part.item]
        self.done[f"undone {part.way}"] += 1
        if part.way == "move":
            was = thing.name, thing.parent
            thing.name, thing.parent = changes.back_to(thing, part)
            return changes.moved(thing, name=was[0], parent=was[1])
        if part.way == "trash":
            return [self.home_again(thing, node)]
        return self._old_bytes(thing, node, part) if part.way == "version" else [self.discard(thing)]

    def home_again(self, thing: Thing, node: Node) -> Part:
        """It came back out of the trash, to its folder or to one that was made again."""
        home = thing.parent
        if not self.expected.seen(home):
            levels, home = self.services.tree.load(self.user, node.parent).trail[1:], self.expected.top
            for level, name in zip(levels, thing.way, strict=True):
                home = self._made_again(home, name, level)
        due = self.expected.free_name(home, thing.name)
        assert (node.parent, node.name) == (home, due)
        thing.parent, thing.name, thing.trashed = home, due, False
        return changes.came("restore", thing)

    def _made_again(self, parent: str, name: str, level: Level) -> str:
        found = self.expected.folder_again(parent, name)
        if isinstance(found, str):
            self.done["folders made again"] += 1
            found = self.expected.things[level.id] = Thing(level.id, "folder", found, parent)
        assert (level.id, level.name) == (found.id, found.name)
        return found.id

    def _old_bytes(self, thing: Thing, node: Node, part: Part) -> list[Part]:
        kept = next(each for each in thing.versions if each.id == part.was_version)
        if kept.source is thing.versions[-1].source:
            return []
        self.keep(node, kept.content, kept.source)
        return [changes.written(thing)]
