"""Whether a drive is sound, judged while it runs: nothing is written unless repair is asked for.

A walk over a table that changes meanwhile sees things half done, so a finding counts only when a second walk some
seconds later finds exactly the same.
"""

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from operator import attrgetter

from smartdrive.domain.clock import Clock
from smartdrive.ports.objects import Missing, Objects, Stored
from smartdrive.ports.table import MAX_ACTIONS, Absent, Action, Change, Check, Delete, Equals, Key, Table
from smartdrive.records import checked, keys, nodes, words
from smartdrive.records.checked import Checked, read_checked
from smartdrive.records.codec import number, text
from smartdrive.services.checksums import Summing
from smartdrive.services.fsck_journal import SealedJournals
from smartdrive.services.fsck_rows import Finding, Rows
from smartdrive.services.locks import Locks, Turn
from smartdrive.services.retry import wrote
from smartdrive.services.sweep import GRACE, Sweep
from smartdrive.services.writing import pages

BETWEEN = 5.0
"""Seconds between the two looks."""
FRESH = timedelta(days=6)
"""How long a look is good for: those of a weekly timer are a week apart, more or less an hour."""
LONGEST = timedelta(days=1)
"""How long somebody may be at it. One that is killed is not followed by others at once, who might fare no better."""
JOB = "fsck"
ORPHANS = ("I3", "I9")
RULES = ("I1", "I2", "I3", "I4", "I5", "I6", "I8", "I9", "I11")
log = logging.getLogger(__name__)
NOT_KNOWN = "Search does not know the item by its name, or by another one."
SKIPPED = {"I8": "there are no limits on the number of downloads yet"}


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, what is wrong, what of it was mended, and which rules were not looked at and why."""

    checked: dict[str, int]
    findings: tuple[Finding, ...]
    repaired: frozenset[Finding] = frozenset()
    skipped: dict[str, str] = field(default_factory=dict)

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong any more."""
        return set(self.findings) <= self.repaired


