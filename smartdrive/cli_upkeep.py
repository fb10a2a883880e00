"""`flask sweep`, `purge` and `fsck`: the worker's jobs at once, and a look at whether the drive is sound."""

import json
import time
from datetime import timedelta

import click
from flask.cli import with_appcontext

from smartdrive.current import services
from smartdrive.services.fsck import BETWEEN, Report
from smartdrive.services.fsck_rows import Finding
from smartdrive.services.sweep import GRACE

DAY = int(GRACE.total_seconds())
PAUSE = 0.2
grace = click.option(
    "--grace",
    default=DAY,
    show_default=True,
    type=click.IntRange(min=0),
    help="Seconds for which unknown bytes may belong to an upload that begins.",
)


@click.command()
@grace
@with_appcontext
def sweep(grace: int) -> None:
    """Put away expired uploads, links and trash, and bytes that nobody knows."""
    upkeep = services().upkeep
    while not upkeep.sweep_round(grace=timedelta(seconds=grace)):
        time.sleep(PAUSE)
    click.echo("Swept.")


@click.command()
@with_appcontext
def purge() -> None:
    """Delete for good what was deleted for good, until nothing is left to do."""
    upkeep = services().upkeep
    while upkeep.purge_due():
        if not upkeep.purge_round():
            time.sleep(PAUSE)
    click.echo("Nothing is left to purge.")


@click.command()
@click.option("--deep", is_flag=True, help="Read every byte and compare it with its checksum.")
@click.option("--repair", is_flag=True, help="Correct used room and what search knows; delete bytes that nobody knows.")
@click.option("--if-due", is_flag=True, help="Only if nobody looks now or has looked for six days, on any machine.")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option(
    "--between", default=BETWEEN, show_default=True, help="Seconds until the second look when something is found."
)
@grace
@click.pass_context
@with_appcontext
def fsck(
    context: click.Context, *, deep: bool, repair: bool, if_due: bool, as_json: bool, between: float, grace: int
) -> None:
    """Look whether the drive is sound, while it runs. Exit status 0 when it is, was mended, or is not due; else 1."""
    began = time.monotonic()
    look = services().fsck.run_when_due if if_due else services().fsck.run
    report = look(deep=deep, repair=repair, between=between, grace=timedelta(seconds=grace))
    seconds = round(time.monotonic() - began, 3)
    click.echo(json.dumps(_document(report, seconds), indent=2) if as_json else _text(report, seconds))
    context.exit(0 if report is None or report.clean else 1)


def _document(report: Report | None, seconds: float) -> dict[str, object]:
    if report is None:
        return {"due": False}
    return {
        "clean": report.clean,
        "findings": [_finding(each, report) for each in report.findings],
        "checked": report.checked,
        "skipped": report.skipped,
        "seconds": seconds,
    }


def _finding(finding: Finding, report: Report) -> dict[str, object]:
    said = {"rule": finding.rule, "subject": finding.subject, "sentence": finding.sentence}
    return {**said, "repaired": finding in report.repaired}


def _text(report: Report | None, seconds: float) -> str:
    if report is None:
        return "Not due: somebody looks at the drive now, or has done so within six days."
    lines = [f"{each.rule} {each.subject}: {each.sentence}{_mended(each, report)}" for each in report.findings]
    lines += [f"{rule} was not checked: {why}." for rule, why in sorted(report.skipped.items())]
    counts = ", ".join(f"{count} {name}" for name, count in sorted(report.checked.items()))
    word = "Sound" if report.clean else "Not sound"
    return "\n".join([*lines, f"{word}: {counts or 'an empty drive'}, in {seconds} s."])


def _mended(finding: Finding, report: Report) -> str:
    return " Mended." if finding in report.repaired else ""
