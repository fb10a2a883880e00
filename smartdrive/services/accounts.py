"""Accounts: making them, signing in, what people change about themselves, and what the operator does."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from smartdrive.domain import people
from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.emails import check_email, fold_email
from smartdrive.domain.errors import (
    BadInput,
    EmailTaken,
    Forbidden,
    NotFound,
    NotSignedIn,
    PasswordNeeded,
    RegistrationClosed,
    WrongPassword,
)
from smartdrive.domain.keychain import Keychain, digest
from smartdrive.domain.models import Node, Page, Session, Usage, User
from smartdrive.domain.networks import network_of
from smartdrive.domain.passwords import check_form, check_password
from smartdrive.domain.words import _
from smartdrive.ports.table import Contended, OutOfRoom, Refused, Table
from smartdrive.ports.together import together
from smartdrive.records import keys, rooms, users
from smartdrive.records.limits import window_of
from smartdrive.services.hashing import Hashing
from smartdrive.services.limits import Limits, Seen
from smartdrive.services.pages import known_cursor
from smartdrive.services.retry import Again, until_settled
from smartdrive.services.sessions import Sessions
from smartdrive.settings import Settings

Checked = TypeVar("Checked")
ROOT_NAME = "My files"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who tries to sign in: from which address, and whether their device did so before for an account."""

    address: str
    device: str = ""
    knows: Callable[[str], bool] = lambda _: False


