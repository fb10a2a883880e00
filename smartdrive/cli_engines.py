"""`flask create-table`, `create-bucket` and `doctor`: what stands under the drive."""

from collections.abc import Callable, Iterator
from itertools import chain

import click
from flask.cli import with_appcontext

from smartdrive import wiring
from smartdrive.current import services
from smartdrive.domain.checks import Check
from smartdrive.ports.table import OutOfRoom, Unavailable
from smartdrive.services.doctor import Doctor
from smartdrive.services.doctor_front import Front
from smartdrive.services.doctor_instance import Instance
from smartdrive.services.services import Services


@click.command()
@with_appcontext
def create_table() -> None:
    """Make the DynamoDB table with all its indexes (engine aws); safe to run again."""
    _make("table", wiring.create_table)


@click.command()
@with_appcontext
def create_bucket() -> None:
    """Make the S3 bucket, private and open to our pages only (engine aws); safe to run again."""
    _make("bucket", wiring.create_bucket)


@click.command()
@click.pass_context
@with_appcontext
def doctor(context: click.Context) -> None:
    """Look at settings, engines, clock, room, public address and AWS, and say how to mend what is wrong."""
    checks = list(map(_show, examine(services())))
    wrong = sum(not check.well for check in checks)
    click.echo(f"{wrong} of {len(checks)} things need attention." if wrong else "All is well.")
    context.exit(1 if wrong else 0)


def examine(drive: Services) -> list[Check]:
    """Everything the doctor looks at."""
    settings, clock, ids = drive.settings, drive.clock, drive.ids
    around = chain(
        Front(settings, drive.objects, clock, ids).examine(), wiring.bucket_checks(settings), _instance(drive)
    )
    look = Doctor(settings, drive.objects, drive.layout, lambda: wiring.table_faults(settings), clock, ids, around)
    return list(look.examine())


def _instance(drive: Services) -> Iterator[Check]:
    """Nothing for a drive that is not on AWS itself."""
    if wiring.is_on_aws(drive.settings):
        yield from Instance(drive.clock, lambda number: wiring.hops_check(drive.settings, number)).examine()


def _show(check: Check) -> Check:
    click.echo(f"{'well' if check.well else 'WRONG':6}{check.name}: {check.sentence}")
    if not check.well:
        click.echo(f"      {check.fix}")
    return check


def _make(thing: str, create: Callable[..., list[str]]) -> None:
    settings = services().settings
    if settings.engine == "embedded":
        click.echo(f"An embedded drive needs no {thing}: everything is in {settings.data}.")
        return
    try:
        lacking = create(settings)
    except (Unavailable, OutOfRoom) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"The {thing} stands.")
    for each in lacking:
        click.echo(f"But: {each}")