@dataclass(frozen=True, slots=True)
class Fsck:
    """Checks I1 to I6, I9 and I11."""

    table: Table
    objects: Objects
    sweep: Sweep
    summing: Summing
    journals: SealedJournals
    clock: Clock
    locks: Locks
    wait: Callable[[float], None] = time.sleep

    def run_when_due(
        self, *, deep: bool = False, repair: bool = False, grace: timedelta = GRACE, between: float = BETWEEN
    ) -> Report | None:
        """As `run`; None when somebody, here or on another machine, is at it or has looked within `FRESH`."""
        with replace(self.locks, life=LONGEST).turn(JOB) as turn:
            last = read_checked(self.table) if turn else None
            if turn is None or (last and last.ended > self.clock() - FRESH):
                return None
            return self.run(deep=deep, repair=repair, grace=grace, between=between)

    def run(
        self, *, deep: bool = False, repair: bool = False, grace: timedelta = GRACE, between: float = BETWEEN
    ) -> Report:
        """Look once, and again when something was found. `deep` reads every byte; `grace` as in the sweep."""
        seen, found = self._look(deep=deep, grace=grace)
        if found:
            self.wait(between)
            seen, again = self._look(deep=deep, grace=grace)
            found = {each for each in again if each in found}
        mended = frozenset(self._mend(found, grace=grace) if repair else ())
        skipped = SKIPPED if deep else SKIPPED | {"I1": "bytes are read only with --deep"}
        self._remember([each for each in found if each not in mended], skipped)
        return Report(seen, tuple(sorted(found, key=attrgetter("rule", "subject", "sentence"))), mended, skipped)

    def _remember(self, left: Collection[Finding], skipped: Collection[str]) -> None:
        """Say what is wrong still to whoever reads `/metrics` or the log."""
        counts = Counter({rule: 0 for rule in RULES if rule not in skipped})
        counts.update(each.rule for each in left)
        drift = sum(abs(each.amount) for each in left)
        self.table.write(checked.put_checked(Checked(self.clock(), counts, drift)))
        if left:
            rules = ", ".join(f"{rule}: {count}" for rule, count in sorted(counts.items()) if count)
            log.error("drive is not sound", extra={"findings": len(left), "rules": rules, "drift": drift})

    def _look(self, *, deep: bool, grace: timedelta) -> tuple[dict[str, int], set[Finding]]:
        rows = Rows(self.table)
        rows.walk()
        found = rows.findings | set(self._rooms(rows)) | set(self._counts(rows)) | set(self._words(rows))
        found |= set(self._bytes(rows, grace=grace))
        for user in rows.rooms:
            found |= set(self.journals.look(user, rows.seen))
        if deep:
            found |= set(self._damage())
        return dict(rows.seen), found

    def _rooms(self, rows: Rows) -> Iterator[Finding]:
        """I4. A room that somebody uses meanwhile is judged by the next look."""
        for user, room in rows.rooms.items():
            off = rows.used[user] - (room.quota - room.free)
            now = self.table.get(keys.room(user))
            if off and now and number(now, "free") == room.free:
                word = "more" if off > 0 else "less"
                yield Finding(
                    "I4", user, f"Files and uploads take {abs(off)} bytes {word} than the room says.", -off, room.free
                )

    def _counts(self, rows: Rows) -> Iterator[Finding]:
        for name, off in rows.references.items():
            if off:
                yield Finding("I2", name, "The number of versions that share these bytes is recorded wrongly.")

    def _words(self, rows: Rows) -> Iterator[Finding]:
        for name, off in rows.names.items():
            if off:
                yield Finding("I5", name, NOT_KNOWN)

    def _bytes(self, rows: Rows, *, grace: timedelta) -> Iterator[Finding]:
        """I2, I3 and I9: what is stored against what is recorded."""
        recorded, strays = rows.sizes, list[Stored]()
        before = self.clock() - grace
        for stored in self.objects.keys(""):
            size = None if stored.unfinished else recorded.pop(stored.key, None)
            if size is None and stored.modified <= before:
                strays.append(stored)
            elif size not in (None, stored.size) and self._differs(stored.key, size):
                yield Finding("I2", stored.key, f"The bytes are {stored.size} long; {size} are recorded.")
        for name in recorded:
            if self.objects.stat(name) is None:
                yield Finding("I2", name, "The bytes of a file are missing.")
        yield from map(_stray, self.sweep.strays(strays))

    def _differs(self, name: str, size: int | None) -> bool:
        """Ask again about this one: a listing adds up all versions, also those of a part that was sent twice."""
        found = self.objects.stat(name)
        return found is not None and found.size != size

    def _damage(self) -> Iterator[Finding]:
        """I1: bytes that do not read back as they were summed."""
        turn = Turn(self.clock)
        for item in self.table.walk():
            if text(item, "sk") == "REFS" and text(item, "sha256"):
                name = text(item, "pk").removeprefix("O#")
                if not self._reads_back(name, text(item, "object_version"), sha256=text(item, "sha256"), turn=turn):
                    yield Finding("I1", name, "The bytes are not those that were uploaded.")

    def _reads_back(self, name: str, version: str, *, sha256: str, turn: Turn) -> bool:
        """Missing bytes are another finding's business."""
        try:
            return self.summing.sums(name, version=version, turn=turn).sha256 == sha256
        except Missing:
            return True

    def _mend(self, found: set[Finding], *, grace: timedelta) -> Iterator[Finding]:
        """Correct rooms and what search knows, and delete orphans; what was mended."""
        yield from (each for each in found if each.rule == "I4" and self._refit(each))
        yield from self._respell([each for each in found if each.sentence == NOT_KNOWN])
        if any(each.rule in ORPHANS for each in found):
            deleted = self.sweep.orphans(Turn(self.clock), grace=grace)
            yield from (each for each in found if each.rule in ORPHANS and each.subject in deleted)

    def _respell(self, found: Sequence[Finding]) -> Iterator[Finding]:
        """Have search know these things by their names and by nothing else; one more walk, if there are any."""
        there = defaultdict[str, list[Key]](list)
        broken = {each.subject for each in found}
        for item in self.table.walk() if broken else ():
            if text(item, "pk").startswith(keys.WORDS) and (thing := words.hit_of(item).node) in broken:
                there[thing].append(keys.of(item))
        yield from (each for each in found if self._is_known(each.subject, there[each.subject]))

    def _is_known(self, thing: str, there: Sequence[Key]) -> bool:
        """Enter what is missing of its words and remove what else stands `there`, unless it is renamed meanwhile."""
        node = nodes.read_node(self.table, thing)
        wanted = words.keys_of(node) if node else []
        actions: list[Action] = words.enter(node) if node else []
        actions += [Delete(key) for key in there if key not in wanted]
        still = Check(keys.node(thing), (Equals("name", node.name) if node else Absent(),))
        return all(wrote(self.table, still, *some) for some in pages(actions, MAX_ACTIONS - 1))

    def _refit(self, finding: Finding) -> bool:
        """Correct a room, unless it has been used since it was judged."""
        still = (Equals("free", finding.free),)
        return wrote(self.table, Change(keys.room(finding.subject), add={"free": finding.amount}, when=still))


def _stray(stored: Stored) -> Finding:
    if stored.unfinished:
        return Finding("I9", stored.key, "An unfinished upload that nobody knows was left lying.")
    return Finding("I3", stored.key, "Bytes that nobody knows were left lying.")
