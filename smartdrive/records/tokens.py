"""Access tokens of a person. Who is over is judged at every read; the engine's `ttl` only sweeps."""

from datetime import datetime

from smartdrive.domain.clock import stamp
from smartdrive.domain.models import AccessToken, User
from smartdrive.ports.table import MAX_PAGE, Absent, Change, Delete, Equals, Item, Present, Put, Table
from smartdrive.records import keys
from smartdrive.records.codec import number, optional_time, text, time
from smartdrive.records.users import user_of

SWEEP_AFTER = 24 * 60 * 60


def put_token(token: AccessToken) -> Put:
    """Remember a token; refused when its id stands already."""
    key = keys.access_token(token.user, token.id)
    item: Item = {"pk": key.pk, "sk": key.sk, "id": token.id, "user": token.user, "name": token.name}
    item |= {"scope": token.scope, "hash": token.hash, "created": stamp(token.created), "epoch": token.epoch}
    if token.expires:
        item |= {"expires": stamp(token.expires), "ttl": int(token.expires.timestamp()) + SWEEP_AFTER}
    return Put(item, (Absent(),))


def token_of(item: Item) -> AccessToken:
    """The token of its row."""
    return AccessToken(
        id=text(item, "id"),
        user=text(item, "user"),
        name=text(item, "name"),
        scope="write" if item["scope"] == "write" else "read",
        hash=text(item, "hash"),
        created=time(item, "created"),
        expires=optional_time(item, "expires"),
        used=optional_time(item, "used"),
        epoch=number(item, "epoch"),
    )


def read_with_user(table: Table, user_id: str, *, token_id: str) -> tuple[AccessToken, User] | None:
    """A token and its person in one round trip, over or not; None when either is gone."""
    token, user = table.get_many([keys.access_token(user_id, token_id), keys.user(user_id)])
    return (token_of(token), user_of(user)) if token and user else None


def read_made(table: Table, user_id: str) -> int:
    """How many a person ever made."""
    return number(table.get(keys.tokens_made(user_id)) or {}, "made")


def list_tokens(table: Table, user_id: str) -> list[AccessToken]:
    """All of a person, over or not; making one removes those that are over, so they are few."""
    page = table.query(keys.user(user_id).pk, begins=keys.ACCESS_TOKENS, limit=MAX_PAGE)
    return [token_of(item) for item in page.items]


def count_made(user_id: str, made: int) -> Change:
    """One more than `made`; refused when another one was made meanwhile."""
    still = (Equals("made", made) if made else Absent(),)
    return Change(keys.tokens_made(user_id), add={"made": 1}, when=still)


def see(token: AccessToken, moment: datetime) -> Change:
    """Note that it is in use; refused when it was revoked."""
    return Change(keys.access_token(token.user, token.id), set={"used": stamp(moment)}, when=(Present(),))


def delete_token(token: AccessToken) -> Delete:
    """End it; ending what has ended is fine."""
    return Delete(keys.access_token(token.user, token.id))
