"""`flask user …`: the operator's acts on accounts. Passwords are asked for, or read from a pipe; never arguments."""

import sys

import click
from flask.cli import AppGroup

from smartdrive.cli_plainly import said_plainly
from smartdrive.current import services
from smartdrive.domain.clock import stamp
from smartdrive.domain.models import User

users = AppGroup("user", help="Accounts: add, list, password, disable, enable, delete.")


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
    """List all accounts by address: address, role, state, since when, name."""
    after: str | None = None
    while True:
        page = services().accounts.list(after=after)
        for user in page.items:
            click.echo(_line(user))
        after = page.next
        if after is None:
            return


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


def _line(user: User) -> str:
    """Tab-separated; a name cannot hold a tab."""
    return "\t".join([user.email, user.role, user.state, stamp(user.created), user.name])
