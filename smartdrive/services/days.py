"""Going through partitions that are named by a day, from the day reached last to today."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from smartdrive.domain.clock import Clock
from smartdrive.ports.table import Item, Table
from smartdrive.records import locks, schema

ONE = timedelta(days=1)
LONGEST_LOOK_BACK = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Days:
    """Days of a job. Rows come from an index that may lag: they are read again before anything is done."""

    table: Table
    clock: Clock

    def up_to_now(self, job: str) -> Iterator[datetime]:
        """Each day from the one before the day reached last; a new job begins with the store."""
        moment = self._reached(job) - ONE
        while moment <= self.clock():
            yield moment
            moment += ONE

    def is_new(self, job: str) -> bool:
        """Whether the job has not been done today."""
        reached = locks.day_reached(self.table, job)
        return reached is None or reached < _midnight(self.clock())

    def done(self, job: str) -> None:
        """Remember that the job has been through every day before today."""
        self.table.write(locks.reach_day(job, _midnight(self.clock())))

    def rows(self, partition: str, limit: int) -> Iterator[list[Item]]:
        """The rows of one day's partition, page by page."""
        cursor = None
        while True:
            page = self.table.query(partition, index="g1", limit=limit, cursor=cursor)
            if page.items:
                yield page.items
            if (cursor := page.cursor) is None:
                return

    def _reached(self, job: str) -> datetime:
        if reached := locks.day_reached(self.table, job):
            return reached
        layout = schema.read_schema(self.table)
        begun = layout.created if layout else self.clock() - LONGEST_LOOK_BACK
        return _midnight(begun)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
