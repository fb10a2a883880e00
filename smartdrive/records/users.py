"""Accounts: the account itself, the claim on its address, and what is made and removed along with it."""

from collections.abc import Sequence

from smartdrive.domain.clock import stamp
from smartdrive.domain.emails import fold_email
from smartdrive.domain.models import Node, User
from smartdrive.ports.table import (
    Absent,
    Action,
    Change,
    Check,
    Delete,
    Equals,
    Item,
    Key,
    Put,
    Slice,
    Table,
    Value,
)
from smartdrive.records import keys, nodes, rooms
from smartdrive.records.codec import number, text, time

CLAIM = 1
"""Position of the address' claim among the actions of `new_account`."""


def user_item(user: User) -> Item:
    """The account's row, listed by address in index g1."""
    key = keys.user(user.id)
    item: Item = {"pk": key.pk, "sk": key.sk, "id": user.id, "email": user.email, "name": user.name}
    item |= {"role": user.role, "state": user.state, "root": user.root, "created": stamp(user.created)}
    item |= {"password": user.password, "timezone": user.timezone, "theme": user.theme, "epoch": user.epoch}
    item |= {"token_epoch": user.token_epoch}
    return item | {"g1": keys.USERS, "g1s": fold_email(user.email)}


def user_of(item: Item) -> User:
    """The account of its row."""
    return User(
        id=text(item, "id"),
        email=text(item, "email"),
        name=text(item, "name"),
        role=text(item, "role"),  # type: ignore[arg-type]
        state=text(item, "state"),  # type: ignore[arg-type]
        root=text(item, "root"),
        created=time(item, "created"),
        password=text(item, "password"),
        timezone=text(item, "timezone"),
        theme=text(item, "theme") or "auto",
        epoch=number(item, "epoch"),
        token_epoch=number(item, "token_epoch"),
    )


def new_account(user: User, root: Node, *, quota: int) -> tuple[Action, ...]:
    """All of a new account in one write; refused at CLAIM when the address has one."""
    claim, tree = keys.email(fold_email(user.email)), keys.tree(user.id)
    return (
        Put(user_item(user), (Absent(),)),
        Put({"pk": claim.pk, "sk": claim.sk, "user": user.id}, (Absent(),)),
        rooms.new_room(user.id, quota),
        Put({"pk": tree.pk, "sk": tree.sk, "version": 0}, (Absent(),)),
        nodes.put_node(root),
    )


def claim_operator(user: User) -> Put:
    """Be the operator; refused when somebody is."""
    key = keys.operator()
    return Put({"pk": key.pk, "sk": key.sk, "user": user.id}, (Absent(),))


def has_operator(table: Table) -> bool:
    """Whether somebody ever was the operator; until then nobody has an account."""
    return table.get(keys.operator()) is not None


def read_operator(table: Table) -> User | None:
    """The operator's account."""
    return read_user(table, text(table.get(keys.operator()) or {}, "user") or "nobody")


def read_user(table: Table, user_id: str) -> User | None:
    """The account, whatever its state."""
    item = table.get(keys.user(user_id))
    return user_of(item) if item else None


def read_by_email(table: Table, email: str) -> User | None:
    """The account with this address. Two reads in any case, so that both answers take as long."""
    return read_by_email_with(table, email, others=[])[0]


def read_by_email_with(table: Table, email: str, *, others: Sequence[Key]) -> tuple[User | None, list[Item | None]]:
    """The same, and other rows along with the first of the two reads."""
    claim, *found = table.get_many([keys.email(fold_email(email)), *others])
    return read_user(table, text(claim or {}, "user") or "nobody"), found


def list_users(table: Table, *, limit: int, cursor: str | None = None) -> Slice:
    """A page of all accounts by address; the newest may be missing for a moment."""
    return table.query(keys.USERS, index="g1", limit=limit, cursor=cursor)


def change_user(user: User, **values: Value) -> Change:
    """Set attributes of an account that is still in the state it was read in."""
    return Change(keys.user(user.id), set=values, when=(Equals("state", user.state),))


def rehash(user: User, password: str) -> Change:
    """Write the same password hashed anew; refused when it is another one by now."""
    return Change(keys.user(user.id), set={"password": password}, when=(Equals("password", user.password),))


def end_epoch(user: User, **values: Value) -> Change:
    """As `change_user`, and all sessions of the account are over; refused when they were ended meanwhile."""
    still = (Equals("state", user.state), Equals("epoch", user.epoch))
    return Change(keys.user(user.id), set={**values, "epoch": user.epoch + 1}, when=still)


def end_epochs(user: User, **values: Value) -> Change:
    """As `end_epoch`, and all access tokens of the account are over too."""
    return end_epoch(user, token_epoch=user.token_epoch + 1, **values)


def unchanged(user: User) -> Check:
    """Refused when the account is not active any more, or its sessions were ended since it was read."""
    return Check(keys.user(user.id), (Equals("state", "active"), Equals("epoch", user.epoch)))


def mark_deleting(user: User) -> tuple[Action, ...]:
    """End the account for its owner and promise that all of it is taken down."""
    due = keys.due_account(user.id)
    return (
        change_user(user, state="deleting"),
        Put({"pk": due.pk, "sk": due.sk, "user": user.id}),
    )


def remove_account(user: User) -> Sequence[Action]:
    """The last write of a deletion, once tree, trash, uploads, links, sessions and access tokens are gone.

    Until then the address stays taken, so that nobody meets remains of the former account.
    """
    return (
        Delete(keys.user(user.id), (Equals("state", "deleting"),)),
        Delete(keys.email(fold_email(user.email)), (Equals("user", user.id),)),
        Delete(keys.room(user.id)),
        Delete(keys.tree(user.id)),
        Delete(keys.tokens_made(user.id)),
        Delete(keys.due_account(user.id)),
        *([Delete(keys.operator(), (Equals("user", user.id),))] if user.role == "operator" else []),
    )
