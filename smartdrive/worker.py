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
from collections.abc import Callable

from smartdrive import logs
from smartdrive.ports.table import OutOfRoom, StoreTooNew, Unavailable
from smartdrive.services.services import Services
from smartdrive.settings import SettingsError, load
from smartdrive.wiring import build

SWEEP_EVERY = 3600.0
IDLE = {"embedded": 1.0, "aws": 5.0}
"""Seconds between looks when nothing is due: a look is some 20 reads, and on DynamoDB each has its price."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
BEAT = 1.0
"""Seconds between signs of life."""
NICENESS = 5
"""People who wait for a page go first."""
log = logging.getLogger(__name__)


class Worker:
    """Does the rounds of a drive's upkeep until it is stopped."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.upkeep = services.upkeep
        self.idle = IDLE[services.settings.engine]
        self.stopping = threading.Event()

    def run(self) -> None:
        """Work until `stop` is called; StoreTooNew when the store is not for this program."""
        self._insist(self._open)
        jobs = (self._purge, self._sum, self._copy, self._sweep)
        threads = [threading.Thread(target=self._repeat, args=(job,)) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def stop(self, *_: object) -> None:
        """End soon: nothing new is begun."""
        self.stopping.set()

    def _open(self) -> float:
        self.services.layout.prepare()
        return 0.0

    def _purge(self) -> float:
        return 0.0 if self.upkeep.purge_round(stopped=self.stopping.is_set) else self.idle

    def _sum(self) -> float:
        return 0.0 if self.upkeep.checksum_round(stopped=self.stopping.is_set) else self.idle

    def _copy(self) -> float:
        return 0.0 if self.upkeep.copy_round(stopped=self.stopping.is_set) else self.idle

    def _sweep(self) -> float:
        self.upkeep.sweep_round(stopped=self.stopping.is_set)
        return SWEEP_EVERY

    def _repeat(self, job: Callable[[], float]) -> None:
        while not self.stopping.is_set():
            self.stopping.wait(self._insist(job))

    def _insist(self, job: Callable[[], float]) -> float:
        """Do the job, again and again while an engine is down or it stumbles; the pauses grow."""
        pause = FIRST_PAUSE
        while not self.stopping.is_set():
            try:
                return job()
            except StoreTooNew:
                raise
            except (Unavailable, OutOfRoom) as error:
                log.warning("engine does not answer", extra={"job": job.__name__, "why": str(error)})
            except Exception:
                log.exception("job failed", extra={"job": job.__name__})
            self.stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        return 0.0


def work(services: Services, *, beat: Callable[[float], bool]) -> None:
    """Work in a process that somebody else began: `beat` tells them of life, waits, and says whether to go on."""
    worker = Worker(services)
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
    """Exit 0 when told to end, 1 when the store cannot be opened, 2 when the settings cannot be used."""
    try:
        settings = load()
        logs.configure(settings.log_level)
        os.nice(NICENESS)
        worker = Worker(build(settings))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, worker.stop)
        log.info("worker started", extra={"pid": os.getpid()})
        worker.run()
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (StoreTooNew, Unavailable) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    log.info("worker ended")
    return 0


if __name__ == "__main__":
    sys.exit(main())
