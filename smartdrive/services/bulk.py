"""The same act for many things at once: each of them whole or not at all, whatever becomes of the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from smartdrive.domain.errors import BadInput
from smartdrive.domain.models import Conflict, Job, User
from smartdrive.domain.words import _
from smartdrive.ports.table import Table
from smartdrive.records import jobs
from smartdrive.services.copying import Copying, CopyWish
from smartdrive.services.landing import Settled
from smartdrive.services.moving import Moving, Outcome
from smartdrive.services.stars import Stars
from smartdrive.services.trashing import Trashing

Action = Literal["move", "copy", "trash", "restore", "star"]
MOST = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to do, and where to; `target` and `conflict` are for moves and copies, `starred` says which way stars go."""

    action: Action
    ids: Sequence[str]
    target: str = ""
    conflict: Conflict | None = None
    starred: bool | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of each, in the order of their first mention, and the job that still fills folders."""

    outcomes: Mapping[str, Outcome]
    job: Job | None = None


@dataclass(frozen=True, slots=True)
class Bulk:
    """Acts on many things."""

    table: Table
    moving: Moving
    copying: Copying
    trashing: Trashing
    stars: Stars

    def run(self, user: User, wanted: Wanted) -> Answer:
        """Do it. A thing named twice is done once; an unknown one fails alone, an unknown target all of it.

        BadInput for an empty list or more than a thousand things, and where target, conflict or starred do not fit the
        action.
        """
        _check(wanted)
        ids = list(dict.fromkeys(wanted.ids))
        outcomes = self._outcomes(user, wanted, ids=ids)
        ordered = {each: outcomes[each] for each in ids}
        job = next((way.job for way in ordered.values() if isinstance(way, Settled) and way.job), "")
        return Answer(ordered, jobs.read_job(self.table, job) if job else None)

    def _outcomes(self, user: User, wanted: Wanted, *, ids: Sequence[str]) -> Mapping[str, Outcome]:
        conflict = wanted.conflict or "ask"
        if wanted.action == "move":
            return self.moving.many(user, ids, target=wanted.target, conflict=conflict)
        if wanted.action == "copy":
            return self.copying.many(user, ids, wish=CopyWish(wanted.target, conflict))
        if wanted.action == "trash":
            return self.trashing.put_many(user, ids)
        if wanted.action == "star":
            return self.stars.mark_many(user, ids, starred=wanted.starred is not False)
        return self.trashing.restore_many(user, ids)


def _check(wanted: Wanted) -> None:
    if not 1 <= len(wanted.ids) <= MOST:
        sentence = _("Between 1 and %(count)s things at once.", count=MOST)
        raise BadInput(sentence, fields={"ids": sentence})
    goes_somewhere = wanted.action in ("move", "copy")
    if goes_somewhere and not wanted.target:
        raise BadInput(_("Say into which folder."), fields={"target": _("Missing.")})
    if not goes_somewhere and (wanted.target or wanted.conflict):
        name = "target" if wanted.target else "conflict"
        raise BadInput(_("That is for moves and copies alone."), fields={name: _("There is no such field.")})
    if wanted.action != "star" and wanted.starred is not None:
        raise BadInput(_("That is for stars alone."), fields={"starred": _("There is no such field.")})
