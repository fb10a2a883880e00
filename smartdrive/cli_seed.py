"""`flask seed`: a drive full of small files, to try it with."""

import time

import click
from flask.cli import with_appcontext

from smartdrive.cli_plainly import said_plainly
from smartdrive.current import services
from smartdrive.domain.samples import FILES_A_FOLDER
from smartdrive.services.beginning import TOGETHER
from smartdrive.services.seeding import Seeding

SAY_EVERY = 10_000
"""Files between two lines of progress."""


@click.command()
@click.option("--files", required=True, type=click.IntRange(1, 1_000_000), help="How many files there are to be.")
@click.option("--folders", type=click.IntRange(1, 100_000), help=f"In how many folders; a file in {FILES_A_FOLDER}.")
@click.option("--user", "email", default="", help="Whose drive; the operator's where nobody is named.")
@with_appcontext
@said_plainly
def seed(*, files: int, folders: int | None, email: str) -> None:
    """Fill a drive with small files for trials; the same names each time, and what is there already stays."""
    drive, began = services(), time.monotonic()
    user = drive.accounts.named(email) if email else drive.accounts.operator()
    seeding = Seeding(drive.table, drive.objects, drive.tree, drive.folders, drive.uploads, drive.clock, drive.ids)
    made = seeding.fill(user, files=files, folders=folders or -(-files // FILES_A_FOLDER), told=_told)
    there = f" {made.there} were there before." if made.there else ""
    took = f"{made.size} bytes, in {time.monotonic() - began:.0f} s"
    click.echo(f"{user.email} has {made.files} files and {made.folders} folders more: {took}.{there}")


def _told(done: int) -> None:
    """A line whenever a round number has been passed; batches are smaller than what lies between two."""
    if done // SAY_EVERY != (done - TOGETHER) // SAY_EVERY and done >= SAY_EVERY:
        click.echo(f"{done} files …", err=True)
