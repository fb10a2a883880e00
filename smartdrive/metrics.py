"""What a running drive counts, as Prometheus reads it. `docs/operations.md` has a row for each name.

All processes of one web server count into files of a folder that they share, so that whichever is asked answers for
all. Without such a folder (commands, a worker apart, tests) a process counts for itself.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from smartdrive.folders import locked

KIND = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "smartdrive_"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "other"
ANSWERED_IN = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
CALLED_IN = (0.001, 0.005, 0.025, 0.1, 0.5, 2, 10)
Labels = tuple[tuple[str, str], ...]
Known = dict[str, tuple[str, dict[Labels, float]]]
"""Values that are not counted but known: name, sentence, and each value under its labels."""


def shared_folder() -> Path | None:
    """Where the processes of a web server count together; `deploy/gunicorn.conf.py` says so to prometheus_client."""
    try:
        return Path(MultiProcessCollector(None)._path)  # type: ignore[no-untyped-call]
    except ValueError:  # nobody has said so
        return None


class Metrics:
    """Counts. Any thread may call any method; none fails, asks an engine or waits for another process.

    Labels take few values, all of them words of ours: no address, id or name of anybody's is ever one.
    """

    def __init__(self, shared: Path | None = None) -> None:
        self._shared = shared
        self._registry = CollectorRegistry()
        self._pairs: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._calls: dict[tuple[str, str], Histogram] = {}
        labels = ("route", "method", "status")
        self._requests = self._counter("requests", "Requests that were answered.", *labels)
        self._answered = self._histogram("request_seconds", "Seconds to an answer's head.", "route", of=ANSWERED_IN)
        self._uploads = self._counter("uploads", "Files that were uploaded whole.")
        self._upload_bytes = self._counter("upload_bytes", "Bytes of the files that were uploaded whole.")
        self._downloads = self._counter("downloads", "Files and zips that were handed out.", "kind")
        self._download_bytes = self._counter("download_bytes", "Bytes of the files and zips handed out.", "kind")
        self._rounds = self._counter("job_rounds", "Rounds of background work that had something to do.", "work")
        self._job_seconds = self._counter("job_seconds", "Seconds spent with background work.", "work")
        self._job_failures = self._counter("job_failures", "Rounds of background work that broke off.", "work")
        self._job_done = self._gauge("job_last_success_timestamp_seconds", "When a round last ended well.", "work")
        self._due = self._gauge("due", "Pieces of background work that wait, as counted once a minute.", "kind")
        self._swept = self._counter("swept", "Things that background work put away.", "what")
        self._engine = self._histogram("engine_seconds", "Seconds of a call.", "engine", "verb", of=CALLED_IN)
        self._failures = self._counter("engine_failures", "Calls that an engine did not do.", "engine", "kind")
        self._retries = self._counter("engine_retries", "Calls of an engine that were tried again.", "engine")

    def request(self, route: str, method: str, *, status: int, seconds: float) -> None:
        """A request was answered; `route` is the rule its address fits, never the address."""
        asked = (route, method, status)
        counted, answered = self._pairs.get(asked) or self._pair(route, method, status=status)
        counted.inc()
        answered.observe(seconds)

    def uploaded(self, size: int) -> None:
        """A file stands."""
        self._uploads.inc()
        self._upload_bytes.inc(size)

    def downloaded(self, kind: str, size: int) -> None:
        """Somebody was told where to fetch so many bytes, or is sent them."""
        self._downloads.labels(kind).inc()
        self._download_bytes.labels(kind).inc(size)

    def worked(self, job: str, *, seconds: float, busy: bool) -> None:
        """A round of background work ended well; `busy` when there was anything to do."""
        self._rounds.labels(job).inc(busy)
        self._job_seconds.labels(job).inc(seconds)
        self._job_done.labels(job).set_to_current_time()

    def stumbled(self, job: str, *, seconds: float) -> None:
        """A round of background work broke off."""
        self._job_seconds.labels(job).inc(seconds)
        self._job_failures.labels(job).inc()

    def expect(self, jobs: Iterable[str]) -> None:
        """Show these jobs from the start: what has never failed must read 0, not nothing."""
        for job in jobs:
            for each in (self._rounds, self._job_seconds, self._job_failures):
                each.labels(job)

    def waiting(self, counts: Mapping[str, int]) -> None:
        """So much background work of each kind waits."""
        for kind, count in counts.items():
            self._due.labels(kind).set(count)

    def swept(self, what: str, count: int = 1) -> None:
        """So many things were put away."""
        self._swept.labels(what).inc(count)

    def called(self, engine: str, verb: str, *, seconds: float) -> None:
        """A call of an engine is over, however it ended."""
        histogram = self._calls.get((engine, verb))
        if histogram is None:
            histogram = self._calls.setdefault((engine, verb), self._engine.labels(engine, verb))
        histogram.observe(seconds)

    def failed(self, engine: str, kind: str) -> None:
        """An engine did not do what it was asked to."""
        self._failures.labels(engine, kind).inc()

    def may_fail(self, engine: str, kinds: Iterable[str]) -> None:
        """Show that an engine has not failed in these ways."""
        for kind in kinds:
            self._failures.labels(engine, kind)

    def retried(self, engine: str) -> Callable[[], None]:
        """What to call whenever a call of that engine is tried again."""
        return self._retries.labels(engine).inc

    def serve(self, port: int) -> None:
        """Tell whoever asks on this machine: for a process that answers no requests otherwise."""
        start_http_server(port, addr="127.0.0.1", registry=self._registry)

    def text(self, known: Known) -> bytes:
        """All there is to say, in Prometheus' words; `known` is said beside what was counted."""
        registry = CollectorRegistry() if self._shared else self._registry
        # Nobody takes files of the folder away meanwhile: what a process counted moves when it has ended.
        with locked(self._shared, shared=True) if self._shared else nullcontext():
            if self._shared:
                MultiProcessCollector(registry, path=str(self._shared))  # type: ignore[no-untyped-call]
            return generate_latest(registry) + generate_latest(_Known(known))

    def _pair(self, route: str, method: str, *, status: int) -> tuple[Counter, Histogram]:
        known = method if method in METHODS else OTHER
        counted = self._requests.labels(route, known, f"{status // 100}xx")
        pair = (counted, self._answered.labels(route))
        return self._pairs.setdefault((route, method, status), pair) if known == method else pair

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(PREFIX + name, words, labels, registry=self._registry)

    def _gauge(self, name: str, words: str, *labels: str) -> Gauge:
        return Gauge(PREFIX + name, words, labels, registry=self._registry, multiprocess_mode="mostrecent")

    def _histogram(self, name: str, words: str, *labels: str, of: tuple[float, ...]) -> Histogram:
        return Histogram(PREFIX + name, words, labels, registry=self._registry, buckets=of)


class _Known:
    """A registry of what is known already."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, (words, values) in self._known.items():
            labels = [label for label, _ in next(iter(values), ())]
            family = GaugeMetricFamily(PREFIX + name, words, labels=labels)
            for found, value in values.items():
                family.add_metric([text for _, text in found], value)
            yield family
