"""What came of work that outlasted its request: for whoever asked for it, until a week after its end."""

from dataclasses import dataclass

from smartdrive.domain.clock import Clock
from smartdrive.domain.errors import DriveError, NotFound, OverQuota
from smartdrive.domain.models import Job, JobResult, User
from smartdrive.domain.words import _
from smartdrive.ports.table import Table
from smartdrive.records import jobs as records
from smartdrive.services.tree import is_id


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is; what became of each thing, and why it ended early, once it is over."""

    job: Job
    results: tuple[JobResult, ...] = ()
    why: DriveError | None = None


@dataclass(frozen=True, slots=True)
class Jobs:
    """Looks at jobs."""

    table: Table
    clock: Clock

    def read(self, user: User, job_id: str) -> Progress:
        """The job, for its owner alone; NotFound a week after its end, judged now."""
        job = records.read_job(self.table, job_id) if is_id(job_id) else None
        if job is None or job.owner != user.id or (job.ended and job.ended + records.KEPT <= self.clock()):
            raise NotFound
        if not job.ended:
            return Progress(job)
        results = tuple(records.read_results(self.table, job.id))
        spoiled = next((each for each in results if job.code and each.code == job.code and each.copy), None)
        return Progress(job, results, incomplete(spoiled) if spoiled else None)


def incomplete(result: JobResult) -> DriveError:
    """Why a folder was not copied whole: what was copied stays, and is named."""
    more = {"copy": result.copy}
    if result.code == OverQuota.code:
        sentence = _("There is not enough room left. What fitted was copied into “%(name)s”.", name=result.name)
        return OverQuota(sentence, more=more)
    return NotFound(_("“%(name)s” was deleted before everything was copied.", name=result.name), more=more)
