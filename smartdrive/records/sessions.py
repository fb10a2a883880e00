"""Sign-ins of a person. Who is over is judged at every read; the engine's `ttl` only sweeps."""

from datetime import datetime

from smartdrive.domain.clock import stamp
from smartdrive.domain.models import Session, User
from smartdrive.ports.table import Absent, Change, Delete, Equals, Item, Present, Put, Slice, Table
from smartdrive.records import keys
from smartdrive.records.codec import number, text, time
from smartdrive.records.users import user_of

SWEEP_AFTER = 24 * 60 * 60


def put_session(session: Session) -> Put:
    """Remember a sign-in; refused when its id stands already."""
    key = keys.session(session.user, session.id)
    item: Item = {"pk": key.pk, "sk": key.sk, "id": session.id, "user": session.user}
    item |= {"created": stamp(session.created), "seen": stamp(session.seen), "expires": stamp(session.expires)}
    item |= {"agent": session.agent, "address": session.address, "epoch": session.epoch}
    return Put(item | {"ttl": int(session.expires.timestamp()) + SWEEP_AFTER}, (Absent(),))


def session_of(item: Item) -> Session:
    """The session of its row."""
    return Session(
        id=text(item, "id"),
        user=text(item, "user"),
        created=time(item, "created"),
        seen=time(item, "seen"),
        expires=time(item, "expires"),
        agent=text(item, "agent"),
        address=text(item, "address"),
        epoch=number(item, "epoch"),
    )


def read_with_user(table: Table, user_id: str, *, session_id: str) -> tuple[Session, User] | None:
    """A session and its person in one round trip, over or not; None when either is gone."""
    session, user = table.get_many([keys.session(user_id, session_id), keys.user(user_id)])
    return (session_of(session), user_of(user)) if session and user else None


def list_sessions(table: Table, user_id: str, *, cursor: str | None = None) -> Slice:
    """A page of a person's sessions, over or not."""
    return table.query(keys.user(user_id).pk, begins=keys.SESSIONS, limit=100, cursor=cursor)


def see(session: Session, moment: datetime) -> Change:
    """Note that it is in use; refused when it has ended."""
    return Change(keys.session(session.user, session.id), set={"seen": stamp(moment)}, when=(Present(),))


def carry_over(session: Session) -> Change:
    """Let a session live on into the account's next epoch; refused when it has ended."""
    still = (Equals("epoch", session.epoch),)
    return Change(keys.session(session.user, session.id), set={"epoch": session.epoch + 1}, when=still)


def delete_session(user_id: str, session_id: str) -> Delete:
    """End it; ending what has ended is fine."""
    return Delete(keys.session(user_id, session_id))