@dataclass(frozen=True, slots=True)
class Accounts:
    """Use cases of accounts. A password hash takes 2^`cost` rounds: about a quarter of a second."""

    table: Table
    limits: Limits
    sessions: Sessions
    settings: Settings
    keys: Keychain
    clock: Clock
    ids: Ids
    cost: int = 12

    @property
    def hashing(self) -> Hashing:
        """Makes and checks password hashes."""
        return Hashing(self.keys, self.cost)

    def nobody_yet(self) -> bool:
        """Whether the next account is the first, and so the operator's."""
        return not users.has_operator(self.table)

    def register(self, email: str, *, password: str, name: str = "") -> User:
        """Make an account for a stranger; as `add`, and RegistrationClosed when the operator wants none."""
        if self.settings.registration == "closed":
            raise RegistrationClosed
        return self.add(email, password=password, name=name)

    def add(self, email: str, *, password: str, name: str = "") -> User:
        """Make an account with its room and top folder in one write; the very first becomes the operator's.

        BadInput with `fields` for an address, a password or a name that cannot be; EmailTaken.
        """
        email, name = check_email(email), people.check_person_name(name)
        check_password(password, email=email, minimum=self.settings.password_min)
        if users.read_by_email(self.table, email):
            raise EmailTaken
        moment, hashed = self.clock(), self.hashing.hash(password)
        user = User(self.ids(), email, name, "member", "active", self.ids(), moment, password=hashed)
        return until_settled(lambda: self._create(user))

    def sign_in(self, email: str, password: str, *, visitor: Visitor) -> User:
        """The active account with this address and password, else WrongPassword; both answers take as long.

        Failed tries are limited per account and per network. A device that signed in before has a budget of its
        own, so that strangers who use up the others cannot keep the owner out. Raises TooMany.
        """
        check_form(password)
        budgets = [f"account:{digest(fold_email(email))}", f"network:{network_of(visitor.address)}"]
        user, seen = self._find_seen(email, budgets)
        if user and visitor.knows(user.id):
            budgets = [f"device:{user.id}:{visitor.device}"]
        return self._guarded(budgets, lambda: self._checked(user, password), seen=seen)

    def find(self, email: str) -> User | None:
        """The account with this address, whatever its state."""
        try:
            return users.read_by_email(self.table, check_email(email))
        except BadInput:
            return None

    def named(self, email: str) -> User:
        """The account with this address; NotFound when there is none, for the operator's eyes."""
        user = self.find(email)
        if user is None:
            raise NotFound(_("There is no account with the address %(email)s.", email=email))
        return user

    def operator(self) -> User:
        """The operator's account; NotFound while there is none."""
        user = users.read_operator(self.table)
        if user is None:
            raise NotFound(_("There is no account yet. Make the first one: flask user add EMAIL."))
        return user

    def usage(self, user: User) -> Usage:
        """Bytes used and allowed."""
        return rooms.read_usage(self.table, user.id)

    def usages(self, people: Sequence[User]) -> Sequence[Usage]:
        """The same of up to 100 people at once."""
        return rooms.read_usages(self.table, [user.id for user in people])

    def allow(self, user: User, quota: int) -> Usage:
        """Give somebody another quota, also less than is used: then nothing more comes in until enough has gone."""

        def change() -> None:
            try:
                before = rooms.read_quota(self.table, user.id)
                self.table.write(rooms.change_quota(user.id, quota, before=before))
            except Refused:
                raise Again from None

        until_settled(change)
        return self.usage(user)

    def list(self, *, limit: int = 200, after: str | None = None) -> Page[User]:
        """A page of all accounts by address."""
        with known_cursor():
            page = users.list_users(self.table, limit=limit, cursor=after)
        return Page([users.user_of(item) for item in page.items], page.cursor)

    def change_profile(
        self, user: User, *, name: str | None = None, timezone: str | None = None, theme: str | None = None
    ) -> User:
        """Change what is given and return the account as it is then."""
        changed = replace(
            user,
            name=user.name if name is None else people.check_person_name(name),
            timezone=user.timezone if timezone is None else people.check_timezone(timezone),
            theme=user.theme if theme is None else people.check_theme(theme),
        )
        if changed != user:
            self._change(user, name=changed.name, timezone=changed.timezone, theme=changed.theme)
        return changed

    def change_password(self, user: User, session: Session, *, current: str, new: str) -> None:
        """Change one's own password and end all other sessions and all access tokens, in one write.

        PasswordNeeded when `current` is wrong, BadInput when `new` is too weak.
        """
        self.confirm(user, current, field="current")
        check_password(new, email=user.email, minimum=self.settings.password_min)
        self.sessions.end_epoch(users.end_epochs(user, password=self.hashing.hash(new)), keep=session)

    def set_password(self, user: User, new: str) -> None:
        """Give somebody a new password and end all their sessions and access tokens: the operator's act."""
        check_password(new, email=user.email, minimum=self.settings.password_min)
        self.sessions.end_epoch(users.end_epochs(user, password=self.hashing.hash(new)))

    def confirm(self, user: User, password: str, *, field: str = "password") -> None:
        """Raise PasswordNeeded unless it is the person's password; tries are limited here too."""
        check_form(password, field=field)

        def check() -> None:
            if not self.hashing.matches(password, user.password):
                raise PasswordNeeded(fields={field: PasswordNeeded.title})

        self._guarded([f"confirm:{user.id}"], check)

    def disable(self, user: User) -> None:
        """Keep somebody out from now on; their things stay."""
        if user.state == "deleting":
            raise BadInput(_("%(email)s is being deleted.", email=user.email))
        self._change(user, state="disabled")

    def enable(self, user: User) -> None:
        """Let somebody in again; sessions and access tokens from before stay ended."""
        if user.state != "disabled":
            raise BadInput(_("%(email)s is not disabled.", email=user.email))
        self.sessions.end_epoch(users.end_epochs(user, state="active"))

    def delete_own(self, user: User, *, password: str) -> None:
        """Delete one's own account after its password was given again.

        Forbidden for the operator, since the next account made is then the operator's.
        """
        self.confirm(user, password)
        if user.role == "operator":
            raise Forbidden(_("The operator's account is deleted on the server: flask user delete."))
        self.delete(user)

    def delete(self, user: User) -> None:
        """End an account at once; the worker then takes down all that belongs to it, and its address is free again."""
        if user.state == "deleting":
            raise BadInput(_("%(email)s is being deleted already.", email=user.email))
        try:
            until_settled(lambda: self.table.write(*users.mark_deleting(user)))
        except Refused:
            raise NotSignedIn from None

    def _find_seen(self, email: str, budgets: Sequence[str]) -> tuple[User | None, Seen]:
        """The account, and the windows of these budgets as they stand: they cost no round trip of their own."""
        try:
            email = check_email(email)
        except BadInput:
            return None, {}
        user, rows = users.read_by_email_with(self.table, email, others=[keys.limit(name) for name in budgets])
        return user, {name: window_of(name, row) if row else None for name, row in zip(budgets, rows, strict=True)}

    def _create(self, user: User) -> User:
        first = self.nobody_yet()
        made = replace(user, role="operator") if first else user
        root = Node(user.root, "folder", ROOT_NAME, "", user.id, user.created, user.created)
        actions = users.new_account(made, root, quota=self.settings.quota)
        try:
            self.table.write(*actions, *([users.claim_operator(made)] if first else []))
        except Refused as refused:
            raise EmailTaken if users.CLAIM in refused.failed else Again from None
        return made

    def _checked(self, user: User | None, password: str) -> User:
        fits = self.hashing.matches(password, user.password if user else "")
        if user is None or not fits or user.state != "active":
            raise WrongPassword
        return self._rehashed(user, password) if self.hashing.is_old(user.password) else user

    def _rehashed(self, user: User, password: str) -> User:
        """Under the current pepper, so that the secret before can be dropped some day; not worth failing for."""
        newer = replace(user, password=self.hashing.hash(password))
        with suppress(Refused, Contended, OutOfRoom):
            self.table.write(users.rehash(user, newer.password))
            return newer
        return user

    def _guarded(self, budgets: Sequence[str], check: Callable[[], Checked], *, seen: Seen | None = None) -> Checked:
        """Do the check while holding one try of each budget; only a wrong password spends it."""
        held, failed = [], False
        try:
            for name in budgets:
                held.append(self.limits.hold(name, self.settings.limit_login, seen=seen))  # noqa: PERF401 - what is held is kept
            return check()
        except (WrongPassword, PasswordNeeded):
            failed = True
            raise
        finally:
            together(lambda window: self.limits.settle(window, failed=failed), held)

    def _change(self, user: User, **values: str) -> None:
        try:
            until_settled(lambda: self.table.write(users.change_user(user, **values)))
        except Refused:
            raise NotSignedIn from None
