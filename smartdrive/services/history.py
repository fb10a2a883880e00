"""How long old versions are kept, and the marks by which the worker finds those that are not.

A version is kept while it is among a file's newest, or young, or has a name. Only a new version pushes one out of the
newest: it marks it in its own write, for the day on which it will not be young any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from smartdrive.domain.models import Node, Version
from smartdrive.ports.table import Change, Table
from smartdrive.records import versions


@dataclass(frozen=True, slots=True)
class Keeping:
    """The rule of a drive: so many of the newest, and all for so many days."""

    newest: int
    days: int

    def young_until(self, version: Version) -> datetime:
        """The end of the days for which it is kept whatever else holds."""
        return version.created + timedelta(days=self.days)

    def mark(self, version: Version, mark: str, *, moment: datetime) -> Change:
        """Have it looked at once it is not young any more, at once when it is not now; `mark` was never used."""
        return versions.mark_version(version, mark, day=max(moment, self.young_until(version)))

    def unname(self, version: Version, mark: str, *, moment: datetime) -> Change:
        """Take its name away; it is looked at like one that `mark` marks."""
        return versions.unname_version(version, mark, day=max(moment, self.young_until(version)))


@dataclass(frozen=True, slots=True)
class History:
    """What is written along with a new version of a file."""

    table: Table
    keeping: Keeping

    def pushed_out(self, new: Node, *, moment: datetime) -> list[Change]:
        """Mark the one that is among the newest no more; refused when it was deleted meanwhile."""
        rows = versions.read_versions(self.table, new.id, limit=self.keeping.newest).items
        last = versions.version_of(rows[-1]) if len(rows) == self.keeping.newest else None
        return [self.keeping.mark(last, new.version, moment=moment)] if last and not last.name else []
