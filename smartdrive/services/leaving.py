"""Taking an account down: tree and trash like any purge, uploads, links, sessions, tokens, journal, itself at last."""

from collections.abc import Iterator
from dataclasses import dataclass

from smartdrive.domain.clock import Clock
from smartdrive.domain.models import User
from smartdrive.ports.table import Delete, Item, Table
from smartdrive.records import due, journal_keys, keys, nodes, shares, trash, uploads, users
from smartdrive.records.codec import text
from smartdrive.services.emptying import Emptying
from smartdrive.services.locks import Turn
from smartdrive.services.retry import wrote
from smartdrive.services.shares import Shares
from smartdrive.services.uploads import Uploads

PAGE = 100
WAYS_IN = (keys.SESSIONS, keys.ACCESS_TOKENS)


@dataclass(frozen=True, slots=True)
class Leaving:
    """Removes accounts that are being deleted; each step may be repeated, and killed at any line."""

    table: Table
    emptying: Emptying
    uploads: Uploads
    shares: Shares
    clock: Clock

    def begin(self, turn: Turn) -> None:
        """Mark everything of these accounts as going, and end what can be ended at once."""
        for user in self._users():
            if not turn.go_on():
                return
            self._mark_root(user)
            self.emptying.clear(user.id, until=self.clock(), turn=turn)
            self._cancel_uploads(user, turn)
            self._forget_links(user, turn)
            self._end_all(user, turn)

    def finish(self, turn: Turn) -> None:
        """Remove the accounts of which nothing is left."""
        for user in self._users():
            if turn.go_on() and not self._remains(user) and self._forget_journal(user, turn):
                self.table.write(*users.remove_account(user))

    def _users(self) -> Iterator[User]:
        for row in due.read_all(self.table, keys.DUE_ACCOUNT):
            if user := users.read_user(self.table, text(row, "user")):
                yield user
            else:
                self.table.write(Delete(keys.of(row)))

    def _mark_root(self, user: User) -> None:
        root = nodes.read_node(self.table, user.root)
        if root and root.state == "live":
            wrote(self.table, nodes.change_node(root, state="purging"), trash.due_purge(root.id))

    def _cancel_uploads(self, user: User, turn: Turn) -> None:
        """One too young for the index is swept in a week, like any that nobody goes on with."""
        cursor = None
        while turn.go_on():
            rows = uploads.open_uploads(self.table, user.id, limit=PAGE, cursor=cursor)
            for row in rows.items:
                self._cancel(text(row, "id"))
            if (cursor := rows.cursor) is None:
                return

    def _cancel(self, upload_id: str) -> None:
        upload = uploads.read_upload(self.table, upload_id)
        if upload and upload.state == "open":
            self.uploads.drop(upload)

    def _forget_links(self, user: User, turn: Turn) -> None:
        while turn.go_on():
            links, _ = shares.own_links(self.table, user.id, limit=PAGE)
            if not links:
                return
            for link in links:
                self.shares.forget(link)

    def _end_all(self, user: User, turn: Turn) -> None:
        """Sessions and access tokens: over since the account is, now gone."""
        while turn.go_on() and (rows := self._ways_in(user)):
            self.table.write(*(Delete(keys.of(row)) for row in rows))

    def _forget_journal(self, user: User, turn: Turn) -> bool:
        """What was done to the person's things, and its seals; False when the turn ended first."""
        kinds = (journal_keys.journal, journal_keys.seals, journal_keys.purged_seals, journal_keys.heads)
        for pk in (each(user.id) for each in kinds):
            while rows := self.table.query(pk, limit=PAGE).items:
                if not turn.go_on():
                    return False
                self.table.write(*(Delete(keys.of(row)) for row in rows))
        return True

    def _ways_in(self, user: User) -> list[Item]:
        """Some of the person's sessions or, once these are gone, of their access tokens."""
        pages = (self.table.query(keys.user(user.id).pk, begins=each, limit=PAGE) for each in WAYS_IN)
        return next((page.items for page in pages if page.items), [])

    def _remains(self, user: User) -> bool:
        """Whether anything is left. Work due is looked at last: what it hands on, it writes before it goes."""
        in_trash = self.table.query(keys.trash(user.id), limit=1).items
        linked = self.table.query(keys.links(user.id), limit=1).items
        held = uploads.open_uploads(self.table, user.id, limit=1).items
        return bool(in_trash or linked or held or self._ways_in(user)) or self._purging(user)

    def _purging(self, user: User) -> bool:
        """Whether any of the account's nodes is still to be taken down."""
        for some in _pages(due.read_all(self.table, keys.DUE_PURGE)):
            found = nodes.read_nodes(self.table, [text(row, "node") for row in some])
            if any(node and node.owner == user.id for node in found):
                return True
        return nodes.read_node(self.table, user.root) is not None


def _pages(rows: Iterator[Item]) -> Iterator[list[Item]]:
    page: list[Item] = []
    for row in rows:
        page.append(row)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page
