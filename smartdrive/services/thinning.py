"""Removing old versions that are kept no longer: not among the newest, not young, without a name.

They are found on their days in index g1, to which the new version that pushed each of them out has marked it. What is
found there is read again, and goes only with the mark it was found with: killed anywhere, the next round goes on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.models import Node, Version
from smartdrive.metrics import Metrics
from smartdrive.ports.table import Item, Table
from smartdrive.records import keys, nodes, objects, versions
from smartdrive.records.codec import text
from smartdrive.services.days import Days
from smartdrive.services.history import Keeping
from smartdrive.services.locks import Turn
from smartdrive.services.releasing import release, room_back
from smartdrive.services.retry import count_written, wrote

JOB = "versions"
PAGE = 100
BEYOND = 50
"""How many versions past the newest are looked at along with them: those that no new version has marked."""


@dataclass(frozen=True, slots=True)
class Thinning:
    """Removes what a drive does not keep."""

    table: Table
    keeping: Keeping
    days: Days
    clock: Clock
    ids: Ids
    metrics: Metrics

    def outdated(self, turn: Turn) -> None:
        """Look at the versions whose day has come; also at those of days on which nobody looked."""
        for day in self.days.up_to_now(JOB):
            for rows in self.days.rows(keys.thin_day(day), PAGE):
                for node_id, some in _by_file(rows):
                    if not turn.go_on() or not self._thin(node_id, some, turn=turn):
                        return
        self.days.done(JOB)

    def _thin(self, node_id: str, rows: Sequence[Item], *, turn: Turn) -> bool:
        """Remove what is kept no longer of what these rows name; False when the turn ended first."""
        found, moment = [versions.version_of(row) for row in rows], self.clock()
        old = [each for each in found if self.keeping.young_until(each) <= moment]
        file = nodes.read_node(self.table, node_id) if old else None
        if file is None:
            return True
        newest, others = self._newest(file)
        self._mark([each for each in others if not each.mark], moment=moment)
        for version in self._again(old):
            if not turn.go_on():
                return False
            if version.mark and not version.name and version.id not in newest:
                self._remove(file, version)
        return True

    def _newest(self, file: Node) -> tuple[set[str], list[Version]]:
        """Ids of what is kept in any case, and some of the versions after these that have no name."""
        rows = versions.read_versions(self.table, file.id, limit=self.keeping.newest + BEYOND).items
        found = [versions.version_of(row) for row in rows]
        newest = {file.version, *(each.id for each in found[: self.keeping.newest])}
        return newest, [each for each in found if each.id not in newest and not each.name]

    def _again(self, found: Sequence[Version]) -> Iterator[Version]:
        """The same versions as they are now; the index may lag."""
        rows = self.table.get_many([keys.version(each.node, each.id) for each in found])
        return (versions.version_of(row) for row in rows if row)

    def _mark(self, some: Sequence[Version], *, moment: datetime) -> None:
        """Those of a drive that kept more before, or whose versions are older than this rule."""
        count_written(self.table, [[self.keeping.mark(each, self.ids(), moment=moment)] for each in some])

    def _remove(self, file: Node, version: Version) -> None:
        """One a write: two of them may share their bytes."""
        references = objects.read_references(self.table, [version.object])[0]
        actions = versions.thin_version(version), *release(version.object, references)
        if wrote(self.table, *actions, *room_back(file.owner, version.size)):
            self.metrics.swept("versions")


def _by_file(rows: Sequence[Item]) -> Iterator[tuple[str, list[Item]]]:
    """The rows of each file, in the order of the files."""
    ordered = sorted(rows, key=_file_of)
    return ((node_id, list(some)) for node_id, some in groupby(ordered, key=_file_of))


def _file_of(row: Item) -> str:
    return text(row, "node")
