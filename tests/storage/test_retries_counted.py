"""Calls that were sent again are counted: a drive's own engines against servers that ask for patience first."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from smartdrive.domain.clock import now
from smartdrive.domain.keychain import keychain
from smartdrive.metrics import Metrics
from smartdrive.ports.table import Key, Put
from smartdrive.services.services import Engine
from smartdrive.settings import Settings
from smartdrive.wiring import open_engine
from tests.in_thread import in_thread

SECRET = "a secret of the tests, long enough: 0123456789"


class Aws(ThreadingHTTPServer):
    """Answers like a table and a bucket in which nothing is; `throttled` calls are refused first."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.throttled = 0

    @contextmanager
    def running(self) -> Iterator[str]:
        with in_thread(self):
            yield f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: Aws

    def _say(self, busy: int) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        refused, self.server.throttled = self.server.throttled > 0, self.server.throttled - 1
        body = json.dumps({"__type": "x#ThrottlingException"} if refused else {}).encode()
        self.send_response(busy if refused else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_POST(self) -> None:
        self._say(busy=400)

    def do_HEAD(self) -> None:
        self._say(busy=503)

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Drive:
    """Its engines as it opens them, and what it counts."""

    engine: Engine

    def counted(self, engine: str) -> float:
        families = text_string_to_metric_families(self.engine.metrics.text({}).decode())
        samples = [sample for family in families for sample in family.samples]
        (found,) = [
            each.value
            for each in samples
            if (each.name, each.labels) == ("smartdrive_engine_retries_total", {"engine": engine})
        ]
        return found


def opened(**settings: object) -> Drive:
    chosen = Settings(_env_file=None, secret=SECRET, public_url="http://127.0.0.1:8000", **settings)  # type: ignore[arg-type]
    return Drive(open_engine(chosen, keys=keychain(SECRET), clock=now, metrics=Metrics()))


@pytest.fixture
def aws() -> Aws:
    return Aws()


@pytest.fixture
def drive(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drive]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with aws.running() as url:
        own = {"table": "drive", "bucket": "drive", "region": "eu-central-1", "dynamodb_url": url, "s3_url": url}
        yield opened(engine="aws", **own)


@pytest.mark.parametrize(
    ("engine", "act"),
    [
        ("dynamodb", lambda drive: drive.engine.table.get(Key("p", "a"))),
        ("s3", lambda drive: drive.engine.objects.ready()),
    ],
)
def test_each_call_that_was_throttled_and_sent_again_counts(
    drive: Drive, aws: Aws, engine: str, act: Callable[[Drive], object]
) -> None:  # SECURITY 50
    other = {"dynamodb": "s3", "s3": "dynamodb"}[engine]
    act(drive)
    assert drive.counted(engine) == 0
    aws.throttled = 2
    act(drive)
    assert (drive.counted(engine), drive.counted(other)) == (2, 0)
    act(drive)
    assert drive.counted(engine) == 2


def test_a_write_that_waited_for_another_process_counts(tmp_path: Path) -> None:
    drive = opened(data=tmp_path)
    drive.engine.table.write(Put({"pk": "p", "sk": "a"}))
    assert drive.counted("sqlite") == 0
    deadline = time.monotonic() + 120
    while not drive.counted("sqlite"):
        assert time.monotonic() < deadline
        writing = threading.Thread(target=drive.engine.table.write, args=(Put({"pk": "p", "sk": "a"}),))
        with sqlite3.connect(tmp_path / "drive.db", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            writing.start()
            time.sleep(0.1)
            other.execute("COMMIT")
        other.close()
        writing.join()
    assert drive.counted("sqlite") == 1
