"""Where things come to stand when their names are taken there already (`docs/decisions/conflicts.md`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from smartdrive.domain.errors import Exists
from smartdrive.domain.free_names import FreeName
from smartdrive.domain.models import Conflict, Node
from smartdrive.domain.names import fold
from smartdrive.domain.words import _
from smartdrive.ports.table import MAX_KEYS, Table
from smartdrive.ports.together import together
from smartdrive.records import nodes
from smartdrive.records.nodes import Entry
from smartdrive.services.writing import pages

NAMES_A_READ = 50
Way = Literal["numbered", "instead", "skipped"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A thing as it would stand in the folder it comes to, and what it is, or is copied from, where it is now.

    `above` are the ids of that and of all folders it lies in. A copy `beside` its original gets a number unasked.
    """

    node: Node
    original: Node
    above: frozenset[str]
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Landing:
    """A thing at the place and under the name it gets; `instead` is what it takes that place from."""

    node: Node
    instead: Node | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a thing: as it is now; `skipped` when it was left alone because its name is taken.

    `job` is the one that still fills a copied folder.
    """

    node: Node
    skipped: bool = False
    job: str = ""


Found = Landing | Settled | Exists


def way_past(taken: Entry, arrival: Arrival, *, conflict: Conflict) -> Way:
    """What to do about a taken name; raises Exists where that has to be asked, or cannot be.

    Only a thing of the same kind can be replaced, and none that the arriving one lies in: it would go along.
    """
    if conflict == "keep_both" or (arrival.beside and taken.id == arrival.original.id):
        return "numbered"
    if conflict == "skip":
        return "skipped"
    if conflict == "replace" and taken.id in arrival.above:
        sentence = _("What is there cannot be replaced by itself, or by something that lies in it.")
        raise Exists(sentence, more={"existing": taken})
    if conflict == "replace" and taken.kind == arrival.node.kind:
        return "instead"
    raise Exists(more={"existing": taken})


@dataclass(frozen=True, slots=True)
class Names:
    """Names in folders: who has them, which are free, and where things land."""

    table: Table

    def taken(self, folder_id: str, names: Sequence[str]) -> dict[str, Entry]:
        """Who has which of the names, by folded name; fifty names a read, the reads side by side."""
        wanted = list({fold(name): name for name in names}.values())
        asked = list(pages(wanted, NAMES_A_READ))
        found = together(lambda some: nodes.named(self.table, folder_id, names=some), asked)
        return {fold(entry.name): entry for some in found for entry in some if entry}

    def free(self, folder_id: str, names: Sequence[str]) -> list[str]:
        """For each the name, or a `name (1)`, `name (2)` … that nobody has, none of them twice.

        The first of them as a rule; few reads however many are taken (`FreeName`).
        """
        searches = {at: FreeName(name) for at, name in enumerate(names)}
        given: dict[int, str] = {}
        used: set[str] = set()
        while waiting := {at: search for at, search in searches.items() if at not in given}:
            count = NAMES_A_READ if len(waiting) == 1 else 5
            asked = [name for search in waiting.values() for name in search.tries(count)]
            used |= {*self.taken(folder_id, asked)}
            for at, search in waiting.items():
                if name := search.see(used):
                    given[at] = name
                    used.add(fold(name))
        return [given[at] for at in range(len(names))]

    def free_name(self, folder_id: str, name: str) -> str:
        """The name, or a `name (1)`, `name (2)` … that nobody has; after itself, 50 names a round trip."""
        return self.free(folder_id, [name])[0]

    def landings(self, folder_id: str, arrivals: Mapping[str, Arrival], *, conflict: Conflict) -> dict[str, Found]:
        """Where each lands, or why it does not, all looked up together.

        Left out is what has to be looked at by itself: the second of one name, and what would replace a thing that has
        gone this moment.
        """
        first = {fold(arrival.node.name): key for key, arrival in reversed(list(arrivals.items()))}
        taken = self.taken(folder_id, [arrivals[key].node.name for key in first.values()])
        found: dict[str, Found] = {key: Landing(arrivals[key].node) for name, key in first.items() if name not in taken}
        ways: dict[Way, dict[str, Arrival]] = {"numbered": {}, "instead": {}, "skipped": {}}
        for name, key in first.items():
            if name in taken:
                try:
                    ways[way_past(taken[name], arrivals[key], conflict=conflict)][key] = arrivals[key]
                except Exists as refusal:
                    found[key] = refusal
        found |= {key: Settled(each.original, skipped=True) for key, each in ways["skipped"].items()}
        return found | self._numbered(folder_id, ways["numbered"]) | self._instead(ways["instead"], taken)

    def _numbered(self, folder_id: str, arrivals: Mapping[str, Arrival]) -> dict[str, Found]:
        names = self.free(folder_id, [each.node.name for each in arrivals.values()])
        pairs = zip(arrivals.items(), names, strict=True)
        return {key: Landing(replace(each.node, name=name)) for (key, each), name in pairs}

    def _instead(self, arrivals: Mapping[str, Arrival], taken: Mapping[str, Entry]) -> dict[str, Found]:
        standing = {key: taken[fold(each.node.name)].id for key, each in arrivals.items()}
        asked = pages(list(standing.values()), MAX_KEYS)
        there = [node for some in asked for node in nodes.read_nodes(self.table, some)]
        pairs = zip(arrivals.items(), there, strict=True)
        return {key: Landing(each.node, node) for (key, each), node in pairs if node and node.state == "live"}
