"""The words of names, so that search never goes through the names themselves.

A row stands under each word of a name, in the partition of the owner, and says all words of the name: one query for the
rarest word of a question answers the others too. Rows are written and removed in the write that changes the name.
"""

from dataclasses import dataclass

from smartdrive.domain.models import Node
from smartdrive.domain.search import indexed, words
from smartdrive.ports.table import Action, Delete, Item, Key, Put, Slice, Table
from smartdrive.records import keys
from smartdrive.records.codec import text


@dataclass(frozen=True, slots=True)
class Hit:
    """A name that has a word: the thing's id, the word, and all words of the name."""

    node: str
    word: str
    words: tuple[str, ...]


def keys_of(node: Node) -> list[Key]:
    """Where a thing's words stand; the top folder has none."""
    if not node.parent:
        return []
    return [keys.word(node.owner, word, name=node.name, node_id=node.id) for word in indexed(node.name)]


def enter(node: Node) -> list[Action]:
    """Make a thing known by its name."""
    every = " ".join(words(node.name))
    return [Put({"pk": key.pk, "sk": key.sk, "words": every}) for key in keys_of(node)]


def leave(node: Node) -> list[Action]:
    """Forget a thing's name."""
    return [Delete(key) for key in keys_of(node)]


def rename(old: Node, new: Node) -> list[Action]:
    """Know a thing by its new name, and no more by its old one."""
    if old.name == new.name:
        return []
    now = set(keys_of(new))
    return [*enter(new), *(Delete(key) for key in keys_of(old) if key not in now)]


def read(table: Table, user_id: str, *, begins: str, limit: int, cursor: str | None) -> Slice:
    """A page of the rows of words that begin so, in order of the words; strongly consistent."""
    return table.query(keys.words(user_id), begins=begins, limit=limit, cursor=cursor)


def hit_of(row: Item) -> Hit:
    """What a row says."""
    key = text(row, "sk")
    return Hit(key.rpartition("#")[2], key.partition("#")[0], tuple(text(row, "words").split(" ")))
