"""The store's schema number: a newer program upgrades the store once, an older one refuses it.

An upgrade is a function that yields writes with the position each one leads to. Write and position are one
transaction, so each write takes effect exactly once, also when many processes upgrade at once or one is
killed in between: the next one goes on after the last position. Upgrades run before anything is served.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from smartdrive.domain.clock import Clock
from smartdrive.ports.table import Action, Contended, Refused, StoreTooNew, Table
from smartdrive.records import schema as records
from smartdrive.records.schema import Schema
from smartdrive.services.locks import Locks

Step = tuple[Sequence[Action], str]
Upgrade = Callable[[Table, str], Iterator[Step]]
"""Given the table and the position reached so far, yields up to 99 actions and the position after them."""

JOB = "upgrade"
PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Layout:
    """Brings a store to the schema of this program."""

    table: Table
    locks: Locks
    clock: Clock
    upgrades: dict[int, Upgrade]

    @property
    def newest(self) -> int:
        """The schema number of this program."""
        return max(self.upgrades, default=1)

    def prepare(self) -> None:
        """Return when the store has this program's schema; StoreTooNew when it has a newer one."""
        while (schema := self._current()).number < self.newest:
            with self.locks.turn(JOB) as turn:
                if turn is None or not self._upgrade(schema.number, turn.keep):
                    time.sleep(PAUSE)

    def _current(self) -> Schema:
        schema = records.read_schema(self.table) or self._lay_out()
        if schema.number > self.newest:
            raise StoreTooNew(
                f"This store was made by a newer version of Smart Drive (schema {schema.number}; this one "
                f"knows {self.newest}). Install the newer version, or restore an older backup."
            )
        return schema

    def _lay_out(self) -> Schema:
        new = Schema(self.newest, "", self.clock())
        try:
            self.table.write(records.put_schema(new))
        except (Refused, Contended):
            return records.read_schema(self.table) or new
        return new

    def _upgrade(self, number: int, keep: Callable[[], bool]) -> bool:
        """Run the upgrade from `number`; False when the lease was lost or another process took it further."""
        schema = records.read_schema(self.table)
        if schema is None or schema.number != number:
            return True
        try:
            for actions, position in self.upgrades[number + 1](self.table, schema.position):
                if not keep():
                    return False
                schema = self._advance(schema, actions, number=number, position=position)
            self._advance(schema, (), number=number + 1, position="")
        except (Refused, Contended):
            return False
        return True

    def _advance(self, schema: Schema, actions: Sequence[Action], *, number: int, position: str) -> Schema:
        self.table.write(*actions, records.advance(schema, number=number, position=position))
        return Schema(number, position, schema.created)
