"""Taking things down for good, from the top: hidden long before, so nobody waits and nobody can come in.

Every node marked `purging` stands on a row of work due, written with the mark. A folder hands mark and row on
to what is in it and goes; a file goes with its versions, their room and their references in one write, which
also dooms bytes that nobody refers to any more. Killed anywhere, the next round goes on with what is left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from smartdrive.domain.models import Node, Version
from smartdrive.ports.table import Action, Delete, Equals, Item, Table
from smartdrive.records import due, keys, nodes, objects, shares, stars, trash, versions, words
from smartdrive.records.codec import text
from smartdrive.services.locks import Turn
from smartdrive.services.releasing import release, room_back
from smartdrive.services.retry import count_written, wrote
from smartdrive.services.shares import Shares

PAGE = 100
CHILDREN_A_WRITE = 30
ACTIONS_A_WRITE = 96


@dataclass(frozen=True, slots=True)
class Farewell:
    """What takes a file with at most one version down, but for the room it gives back."""

    node: Node
    actions: tuple[Action, ...]
    size: int
    object: str


@dataclass(frozen=True, slots=True)
class Purge:
    """Takes down what is marked `purging`."""

    table: Table
    shares: Shares

    def run(self, turn: Turn) -> None:
        """Go through each shard, and again through those into which folders put new work, or until the turn is over.

        What somebody held up or added meanwhile is the next round's.
        """
        open_shards = set(range(keys.DOOM_SHARDS))
        while open_shards and turn.go_on():
            shard = min(open_shards)
            while turn.go_on() and self._page(shard, turn, opened=open_shards):
                pass
            open_shards.discard(shard)

    def _page(self, shard: int, turn: Turn, *, opened: set[int]) -> bool:
        """Take down what one page says; False when there is nothing left, or nothing that can be done now.

        Shards into which new work was put are added to `opened`.
        """
        rows = due.read(self.table, keys.DUE_PURGE, shard=shard, limit=PAGE)
        ids = [text(row, "node") for row in rows]
        found = nodes.read_nodes(self.table, ids)
        self._forget([each for each, node in zip(ids, found, strict=True) if node is None])
        some = [node for node in found if node]
        self._unlink([node for node in some if node.links])
        self._unstar([node for node in some if node.starred])
        done = self._files([node for node in some if node.kind == "file"], turn)
        for folder in (node for node in some if node.kind == "folder"):
            done += self._folder(folder, turn, opened=opened)
        return bool(done) or len(some) < len(ids)

    def _forget(self, ids: Sequence[str]) -> None:
        """Rows whose node has gone already."""
        if ids:
            self.table.write(*(Delete(keys.due_purge(each)) for each in ids))

    def _unlink(self, some: Sequence[Node]) -> None:
        """Links end with what they lead to. One too young for the index ends by its own date."""
        for node in some:
            for row in shares.links_to(self.table, node.id).items:
                self.shares.forget(shares.link_of(row))

    def _unstar(self, some: Sequence[Node]) -> None:
        """Stars go before what they are of: a node that is marked gets none any more."""
        if some:
            self.table.write(*(stars.leave(node) for node in some))

    def _folder(self, folder: Node, turn: Turn, *, opened: set[int]) -> int:
        """Mark all that is in a folder and remove the folder; the count of what was done."""
        done = 0
        while turn.go_on():
            rows = self.table.query(keys.entries(folder.id), limit=CHILDREN_A_WRITE).items
            if not rows:
                gone = nodes.delete_node(folder), Delete(keys.due_purge(folder.id)), *words.leave(folder)
                return done + wrote(self.table, *gone)
            marked = self._mark(folder, rows, opened=opened)
            if not marked:
                break
            done += marked
        return done

    def _mark(self, folder: Node, rows: Sequence[Item], *, opened: set[int]) -> int:
        """Hand mark and work row on; in one write, or one by one when somebody is changing one of them."""
        children = nodes.read_nodes(self.table, [text(row, "id") for row in rows])
        pairs = zip(rows, children, strict=True)
        marked = count_written(self.table, [_handing_on(row, child, folder=folder.id) for row, child in pairs])
        if marked:
            opened.update(keys.shard_of(child.id) for child in children if child)
        return marked

    def _files(self, files: Sequence[Node], turn: Turn) -> int:
        """Take files down, as many in a write as fit; the count of writes that succeeded."""
        done, ready = 0, []
        for file in files:
            rows = versions.read_versions(self.table, file.id, limit=PAGE).items
            found = [versions.version_of(row) for row in rows]
            if len(found) > 1:
                done += self._old_versions(file, found[1:], turn=turn)
            else:
                ready.append((file, found))
        for group in _groups(self._farewells(ready)):
            if turn.go_on():
                done += self._remove(group)
        return done

    def _old_versions(self, file: Node, old: Sequence[Version], *, turn: Turn) -> int:
        """Versions go one a write: two of them may share their bytes."""
        done = 0
        for version in old:
            if turn.go_on():
                references = objects.read_references(self.table, [version.object])[0]
                actions = versions.delete_version(version), *release(version.object, references)
                done += wrote(self.table, *actions, *room_back(file.owner, version.size))
        return done

    def _farewells(self, files: Sequence[tuple[Node, Sequence[Version]]]) -> Iterator[Farewell]:
        """One for each file; the references of all are read together."""
        wanted = [found[0].object for _, found in files if found]
        rows = objects.read_references(self.table, wanted)
        references = dict(zip(wanted, rows, strict=True))
        for file, found in files:
            last: list[Action] = [nodes.delete_node(file), Delete(keys.due_purge(file.id)), *words.leave(file)]
            for each in found:
                last += [versions.delete_version(each), *release(each.object, references[each.object])]
            size = sum(each.size for each in found)
            yield Farewell(file, tuple(last), size, found[0].object if found else "")

    def _remove(self, group: Sequence[Farewell]) -> int:
        total = sum(each.size for each in group)
        actions = [action for each in group for action in each.actions]
        if wrote(self.table, *actions, *room_back(group[0].node.owner, total)):
            return 1
        return sum(wrote(self.table, *each.actions, *room_back(each.node.owner, each.size)) for each in group)


def _handing_on(row: Item, child: Node | None, *, folder: str) -> list[Action]:
    """The entry goes; what it names is marked, unless it is elsewhere by now."""
    entry = Delete(keys.of(row), (Equals("id", text(row, "id")),))
    if child is None or child.parent != folder or child.state != "live":
        return [entry]
    return [entry, nodes.change_node(child, state="purging"), trash.due_purge(child.id)]


def _groups(farewells: Iterator[Farewell]) -> Iterator[list[Farewell]]:
    """Groups of one owner that fit into a write; bytes that two of them share come once a group."""
    group: list[Farewell] = []
    for each in farewells:
        others = {other.object for other in group if other.object}
        count = sum(len(other.actions) for other in group) + len(each.actions)
        apart = group and (each.node.owner != group[0].node.owner or each.object in others)
        if apart or count > ACTIONS_A_WRITE:
            yield group
            group = []
        group.append(each)
    if group:
        yield group
