"""Sign-ins: begun with the right password, looked at with every request, ended at once for all workers."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from operator import attrgetter

from smartdrive.domain.clock import Clock, Ids
from smartdrive.domain.errors import NotFound, NotSignedIn
from smartdrive.domain.models import Session, User
from smartdrive.domain.people import device_of
from smartdrive.ports.table import Change, Contended, OutOfRoom, Refused, Table
from smartdrive.records import sessions as records
from smartdrive.records import users
from smartdrive.services.retry import until_settled

LIFE = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=10)
MAX_ID = 64


@dataclass(frozen=True, slots=True)
class Sessions:
    """Use cases of sessions."""

    table: Table
    clock: Clock
    ids: Ids

    def begin(self, user: User, *, agent: str = "", address: str = "") -> Session:
        """Sign somebody in whose password was just checked.

        NotSignedIn when the account was disabled, or its sessions ended, since `user` was read.
        """
        moment = self.clock()
        session = Session(
            id=self.ids(),
            user=user.id,
            created=moment,
            seen=moment,
            expires=moment + LIFE,
            agent=device_of(agent),
            address=address,
            epoch=user.epoch,
        )
        try:
            until_settled(lambda: self.table.write(records.put_session(session), users.unchanged(user)))
        except Refused:
            raise NotSignedIn from None
        return session

    def load(self, user_id: str, session_id: str) -> tuple[Session, User]:
        """The live session and its person, in one round trip; NotSignedIn when it is over for any reason."""
        found = records.read_with_user(self.table, user_id, session_id=session_id)
        if found is None or not self._lives(*found):
            raise NotSignedIn
        return found

    def see(self, session: Session) -> None:
        """Note that it is in use, at most once in ten minutes; a full disk or a busy row is no reason to fail."""
        moment = self.clock()
        if moment - session.seen >= SEEN_EVERY:
            with suppress(Refused, Contended, OutOfRoom):
                self.table.write(records.see(session, moment))

    def list(self, user: User) -> list[Session]:
        """A person's live sessions, the one seen last first."""
        live = (session for session in self._all(user) if self._lives(session, user))
        return sorted(live, key=attrgetter("seen"), reverse=True)

    def end(self, user: User, session_id: str) -> None:
        """End one; NotFound when it is not among the person's live ones."""
        found = len(session_id) <= MAX_ID and records.read_with_user(self.table, user.id, session_id=session_id)
        if not found or not self._lives(*found):
            raise NotFound
        self.table.write(records.delete_session(user.id, session_id))

    def end_others(self, user: User, session: Session) -> None:
        """End all of a person's sessions but this one."""
        self.end_epoch(users.end_epoch(user), keep=session)

    def end_epoch(self, change: Change, *, keep: Session | None = None) -> None:
        """Do a change of an account made by `users.end_epoch`, and let one session live on.

        One write whatever the number of sessions, so none can slip through; NotSignedIn when it comes too late.
        """
        carried = [records.carry_over(keep)] if keep else []
        try:
            until_settled(lambda: self.table.write(change, *carried))
        except Refused:
            raise NotSignedIn from None

    def _all(self, user: User) -> Iterator[Session]:
        page = records.list_sessions(self.table, user.id)
        yield from map(records.session_of, page.items)
        while page.cursor:
            page = records.list_sessions(self.table, user.id, cursor=page.cursor)
            yield from map(records.session_of, page.items)

    def _lives(self, session: Session, user: User) -> bool:
        return user.state == "active" and session.epoch == user.epoch and session.expires > self.clock()
