"""Copies of files and folders, by reference: no byte is copied in storage, the room is taken in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.errors import Busy, Cycle, DriveError, Forbidden, NotFound, OverQuota
from smartdrive.domain.models import Conflict, Job, JobResult, Kind, Node, Step, User
from smartdrive.domain.names import check_name
from smartdrive.domain.words import _
from smartdrive.ports.table import MAX_ACTIONS, Action, Contended, Refused, Table
from smartdrive.ports.together import together
from smartdrive.records import jobs, nodes, objects, rooms, trash, versions, words
from smartdrive.services.copies import copy_of
from smartdrive.services.filling import Filling
from smartdrive.services.history import History
from smartdrive.services.jobs import incomplete
from smartdrive.services.journal import Journal
from smartdrive.services.landing import Arrival, Found, Landing, Names, Settled
from smartdrive.services.locks import Turn
from smartdrive.services.retry import Again, until_settled, wrote
from smartdrive.services.tree import Place, Tree, way_down
from smartdrive.services.writing import in_writes, pages

Outcome = Settled | DriveError
BESIDES = 5
"""Actions of a write beside those of its copies: the target's check, room, the job's two rows, the tree version."""
HELD = timedelta(seconds=30)
"""How long the worker leaves a job to the request that began it."""


@dataclass(frozen=True, slots=True)
class CopyWish:
    """Where copies go, and what to do when a name is taken; with a `name` of its own there is only one."""

    parent: str
    conflict: Conflict
    name: str | None = None


class Batch:
    """One request: what was asked for, the way to its folder, and the job that fills folders, once there is one."""

    def __init__(self, user: User, wish: CopyWish, *, job: Job) -> None:
        self.user, self.wish, self.job = user, wish, job
        self.begun = False
        self.way = ""


@dataclass(frozen=True, slots=True)
class Copying:
    """Use cases of copies. A request fills folders itself up to `at_once` entries or for `seconds`, then the worker."""

    table: Table
    tree: Tree
    names: Names
    history: History
    filling: Filling
    clock: Clock
    ids: Ids
    trash_days: int
    journal: Journal
    at_once: int = 1000
    seconds: float = 4.0

    def one(self, user: User, node_id: str, *, kind: Kind, wish: CopyWish) -> Settled:
        """Copy a file, or a folder with all below it; the `job` of the answer still fills the folder.

        Exists when the name is taken, Cycle for a folder that would go into itself, OverQuota when it does not fit:
        what was copied of a folder until then stays.
        """
        outcome = self.many(user, [node_id], wish=wish, kind=kind)[node_id]
        if isinstance(outcome, DriveError):
            raise outcome
        return outcome

    def many(self, user: User, ids: Sequence[str], *, wish: CopyWish, kind: Kind | None = None) -> dict[str, Outcome]:
        """Copy things into a folder; what became of each. NotFound when the folder is not there."""
        if wish.name is not None:
            wish = replace(wish, name=check_name(wish.name))
        moment = self.clock()
        batch = Batch(user, wish, job=Job(self.ids(), user.id, "running", moment, moment + HELD))
        places = self._places(batch, ids)
        outcomes, found = self._look(batch, places, ids=ids, kind=kind)
        outcomes |= self._write_groups(batch, places, found=found)
        rest = [each for each in ids if each not in outcomes]
        outcomes |= {each: self._alone(batch, each, kind=kind) for each in rest}
        return self._fill(batch, outcomes) if batch.begun else outcomes

    def _places(self, batch: Batch, ids: Sequence[str]) -> dict[str, Place]:
        places = self.tree.load_many(batch.user, [batch.wish.parent, *ids])
        into = places.get(batch.wish.parent)
        if into is None or into.node.kind != "folder":
            raise NotFound
        batch.way = way_down(into.trail)
        return places

    def _look(
        self, batch: Batch, places: Mapping[str, Place], *, ids: Sequence[str], kind: Kind | None
    ) -> tuple[dict[str, Outcome], dict[str, Landing]]:
        """What can be said at once, and where the others land."""
        wish, into = batch.wish, places[batch.wish.parent]
        outcomes: dict[str, Outcome] = {
            each: refusal for each in ids if (refusal := _refusal(places.get(each), into, kind=kind))
        }
        arrivals = {each: self._arrival(batch, places[each], into=into) for each in ids if each not in outcomes}
        found: dict[str, Found] = self.names.landings(into.node.id, arrivals, conflict=wish.conflict)
        outcomes |= {each: way for each, way in found.items() if not isinstance(way, Landing)}
        return outcomes, {each: way for each, way in found.items() if isinstance(way, Landing)}

    def _arrival(self, batch: Batch, place: Place, *, into: Place) -> Arrival:
        node, wish = place.node, batch.wish
        seed = f"{batch.job.id}/{node.id}"
        copy = copy_of(node, seed=seed, parent=into.node.id, name=wish.name or node.name, moment=batch.job.created)
        return Arrival(copy, node, place.ids, beside=wish.name is None)

    def _write_groups(
        self, batch: Batch, places: Mapping[str, Place], *, found: Mapping[str, Landing]
    ) -> dict[str, Outcome]:
        """What could be done in writes of several."""
        pushed = self._pushed(batch, found)
        acts = {each: [*self._making(batch, places[each].node, landing=found[each]), *pushed[each]] for each in found}
        outcomes: dict[str, Outcome] = {}
        for group in in_writes(acts, besides=BESIDES):
            some = {each: found[each] for each in group}
            try:
                outcomes |= self._write(batch, some, actions=[action for each in group for action in acts[each]])
            except (Refused, Contended):
                continue
        return outcomes

    def _alone(self, batch: Batch, node_id: str, *, kind: Kind | None) -> Outcome:
        """Copy one thing by itself, looked at anew each time somebody was faster."""

        def settle() -> Outcome:
            places = self._places(batch, [node_id])
            outcomes, found = self._look(batch, places, ids=[node_id], kind=kind)
            if node_id in outcomes:
                return outcomes[node_id]
            if node_id not in found:
                raise Again
            actions = self._making(batch, places[node_id].node, landing=found[node_id])
            actions += self._pushed(batch, found)[node_id]
            try:
                return self._write(batch, found, actions=actions)[node_id]
            except Refused as refused:
                raise _why(found[node_id].node, refused) from None

        try:
            return until_settled(settle)
        except DriveError as refusal:
            return refusal

    def _write(self, batch: Batch, some: Mapping[str, Landing], *, actions: Sequence[Action]) -> dict[str, Outcome]:
        """One write; its first two actions beside the copies' own are the room's and the target's."""
        copies = [landing.node for landing in some.values()]
        besides: list[Action] = [
            *rooms.take_any(batch.user.id, sum(copy.size for copy in copies)),
            nodes.live(copies[0].parent),
        ]
        folders = sum(copy.kind == "folder" for copy in copies)
        if folders and batch.begun:
            besides.append(jobs.advance_job(batch.job, done=folders, found=folders))
        elif folders:
            besides += jobs.put_job(replace(batch.job, done=folders, total=folders))
        if any(landing.instead and landing.instead.kind == "folder" for landing in some.values()):
            besides.append(nodes.bump_tree(batch.user.id))
        self.table.write(*besides, *actions)
        batch.begun = batch.begun or folders > 0
        return {each: Settled(_result(landing)) for each, landing in some.items()}

    def _making(self, batch: Batch, original: Node, *, landing: Landing) -> list[Action]:
        """What makes a copy, but for the room and the target's check."""
        copy, instead, job = landing.node, landing.instead, batch.job
        told = self.journal.tell("copy", copy, by=batch.user)
        if copy.kind == "folder":
            step, result = (
                Step(job.id, original.id, copy.id, original.id),
                JobResult(original.id, "", copy.id, copy.name),
            )
            put_away = self._put_away(batch, instead) if instead else ()
            claimed = nodes.claim_name(copy, instead=instead)
            begun = jobs.put_step(step), jobs.put_result(job, result)
            return [*claimed, nodes.put_node(copy), *begun, told, *put_away, *words.enter(copy)]
        made = _result(landing)
        entered = (
            [nodes.change_bytes(instead, made), nodes.replace_entry(made)]
            if instead
            else [*nodes.claim_name(made), nodes.put_node(made), *words.enter(made)]
        )
        version = versions.put_version(made, by=batch.user.id, created=job.created)
        if instead:
            told = self.journal.tell("replace", made, by=batch.user, before=instead)
        return [*entered, version, objects.add_references(made.object), told]

    def _put_away(self, batch: Batch, instead: Node) -> tuple[Action, ...]:
        moment = batch.job.created
        told = self.journal.tell("trash", instead, by=batch.user, trashed=moment)
        return *trash.discard(instead, way=batch.way, moment=moment, days=self.trash_days), told

    def _pushed(self, batch: Batch, found: Mapping[str, Landing]) -> dict[str, Sequence[Action]]:
        """What is marked along with the new versions of files, looked up together; nothing for everything else."""
        again = [each for each, landing in found.items() if landing.instead and landing.node.kind == "file"]
        moment = batch.job.created
        marks = together(lambda each: self.history.pushed_out(_result(found[each]), moment=moment), again)
        return dict.fromkeys(found, ()) | dict(zip(again, marks, strict=True))

    def _fill(self, batch: Batch, outcomes: dict[str, Outcome]) -> dict[str, Outcome]:
        """Fill the folders as far as a request may take, and leave the rest to the worker."""
        job = batch.job
        try:
            over = self.filling.fill(job, Turn(self.clock, seconds=self.seconds), most=self.at_once)
        except (Busy, Contended):
            over = False
        results = jobs.read_results(self.table, job.id)
        if over:
            return outcomes | {each.id: incomplete(each) for each in results if each.code}
        self._remember(job, outcomes, known={each.id for each in results})
        filling = {each.id: outcomes[each.id] for each in results}
        return outcomes | {each: replace(way, job=job.id) for each, way in filling.items() if isinstance(way, Settled)}

    def _remember(self, job: Job, outcomes: Mapping[str, Outcome], *, known: set[str]) -> None:
        """What became of the others stands with the job too, and the worker may have it."""
        others = [_remembered(each, way) for each, way in outcomes.items() if each not in known]
        for some in pages(others, MAX_ACTIONS):
            self.table.write(*(jobs.put_result(job, each) for each in some))
        wrote(self.table, jobs.hand_over(job, self.clock()))


def _refusal(place: Place | None, into: Place, *, kind: Kind | None) -> DriveError | None:
    if place is None or (kind and place.node.kind != kind):
        return NotFound()
    if not place.node.parent:
        return Forbidden(_("The top folder cannot be copied."))
    return Cycle(_("A folder cannot be copied into itself.")) if place.node.id in into.ids else None


def _why(copy: Node, refused: Refused) -> Exception:
    """Only the room is refused for good; whatever else is in the way shows at the next look."""
    return OverQuota() if copy.size and 0 in refused.failed else Again()


def _result(landing: Landing) -> Node:
    """What there is in the end: the copy, or the file that got its bytes as a new version and stays itself."""
    copy, there = landing.node, landing.instead
    if there is None or copy.kind == "folder":
        return copy
    random = copy.version.rpartition("-")[2]
    version = versions.version_after(there.version, moment=copy.created, random=random)
    return replace(copy, id=there.id, name=there.name, created=there.created, links=there.links, version=version)


def _remembered(node_id: str, way: Outcome) -> JobResult:
    if isinstance(way, DriveError):
        return JobResult(node_id, way.code)
    return JobResult(node_id, "skipped" if way.skipped else "", "" if way.skipped else way.node.id, way.node.name)
