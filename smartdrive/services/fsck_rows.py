"""Going through every row of the table once, asking of each what else must be there for it to be true.

Other rows are asked for by the hundred, so that memory does not grow with the drive, but for a number per object, per
name, per folder and per person (some 200 bytes each).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from smartdrive.domain.models import Node
from smartdrive.domain.names import fold
from smartdrive.ports.table import MAX_KEYS, Item, Key, Table
from smartdrive.records import keys, nodes, words
from smartdrive.records.codec import number, text

Answers = Sequence[Item | None]
Judge = Callable[[Answers], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be: the rule it breaks (I1 to I11), what it is about, and a sentence.

    `amount` is how many bytes a person's room is off, `free` what its row said then.
    """

    rule: str
    subject: str
    sentence: str
    amount: int = 0
    free: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Room:
    """A person's room as its row says."""

    free: int
    quota: int


class Rows:
    """One walk over the table; afterwards its attributes say what was seen."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.findings: set[Finding] = set()
        self.seen: Counter[str] = Counter()
        self.used: Counter[str] = Counter()
        self.rooms: dict[str, Room] = {}
        self.parents: dict[str, str] = {}
        self.references: Counter[str] = Counter()
        self.sizes: dict[str, int] = {}
        self.names: Counter[str] = Counter()
        self._waiting: list[tuple[int, Judge]] = []
        self._keys: list[Key] = []

    def walk(self) -> None:
        """Look at every row."""
        looks = {
            "NODE": self._node,
            "USER": self._user,
            "ROOM": self._room,
            "REFS": self._references,
            "UPLOAD": self._upload,
        }
        partitions = {"IN#": self._entry, "T#": self._trashed, keys.WORDS: self._word}
        partitions |= {keys.STARS: self._star}
        for item in self.table.walk():
            pk, sk = text(item, "pk"), text(item, "sk")
            if look := looks.get(sk) or partitions.get(pk[: pk.index("#") + 1] if "#" in pk else ""):
                look(item)
            elif sk.startswith(keys.VERSIONS):
                self._version(item)
            elif sk.startswith(keys.ACCESS_TOKENS):
                self._access_token(item)
        self._settle()
        self._cycles()

    def found(self, rule: str, subject: str, *, sentence: str) -> None:
        """Note that a rule is broken."""
        self.findings.add(Finding(rule, subject, sentence))

    def _ask(self, wanted: Sequence[Key], judge: Judge) -> None:
        """Have `judge` called with these rows, together with those of other questions."""
        if len(self._keys) + len(wanted) > MAX_KEYS:
            self._settle()
        self._keys += wanted
        self._waiting.append((len(wanted), judge))

    def _settle(self) -> None:
        answers = self.table.get_many(self._keys) if self._keys else []
        waiting, self._waiting, self._keys, at = self._waiting, [], [], 0
        for count, judge in waiting:
            judge(answers[at : at + count])
            at += count

    def _node(self, item: Item) -> None:
        node = nodes.node_of(item)
        self.seen[f"{node.kind}s"] += 1
        for key in words.keys_of(node):
            self.names[node.id] += _number(key)
        if node.kind == "folder":
            self.parents[node.id] = node.parent
        if node.kind == "file":
            self._ask([keys.version(node.id, node.version)], lambda rows: self._judge_bytes(node, rows))
        if node.starred and node.state != "purging":
            star = keys.star(node.owner, node.id)
            self._ask([star], lambda rows: self._judge_star(node, rows))
        if node.state == "trashed" and node.trashed:
            there = keys.trashed(node.owner, moment=node.trashed, node_id=node.id)
            self._ask([there], lambda rows: self._judge_kept(node, rows, why="is in no trash"))
        elif node.state == "purging":
            due = keys.due_purge(node.id)
            self._ask([due], lambda rows: self._judge_kept(node, rows, why="is never taken down"))
        elif not node.parent:
            self._ask([keys.user(node.owner)], lambda rows: self._judge_root(node, rows))
        else:
            self._ask(_places(node), lambda rows: self._judge_place(node, rows))

    def _judge_bytes(self, node: Node, rows: Answers) -> None:
        if not rows[0] or text(rows[0], "object") != node.object or number(rows[0], "size") != node.size:
            self.found("I2", node.id, sentence="The file's current version is not among its versions.")

    def _judge_star(self, node: Node, rows: Answers) -> None:
        if not rows[0]:
            self.found("I5", node.id, sentence=f"The {node.kind} is starred, and no list of stars has it.")

    def _judge_kept(self, node: Node, rows: Answers, *, why: str) -> None:
        if not rows[0]:
            self.found("I5", node.id, sentence=f"The {node.kind} is not live and {why}.")

    def _judge_root(self, node: Node, rows: Answers) -> None:
        if not rows[0] or text(rows[0], "root") != node.id:
            self.found("I5", node.id, sentence="The top folder is nobody's.")

    def _judge_place(self, node: Node, rows: Answers) -> None:
        parent, entry, twin = rows
        if parent is None or text(parent, "kind") != "folder" or text(parent, "owner") != node.owner:
            self.found("I5", node.id, sentence=f"The {node.kind} stands in no folder of its owner.")
        elif text(parent, "state") != "purging":
            if entry is None or text(entry, "id") != node.id:
                self.found("I5", node.id, sentence=f"The {node.kind} is missing in the listing of its folder.")
            if twin is not None:
                self.found("I6", node.id, sentence="A file and a folder in one folder have the same name.")

    def _entry(self, item: Item) -> None:
        self.seen["entries"] += 1
        entry = nodes.entry_of(item)
        if text(item, "sk")[2:] != fold(entry.name):
            self.found("I6", entry.id, sentence="The listing has the item under another name than its own.")

        def judge(rows: Answers) -> None:
            node = nodes.node_of(rows[0]) if rows[0] else None
            here = node and (node.state, node.parent, node.name) == ("live", entry.parent, entry.name)
            if not here:
                self.found("I5", entry.id, sentence="A listing shows what is not there.")

        self._ask([keys.node(entry.id)], judge)

    def _word(self, item: Item) -> None:
        """Words of a name and their rows add up to nothing, in whatever order they come."""
        self.seen["words"] += 1
        self.names[words.hit_of(item).node] -= _number(keys.of(item))

    def _trashed(self, item: Item) -> None:
        def judge(rows: Answers) -> None:
            if not rows[0] or text(rows[0], "state") != "trashed":
                self.found("I5", text(item, "node"), sentence="The trash shows what is not in it.")

        self._ask([keys.node(text(item, "node"))], judge)

    def _star(self, item: Item) -> None:
        self.seen["stars"] += 1

        def judge(rows: Answers) -> None:
            node = nodes.node_of(rows[0]) if rows[0] else None
            if node is None or not node.starred or keys.stars(node.owner) != text(item, "pk"):
                self.found("I5", text(item, "sk"), sentence="Something is listed as starred that is not.")

        self._ask([keys.node(text(item, "sk"))], judge)

    def _version(self, item: Item) -> None:
        self.seen["versions"] += 1
        name, size = text(item, "object"), number(item, "size")
        self.references[name] += 1

        def judge(rows: Answers) -> None:
            node, references = rows
            if node is None:
                self.found("I2", text(item, "id"), sentence="A version belongs to no file.")
            else:
                self.used[text(node, "owner")] += size
            if references is None or number(references, "size") != size:
                self.found("I2", text(item, "id"), sentence="A version names bytes that are not recorded so.")

        self._ask([keys.node(text(item, "node")), keys.references(name)], judge)

    def _references(self, item: Item) -> None:
        self.seen["objects"] += 1
        name = text(item, "pk").removeprefix("O#")
        self.references[name] -= number(item, "refs")
        self.sizes[name] = number(item, "size")

    def _upload(self, item: Item) -> None:
        if item["state"] == "open":
            self.seen["uploads"] += 1
            self.used[text(item, "owner")] += number(item, "size")

    def _user(self, item: Item) -> None:
        self.seen["people"] += 1
        name, state = text(item, "id"), text(item, "state")

        def judge(rows: Answers) -> None:
            if state != "deleting" and not all(rows):
                self.found("I5", name, sentence="The account lacks its top folder or its room.")

        self._ask([keys.node(text(item, "root")), keys.room(name)], judge)

    def _access_token(self, item: Item) -> None:
        self.seen["access tokens"] += 1

        def judge(rows: Answers) -> None:
            if not rows[0]:
                self.found("I5", text(item, "id"), sentence="An access token is nobody's.")

        self._ask([keys.user(text(item, "user"))], judge)

    def _room(self, item: Item) -> None:
        name = text(item, "pk").removeprefix("U#")
        self.rooms[name] = Room(number(item, "free"), number(item, "quota"))

    def _cycles(self) -> None:
        """Every way up ends; what lies on a circle is reached from nowhere."""
        ends: set[str] = {""}
        for folder in self.parents:
            way: list[str] = []
            here = folder
            while here not in ends and here in self.parents and here not in way:
                way.append(here)
                here = self.parents[here]
            if here in way:
                self.found("I5", min(way), sentence="Folders lie in a circle.")
            ends.update(way)


def _number(key: Key) -> int:
    return crc32(f"{key.pk}\n{key.sk}".encode())


def _places(node: Node) -> list[Key]:
    """Parent, entry, and the entry a thing of the other kind with the same name would have."""
    other = "file" if node.kind == "folder" else "folder"
    return [
        keys.node(node.parent),
        keys.entry(node.parent, kind=node.kind, name=node.name),
        keys.entry(node.parent, kind=other, name=node.name),
    ]
