"""Where things come back to when their folder is gone: it is made again, by the names that led there."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import chain

from smartdrive.domain.errors import Exists, NotFound
from smartdrive.domain.models import Node, User
from smartdrive.domain.names import numbered
from smartdrive.services.folders import Folders
from smartdrive.services.retry import Again, until_settled
from smartdrive.services.tree import Tree


@dataclass(frozen=True, slots=True)
class Homes:
    """Makes folders again."""

    tree: Tree
    folders: Folders

    def again(self, user: User, ways: Collection[str]) -> dict[str, str]:
        """The ids of the folders at the end of these ways below the top; those that are not there are made.

        Where a file has the name of one of them, that is `name (1)`. The making is told as a change of its own: it
        stays when the coming back is undone.
        """
        maker = replace(user, acting=replace(user.acting, change="", undoes=""))
        return until_settled(lambda: self._again(maker, ways))

    def _again(self, maker: User, ways: Collection[str]) -> dict[str, str]:
        known = {"": self.tree.folder(maker, "root")}
        try:
            return {way: self._folder(maker, way, known=known).id for way in ways}
        except NotFound:
            raise Again from None

    def _folder(self, maker: User, way: str, *, known: dict[str, Node]) -> Node:
        if way not in known:
            above, _, name = way.rpartition("/")
            known[way] = self._below(maker, self._folder(maker, above, known=known), name=name)
        return known[way]

    def _below(self, maker: User, parent: Node, *, name: str) -> Node:
        for each in chain([name], numbered(name)):
            try:
                return self.folders.ensure(parent, [each], by=maker)
            except Exists:
                continue
        raise NotFound
