"""Background work, in a process of the web server or by `python -m smartdrive.worker`. Any number may run; each job is
done by one at a time.

A thread a job, so that the checksums of a huge file hold nothing else up. Everything a job does is promised in the
table: it may be killed at any line, and it ends within a small step when it is asked to.
"""

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from smartdrive import logs
from smartdrive.domain.clock import new_id
from smartdrive.ports.table import OutOfRoom, StoreTooNew, Unavailable
from smartdrive.services.services import Services
from smartdrive.settings import SettingsError, load
from smartdrive.wiring import build

SWEEP_EVERY = 3600.0
COUNT_EVERY = 60.0
IDLE = {"embedded": 1.0, "aws": 5.0}
"""Seconds between looks when nothing is due: a look is some 20 reads, and on DynamoDB each has its price."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
BEAT = 1.0
"""Seconds between signs of life."""
NICENESS = 5
"""People who wait for a page go first."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do again and again, with a rest of so many seconds; of what is `urgent` until nothing is left."""

    name: str
    act: Callable[[], object]
    rest: float = 0.0
    urgent: bool = False


class Worker:
    """Does the rounds of a drive's upkeep until it is stopped."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.upkeep = services.upkeep
        self.metrics = services.metrics
        self.stopping = threading.Event()
        self._round = ContextVar("round", default=("", ""))

    def run(self) -> None:
        """Work until `stop` is called; StoreTooNew when the store is not for this program."""
        self._insist(Job("open", self.services.layout.prepare))
        jobs = self._jobs()
        self.metrics.expect(job.name for job in jobs)
        threads = [threading.Thread(target=self._repeat, args=(job,)) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def stop(self, *_: object) -> None:
        """End soon: nothing new is begun."""
        self.stopping.set()

    def about(self) -> dict[str, str]:
        """What every line that is logged during a round holds."""
        job, number = self._round.get()
        return {"job": job, "round": number} if job else {}

    def _jobs(self) -> list[Job]:
        idle, stopped, upkeep = IDLE[self.services.settings.engine], self.stopping.is_set, self.upkeep
        return [
            Job("purge", lambda: upkeep.purge_round(stopped=stopped), idle, urgent=True),
            Job("checksums", lambda: upkeep.checksum_round(stopped=stopped), idle, urgent=True),
            Job("copies", lambda: upkeep.copy_round(stopped=stopped), idle, urgent=True),
            Job("sweep", lambda: upkeep.sweep_round(stopped=stopped), SWEEP_EVERY),
            Job("count", lambda: self.metrics.waiting(upkeep.backlog()), COUNT_EVERY),
        ]

    def _repeat(self, job: Job) -> None:
        while not self.stopping.is_set():
            busy = self._insist(job)
            self.stopping.wait(0.0 if busy and job.urgent else job.rest)

    def _insist(self, job: Job) -> bool:
        """Do the job, again and again while an engine is down or it stumbles; the pauses grow."""
        pause = FIRST_PAUSE
        while not self.stopping.is_set():
            self._round.set((job.name, new_id()))
            began = time.monotonic()
            try:
                busy = bool(job.act())
            except StoreTooNew:
                raise
            except (Unavailable, OutOfRoom) as error:
                log.warning("engine does not answer", extra={"why": str(error)})
            except Exception:
                log.exception("job failed")
            else:
                self.metrics.worked(job.name, seconds=time.monotonic() - began, busy=busy)
                return busy
            self.metrics.stumbled(job.name, seconds=time.monotonic() - began)
            self.stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        return False


def work(services: Services, *, beat: Callable[[float], bool]) -> None:
    """Work in a process that somebody else began: `beat` tells them of life, waits, and says whether to go on."""
    worker = Worker(services)
    logs.configure(services.settings.log_level, about=worker.about)
    os.nice(NICENESS)
    log.info("worker started", extra={"pid": os.getpid()})
    working = threading.Thread(target=worker.run)
    working.start()
    try:
        while working.is_alive() and beat(BEAT):
            pass
    finally:
        worker.stop()
    while working.is_alive():
        beat(0)
        working.join(BEAT)
    log.info("worker ended")


def main() -> int:
    """Exit 0 when told to end, 1 when store or port cannot be opened, 2 when the settings cannot be used."""
    try:
        settings = load()
        logs.configure(settings.log_level)
        os.nice(NICENESS)
        worker = Worker(build(settings))
        logs.configure(settings.log_level, about=worker.about)
        if settings.metrics_port:
            worker.metrics.serve(settings.metrics_port)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, worker.stop)
        log.info("worker started", extra={"pid": os.getpid()})
        worker.run()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (StoreTooNew, Unavailable, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    log.info("worker ended")
    return 0


if __name__ == "__main__":
    sys.exit(main())
