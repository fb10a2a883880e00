"""`flask user …`: the operator's acts on accounts. Passwords are asked for, or read from a pipe; never arguments."""

import sys

import click
from flask.cli import AppGroup
from pydantic import TypeAdapter, ValidationError

from smartdrive.cli_plainly import said_plainly
from smartdrive.current import services
from smartdrive.domain.clock import stamp
from smartdrive.domain.models import Usage, User
from smartdrive.domain.sizes import human_size
from smartdrive.settings import Size

A_PAGE = 100
users = AppGroup("user", help="Accounts: add, list, show, quota, password, disable, enable, delete.")


@users.command("add")
@click.argument("email")
@click.option("--name", default="", help="The person's name.")
@said_plainly
def add(email: str, name: str) -> None:
    """Make an account, also while registration is closed. The very first one is the operator's."""
    user = services().accounts.add(email, password=_new_password(), name=name)
    click.echo(f"{user.email} has an account now ({user.role}).")


@users.command("list")
@said_plainly
def show() -> None:
    """List all accounts by address: address, role, state, since when, room used, quota, name."""
    after: str | None = None
    while True:
        page = services().accounts.list(after=after, limit=A_PAGE)
        for user, usage in zip(page.items, services().accounts.usages(page.items), strict=True):
            click.echo(_line(user, usage))
        after = page.next
        if after is None:
            return


@users.command("show")
@click.argument("email")
@said_plainly
def show_one(email: str) -> None:
    """Show one account and its room."""
    user = services().accounts.named(email)
    usage = services().accounts.usage(user)
    facts = {"address": user.email, "name": user.name, "role": user.role, "state": user.state}
    facts |= {
        "since": stamp(user.created),
        "used": human_size(usage.used),
        "quota": _quota(usage),
        "free": _free(usage),
    }
    for name, value in facts.items():
        click.echo(f"{name:8} {value}".rstrip())


@users.command("quota")
@click.argument("email")
@click.argument("size", required=False)
@said_plainly
def quota(email: str, size: str | None) -> None:
    """Show what somebody may use, or let it be SIZE: 500MB, 10G, or none for no limit."""
    user = services().accounts.named(email)
    usage = services().accounts.usage(user) if size is None else services().accounts.allow(user, _size(size))
    click.echo(f"{user.email} uses {human_size(usage.used)} of {_quota(usage)}.")
    if usage.quota is not None and usage.used > usage.quota:
        click.echo("That is more than is allowed: nothing more can be uploaded until enough has gone.")


@users.command("password")
@click.argument("email")
@said_plainly
def password(email: str) -> None:
    """Give somebody a new password and end all their sessions and access tokens."""
    user = services().accounts.named(email)
    services().accounts.set_password(user, _new_password())
    click.echo(f"{user.email} has a new password; all sessions and access tokens have ended.")


@users.command("disable")
@click.argument("email")
@said_plainly
def disable(email: str) -> None:
    """Keep somebody out at once; their files stay."""
    user = services().accounts.named(email)
    services().accounts.disable(user)
    click.echo(f"{user.email} is disabled.")


@users.command("enable")
@click.argument("email")
@said_plainly
def enable(email: str) -> None:
    """Let somebody in again."""
    user = services().accounts.named(email)
    services().accounts.enable(user)
    click.echo(f"{user.email} may log in again.")


@users.command("delete")
@click.argument("email")
@click.confirmation_option(prompt="All files of this account go for good. Delete it?")
@said_plainly
def delete(email: str) -> None:
    """Delete an account; the worker then takes down all that belongs to it."""
    user = services().accounts.named(email)
    services().accounts.delete(user)
    click.echo(f"{user.email} is being deleted.")


def _new_password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("New password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _size(text: str) -> int:
    try:
        return TypeAdapter(Size).validate_python(text)
    except ValidationError:
        raise click.BadParameter("write a size such as 500MB or 10G, or none for no limit") from None


def _quota(usage: Usage) -> str:
    return "no limit" if usage.quota is None else human_size(usage.quota)


def _free(usage: Usage) -> str:
    return "no limit" if usage.quota is None else human_size(max(usage.quota - usage.used, 0))


def _line(user: User, usage: Usage) -> str:
    """Tab-separated; a name cannot hold a tab."""
    room = [human_size(usage.used), _quota(usage)]
    return "\t".join([user.email, user.role, user.state, stamp(user.created), *room, user.name])
