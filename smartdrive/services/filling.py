"""Filling copied folders, a few entries a write: by the request that began it, else by the worker.

A copied folder appears at once and fills. Each folder to fill is a row of its job with a cursor; what is copied and how
far one has come is one write, so that of two who fill the same folder one is refused and looks again, and a death at
any line loses and doubles nothing. Ids of copies follow from job and original: where a write is refused and each entry
is tried by itself, what was made before is met again under its id.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from smartdrive.domain.clock import Clock
from smartdrive.domain.errors import DriveError
from smartdrive.domain.models import Job, Node, Step
from smartdrive.domain.search import indexed
from smartdrive.ports.table import MAX_ACTIONS, MAX_PAGE, Action, Contended, Delete, Refused, Slice, Table
from smartdrive.ports.together import together
from smartdrive.records import jobs, keys, nodes, objects, rooms, versions, words
from smartdrive.records.codec import text
from smartdrive.services.copies import copy_of
from smartdrive.services.landing import Names
from smartdrive.services.locks import LEASE, Turn
from smartdrive.services.retry import Again, until_settled, wrote
from smartdrive.services.tree import Tree

ENTRIES_A_WRITE = 16
"""At most: five actions each and one for each word of the name, and four beside them: cursor, count, room, the folder's
check."""
BESIDES = 4
WRITES_A_LOOK = 10
"""Writes into one folder before one looks again whether anybody still wants it."""
STEPS_A_WRITE = 40
A_TURN = 2000
"""Entries the worker copies for one person before it is the next one's turn."""
OVER_QUOTA, GONE = "over_quota", "not_found"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Filling:
    """Goes on with copies of folders."""

    table: Table
    tree: Tree
    names: Names
    clock: Clock

    def any_due(self) -> bool:
        """Whether there are jobs that are not over; one read."""
        return bool(jobs.due_jobs(self.table, limit=1))

    def count(self) -> int:
        """How many jobs are not over, up to a hundred."""
        return len(jobs.due_jobs(self.table))

    def run(self, turn: Turn) -> bool:
        """Go on with all jobs that no request is at, some entries each; False when none went on."""
        found = [jobs.read_job(self.table, each) or each for each in jobs.due_jobs(self.table)]
        for each in found:
            if isinstance(each, str):
                self.table.write(Delete(keys.due_job(each)))
        free = [each for each in found if isinstance(each, Job) and each.until <= self.clock()]
        return sum(self._went_on(job, turn) for job in free) > 0

    def _went_on(self, job: Job, turn: Turn) -> bool:
        """False when a job cannot go on now; it keeps none of the others from it, and is tried again."""
        try:
            self.fill(job, turn, most=A_TURN)
        except (DriveError, Contended):
            log.warning("copy has to wait", extra={"job": job.id}, exc_info=True)
            return False
        return True

    def fill(self, job: Job, turn: Turn, *, most: int) -> bool:
        """Go on until the job is over, which is True, the turn is, or about so many entries are done."""
        while turn.go_on():
            steps = jobs.read_steps(self.table, job.id, limit=STEPS_A_WRITE)
            now = jobs.read_job(self.table, job.id)
            if now is None or now.ended:
                return True
            if not steps:
                if wrote(self.table, *jobs.finish_job(now, self.clock())):
                    return True
            elif now.state == "stopping":
                self._put_away(now, steps)
            elif now.done - job.done >= most:
                return False
            else:
                self._folder(now, steps[0], turn=turn)
        return False

    def _put_away(self, job: Job, steps: Sequence[Step]) -> None:
        """What was not filled is not going to be, and what it belongs to is not whole."""
        spoiled = {step.top: jobs.spoil_result(step, job.code) for step in steps}
        wrote(self.table, *(jobs.advance_step(step, None) for step in steps), *spoiled.values())

    def _folder(self, job: Job, step: Step, *, turn: Turn) -> None:
        """Fill a folder for a while; a copy that nobody can see any more ends the job."""
        folder = self.tree.node(step.copy)
        if folder is None or not self.tree.visible(folder):
            return self._stop(job, GONE)
        here: Step | None = step
        for _ in range(WRITES_A_LOOK):
            if here and turn.go_on():
                here = self._page(job, here)
        return None

    def _stop(self, job: Job, code: str) -> None:
        log.info("copy ended early", extra={"job": job.id, "why": code})
        wrote(self.table, jobs.stop_job(job, code))

    def _page(self, job: Job, step: Step) -> Step | None:
        """Copy the next entries; the step as it stands then, None when it is over, or to be read again."""
        rows = self._next(step)
        found = nodes.read_nodes(self.table, [text(row, "id") for row in rows.items])
        originals = self._originals(job, [node for node in found if node and _is_there(node, job, step=step)])
        opened = 0 if step.cursor else self._count(step.source, rows)
        pairs = [self._making(job, step, original=node) for node in originals]
        copies, actions = [made for made, _ in pairs], [action for _, making in pairs for action in making]
        referred = Counter(node.object for node in originals if node.kind == "file")
        if wrote(
            self.table,
            jobs.advance_step(step, rows.cursor),
            jobs.advance_job(job, done=len(rows.items), found=opened),
            nodes.live(step.copy),
            *actions,
            *(objects.add_references(name, count) for name, count in referred.items()),
            *(known for made in copies for known in words.enter(made)),
            *rooms.take_any(job.owner, sum(node.size for node in originals)),
        ):
            return replace(step, cursor=rows.cursor) if rows.cursor else None
        if all(self._single(job, step, original=node) for node in originals):
            left = jobs.advance_job(job, done=len(rows.items) - len(originals), found=opened)
            wrote(self.table, jobs.advance_step(step, rows.cursor), left)
        return None

    def _originals(self, job: Job, there: Sequence[Node]) -> list[Node]:
        """Without what this job made itself, should the folder come to lie in itself.

        A copy is as old as its job to the microsecond. What looks younger than this job is left out where a job that is
        not over made it, or two jobs could copy each other's copies for ever; all else was made by a clock that is
        ahead, or a moment ago.
        """
        if all(node.created < job.created for node in there):
            return list(there)
        due = together(lambda each: jobs.read_job(self.table, each), jobs.all_due(self.table))
        made = {job.created, *(each.created for each in due if each and each.owner == job.owner)}
        return [node for node in there if node.created < job.created or node.created not in made]

    def _next(self, step: Step) -> Slice:
        """The entries whose copies fit into one write."""
        pk, cursor = keys.entries(step.source), step.cursor or None
        rows = self.table.query(pk, limit=ENTRIES_A_WRITE, cursor=cursor)
        count = _fitting([text(row, "name") for row in rows.items])
        return rows if count == len(rows.items) else self.table.query(pk, limit=count, cursor=cursor)

    def _count(self, folder_id: str, rows: Slice) -> int:
        """How many entries a folder has, of which the first are given."""
        count, cursor = len(rows.items), rows.cursor
        while cursor is not None:
            rows = self.table.query(keys.entries(folder_id), limit=MAX_PAGE, cursor=cursor)
            count, cursor = count + len(rows.items), rows.cursor
        return count

    def _making(self, job: Job, step: Step, *, original: Node, name: str = "") -> tuple[Node, list[Action]]:
        """The copy of an entry, and what makes it but for its reference and its room."""
        made = copy_of(
            original, seed=f"{job.id}/{step.top}", parent=step.copy, name=name or original.name, moment=job.created
        )
        below = Step(job.id, original.id, made.id, step.top)
        last = versions.put_version(made, by=job.owner, created=made.created) if made.kind == "file" else None
        return made, [*nodes.claim_name(made), nodes.put_node(made), last or jobs.put_step(below)]

    def _single(self, job: Job, step: Step, *, original: Node) -> bool:
        """Copy one entry by itself; False when the folder, or the job, is not to be gone on with."""
        name = original.name

        def settle() -> bool:
            nonlocal name
            try:
                return self._write_single(job, step, original=original, name=name)
            except Again:
                name = self.names.free_name(step.copy, original.name)
                raise

        return until_settled(settle)

    def _write_single(self, job: Job, step: Step, *, original: Node, name: str) -> bool:
        made, making = self._making(job, step, original=original, name=name)
        reference = [objects.add_references(made.object)] if made.kind == "file" else []
        room = rooms.take_any(job.owner, made.size)
        try:
            still = jobs.still_at(step), jobs.advance_job(job, done=1), nodes.live(step.copy)
            self.table.write(*still, *making, *reference, *room, *words.enter(made))
        except Refused as refused:
            return self._why(job, set(refused.failed), room=7 + len(reference) if room else -1)
        return True

    def _why(self, job: Job, failed: set[int], *, room: int) -> bool:
        """Whether to go on: what is there already was made before, and bytes that are going are not copied."""
        if failed & {0, 1}:
            return False
        if 2 in failed:
            self._stop(job, GONE)
            return False
        if 5 in failed:
            return True
        if failed & {3, 4}:
            raise Again
        if room in failed:
            self._stop(job, OVER_QUOTA)
            return False
        return True


def _fitting(names: Sequence[str]) -> int:
    """Of how many of these, one at least, copies can be made in one write."""
    left, count = MAX_ACTIONS - BESIDES, 0
    for name in names:
        left -= 5 + len(indexed(name))
        if left < 0:
            break
        count += 1
    return max(count, 1)


def _is_there(node: Node, job: Job, *, step: Step) -> bool:
    """Whether it lies in the folder and lay there when the job began, by a clock that may be a lease's life ahead."""
    return node.parent == step.source and node.state == "live" and node.created < job.created + LEASE
