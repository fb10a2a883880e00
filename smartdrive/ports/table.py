"""The table port: five verbs over one table of items, as strict as DynamoDB on every engine.

An item is a flat mapping of attribute names to strings, integers or lists of strings; `pk` and `sk` are its
key. Every index exists from the first release under a generic name, as local ones cannot be added later:

* local (strongly consistent, same `pk`): attributes `l1` … `l5`; an item without the attribute is left out;
* global (may lag, sparse): `g1` … `g3`, each with the partition attribute `gN` and the sort attribute `gNs`.

Index attributes are non-empty strings (pad numbers with zeros); an item with only one of `gN` and `gNs` is
not in that index. `ttl` (integer, epoch seconds) lets the engine sweep an item some time after that moment;
expiry itself is always judged by the reader.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

Value = str | int | list[str]
Item = dict[str, Value]
LocalIndex = Literal["l1", "l2", "l3", "l4", "l5"]
GlobalIndex = Literal["g1", "g2", "g3"]
Index = LocalIndex | GlobalIndex
LOCAL_INDEXES: tuple[LocalIndex, ...] = ("l1", "l2", "l3", "l4", "l5")
GLOBAL_INDEXES: tuple[GlobalIndex, ...] = ("g1", "g2", "g3")

MAX_ACTIONS = 100
MAX_KEYS = 100
MAX_ITEM_BYTES = 400_000
MAX_WRITE_BYTES = 4_000_000
MAX_PAGE = 1000
MAX_PARTITION_KEY_BYTES = 2048
MAX_SORT_KEY_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Key:
    """The primary key of one item; both parts are non-empty strings."""

    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Absent:
    """No item stands under this key."""


@dataclass(frozen=True, slots=True)
class Present:
    """An item stands under this key."""


@dataclass(frozen=True, slots=True)
class Equals:
    """The item has this attribute with exactly this value; states are strings, never booleans."""

    name: str
    value: str | int


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The item has this numeric attribute and it is no smaller than `number`."""

    name: str
    number: int


Condition = Absent | Present | Equals | AtLeast


@dataclass(frozen=True, slots=True)
class Put:
    """Write the whole item, replacing what stood under its key."""

    item: Item
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Set, add to and remove single attributes; makes an absent item unless a condition forbids it."""

    key: Key
    set: Mapping[str, Value] = field(default_factory=dict)
    add: Mapping[str, int] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove the item; removing what is not there succeeds unless a condition forbids it."""

    key: Key
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """Write nothing, but refuse the whole write unless the conditions hold."""

    key: Key
    when: tuple[Condition, ...]


Action = Put | Change | Delete | Check


def key_of(action: Action) -> Key:
    """The key of the one item the action is about."""
    return Key(str(action.item["pk"]), str(action.item["sk"])) if isinstance(action, Put) else action.key


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of a query: whole items in index order, and the cursor of the next page or None at the end."""

    items: list[Item]
    cursor: str | None


class Refused(Exception):
    """A condition did not hold and nothing was written; `failed` has the positions of those actions."""

    def __init__(self, failed: Sequence[int]) -> None:
        super().__init__(f"conditions failed for actions {list(failed)}")
        self.failed = tuple(failed)


class Contended(Exception):
    """Another write held one of the items; nothing was written, and the same write may be tried again."""


class Unavailable(Exception):
    """The engine did not answer in bounded time or tries; it is unknown whether a write took place."""


class OutOfRoom(Exception):
    """The engine has no room left for this write; nothing was written."""


class BadCursor(ValueError):
    """The cursor was not made by this query."""


class StoreTooNew(Exception):
    """The store was laid out by a newer program than this one; nothing was read or written."""


class Table(Protocol):
    """One table of items. All methods may be called from many threads and processes at once.

    Failures common to all verbs: `Unavailable`. Misuse (empty keys, floats, an item twice in one write, 101
    actions, an item over 400 KB, adding to what is no number) is a ValueError or TypeError on every engine.
    """

    def get(self, key: Key) -> Item | None:
        """Return the item as last written (strongly consistent), or None."""

    def get_many(self, keys: Sequence[Key]) -> list[Item | None]:
        """Return up to 100 items in the order of `keys` (strongly consistent); keys may repeat."""

    def query(
        self,
        pk: str,
        *,
        begins: str = "",
        index: Index | None = None,
        limit: int = 100,
        cursor: str | None = None,
        descending: bool = False,
    ) -> Slice:
        """Return up to `limit` (1..1000) items of one partition in byte order of the sort key.

        `begins` keeps sort keys with that prefix. With a local index the sort key is that attribute, ties
        in order of `sk`; with a global one `pk` is matched against `gN`, answers may lag behind writes and
        ties have no order. A cursor belongs to the same pk, index, prefix and direction; anything else
        raises BadCursor. It is None exactly when nothing followed at the time.
        """

    def write(self, *actions: Action) -> dict[str, Value]:
        """Do all actions or none (1..100 on distinct items).

        A single `Change` with `add` returns the new values of the added attributes, everything else {}.
        Raises Refused, Contended or OutOfRoom; durable on return.
        """

    def walk(self, *, after: Key | None = None) -> Iterator[Item]:
        """Yield every item; for fsck, backup and migration only.

        In the engine's own order, which stays the same: `after` an item's key come those that it has not yielded yet.
        """
