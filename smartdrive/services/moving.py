"""Moving many things into one folder: read together, several a write, each of them whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from smartdrive.domain.errors import Cycle, DriveError, Forbidden, NotFound
from smartdrive.domain.models import Conflict, User
from smartdrive.domain.words import _
from smartdrive.ports.table import Action, Table
from smartdrive.records import nodes
from smartdrive.services.items import Items, Wish, stirs
from smartdrive.services.landing import Arrival, Landing, Settled
from smartdrive.services.retry import wrote
from smartdrive.services.tree import Place
from smartdrive.services.writing import in_writes

Outcome = Settled | DriveError
BESIDES = 2
"""Actions of a write beside those of its things: the target's check, and the tree version."""


@dataclass(frozen=True, slots=True)
class Moving:
    """Moves of many things at once."""

    table: Table
    items: Items

    def many(self, user: User, ids: Sequence[str], *, target: str, conflict: Conflict) -> dict[str, Outcome]:
        """Move things into a folder; what became of each. NotFound when the folder is not there.

        The tree version is read before the tree: whoever moves a folder meanwhile makes a write fail, and each
        thing of it is then moved by itself, looked at anew.
        """
        version = nodes.tree_version(self.table, user.id)
        places = self.items.tree.load_many(user, [target, *ids])
        into = places.get(target)
        if into is None or into.node.kind != "folder":
            raise NotFound
        outcomes = {each: outcome for each in ids if (outcome := _judged(places.get(each), into))}
        leaving = {each: places[each] for each in ids if each not in outcomes}
        outcomes |= self._together(user, leaving, into=into, version=version, conflict=conflict)
        wish = Wish(parent=into.node.id, conflict=conflict)
        return outcomes | {
            each: self._alone(user, place, wish=wish) for each, place in leaving.items() if each not in outcomes
        }

    def _together(
        self, user: User, leaving: Mapping[str, Place], *, into: Place, version: int, conflict: Conflict
    ) -> dict[str, Outcome]:
        """What could be done in writes of several, and what could not be done at all."""
        arrivals = {each: _arrival(place, into) for each, place in leaving.items()}
        found = self.items.names.landings(into.node.id, arrivals, conflict=conflict)
        outcomes: dict[str, Outcome] = {each: way for each, way in found.items() if not isinstance(way, Landing)}
        landings = {each: way for each, way in found.items() if isinstance(way, Landing)}
        trail, act = into.trail, self.items.actions
        acts = {each: act(leaving[each].node, way, by=user, into=trail) for each, way in landings.items()}
        for group in in_writes(acts, besides=BESIDES):
            besides: list[Action] = [nodes.live(into.node.id)]
            if any(stirs(leaving[each].node, landings[each]) for each in group):
                besides.append(nodes.bump_tree(into.node.owner, version=version))
            if wrote(self.table, *besides, *(action for each in group for action in acts[each])):
                outcomes |= {each: Settled(landings[each].node) for each in group}
                version += len(besides) - 1
        return outcomes

    def _alone(self, user: User, place: Place, *, wish: Wish) -> Outcome:
        try:
            return self.items.settle(user, place.node.id, kind=place.node.kind, wish=wish)
        except DriveError as refusal:
            return refusal


def _judged(place: Place | None, into: Place) -> Outcome | None:
    """What can be said at once: nothing there, nothing to do, or never."""
    if place is None:
        return NotFound()
    if not place.node.parent:
        return Forbidden(_("The top folder stays as it is."))
    if place.node.id in into.ids:
        return Cycle()
    return Settled(place.node) if place.node.parent == into.node.id else None


def _arrival(place: Place, into: Place) -> Arrival:
    return Arrival(replace(place.node, parent=into.node.id), place.node, place.ids)
