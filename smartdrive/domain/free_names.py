"""Looking for a free name beside a taken one: one by one at first, then by doubling and halving.

A thousand copies of one name in one folder would else look at each other's names half a million times.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from smartdrive.domain.names import fold, under_number

NEAR = 50
"""Up to this number the first free one is found, whatever gaps there are; beyond it a free one behind a taken one."""


@dataclass(slots=True)
class FreeName:
    """The search for a name that nobody has, asked in rounds: `tries` are looked up, `see` is told who is taken."""

    name: str
    _taken: int = -1
    _free: int | None = None
    _asked: list[int] = field(default_factory=list)

    def tries(self, count: int) -> list[str]:
        """The next names to look up, about so many, in the order of their numbers; the first time the name alone."""
        if self._free is not None:
            step = max(1, (self._free - self._taken) // count)
            self._asked = [*range(self._taken + step, self._free, step), self._free]
        elif self._taken < 0:
            self._asked = [0]
        elif self._taken < NEAR:
            self._asked = [self._taken + 1 + each for each in range(count)]
        else:
            self._asked = [self._taken + 1, *(self._taken << each for each in range(1, min(count, 20)))]
        return [under_number(self.name, each) for each in self._asked]

    def see(self, taken: AbstractSet[str]) -> str:
        """The name that is free, by the folded names of all that are taken; empty while that is not known yet."""
        self._free = None
        for number in self._asked:
            if fold(under_number(self.name, number)) not in taken:
                self._free = number
                break
            self._taken = number
        found = self._free is not None and self._free == self._taken + 1
        return under_number(self.name, self._taken + 1) if found else ""
