"""Work that outlasts its request: how far it is, the folders it has still to fill, and what came of it."""

from datetime import datetime, timedelta

from smartdrive.domain.clock import stamp
from smartdrive.domain.models import Job, JobResult, Step
from smartdrive.ports.table import Absent, Action, Change, Check, Delete, Equals, Item, Put, Table
from smartdrive.records import keys
from smartdrive.records.codec import number, optional_time, text, time

KEPT = timedelta(days=7)
"""How long one can ask what came of a job after its end."""


def put_job(job: Job) -> tuple[Put, Put]:
    """Begin a job, and promise that the worker goes on with it."""
    key, due = keys.job(job.id), keys.due_job(job.id)
    item: Item = {"pk": key.pk, "sk": key.sk, "id": job.id, "owner": job.owner, "state": job.state}
    item |= {"created": stamp(job.created), "until": stamp(job.until), "done": job.done, "total": job.total}
    return Put(item, (Absent(),)), Put({"pk": due.pk, "sk": due.sk, "job": job.id})


def job_of(item: Item) -> Job:
    """The job of its row."""
    return Job(
        id=text(item, "id"),
        owner=text(item, "owner"),
        state=text(item, "state"),  # type: ignore[arg-type]
        created=time(item, "created"),
        until=time(item, "until"),
        done=number(item, "done"),
        total=number(item, "total"),
        code=text(item, "code"),
        ended=optional_time(item, "ended"),
    )


def read_job(table: Table, job_id: str) -> Job | None:
    """The job, however far it is."""
    item = table.get(keys.job(job_id))
    return job_of(item) if item else None


def due_jobs(table: Table, *, limit: int = 100) -> list[str]:
    """Jobs that are not over."""
    return [text(row, "job") for row in table.query(keys.DUE_JOBS, limit=limit).items]


def all_due(table: Table) -> list[str]:
    """Every job that is not over, however many there are."""
    rows = table.query(keys.DUE_JOBS)
    found = list(rows.items)
    while rows.cursor is not None:
        rows = table.query(keys.DUE_JOBS, cursor=rows.cursor)
        found += rows.items
    return [text(row, "job") for row in found]


def advance_job(job: Job, *, done: int, found: int = 0) -> Change:
    """Count along; refused when the job is over, or being ended."""
    still = (Equals("state", "running"),)
    return Change(keys.job(job.id), add={"done": done, "total": found}, when=still)


def hand_over(job: Job, moment: datetime) -> Change:
    """The worker may take the job from now on; refused when it is over."""
    return Change(keys.job(job.id), set={"until": stamp(moment)}, when=(Equals("state", "running"),))


def stop_job(job: Job, code: str) -> Change:
    """End a job early; what is left of it is put away next."""
    return Change(keys.job(job.id), set={"state": "stopping", "code": code}, when=(Equals("state", "running"),))


def finish_job(job: Job, moment: datetime) -> tuple[Change, Delete]:
    """The job is over: done, or failed where it was stopped. Refused when it went on meanwhile."""
    state = "failed" if job.state == "stopping" else "done"
    ttl = int((moment + KEPT).timestamp())
    total = job.total if state == "failed" else job.done
    still = (Equals("state", job.state), Equals("done", job.done))
    values: Item = {"state": state, "ended": stamp(moment), "ttl": ttl, "total": total}
    return Change(keys.job(job.id), set=values, when=still), Delete(keys.due_job(job.id))


def put_step(step: Step) -> Put:
    """Promise that a folder is filled."""
    key = keys.job_step(step.job, top=step.top, source=step.source)
    item: Item = {"pk": key.pk, "sk": key.sk, "source": step.source, "copy": step.copy, "top": step.top}
    return Put(item | {"cursor": step.cursor}, (Absent(),))


def step_of(item: Item) -> Step:
    """The folder of its row."""
    job = text(item, "pk").removeprefix("J#")
    return Step(job, text(item, "source"), text(item, "copy"), text(item, "top"), text(item, "cursor"))


def read_steps(table: Table, job_id: str, *, limit: int) -> list[Step]:
    """Some of the folders that are still to be filled."""
    rows = table.query(keys.job(job_id).pk, begins=keys.JOB_STEPS, limit=limit).items
    return [step_of(row) for row in rows]


def advance_step(step: Step, cursor: str | None) -> Action:
    """Note how far a folder is filled; at its end the promise is kept. Refused when somebody else went on with it."""
    key, still = keys.job_step(step.job, top=step.top, source=step.source), (Equals("cursor", step.cursor),)
    return Delete(key, still) if cursor is None else Change(key, set={"cursor": cursor}, when=still)


def still_at(step: Step) -> Check:
    """Refused when somebody else went on with the folder."""
    return Check(keys.job_step(step.job, top=step.top, source=step.source), (Equals("cursor", step.cursor),))


def put_result(job: Job, result: JobResult) -> Put:
    """Remember what became of one thing."""
    key, ttl = keys.job_result(job.id, result.id), int((job.created + 2 * KEPT).timestamp())
    item: Item = {"pk": key.pk, "sk": key.sk, "id": result.id, "code": result.code}
    return Put(item | {"copy": result.copy, "name": result.name, "ttl": ttl})


def spoil_result(step: Step, code: str) -> Change:
    """What was asked for did not become whole."""
    return Change(keys.job_result(step.job, step.top), set={"code": code})


def read_results(table: Table, job_id: str, *, limit: int = 1000) -> list[JobResult]:
    """What became of each thing."""
    rows = table.query(keys.job(job_id).pk, begins=keys.JOB_RESULTS, limit=limit).items
    return [JobResult(text(row, "id"), text(row, "code"), text(row, "copy"), text(row, "name")) for row in rows]
