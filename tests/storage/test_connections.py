"""An engine that falls silent keeps half of the threads waiting at most, and is asked on until it speaks again."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from smartdrive.ports.table import Unavailable
from smartdrive.storage.connections import MOST_WAITING, SILENCE
from smartdrive.storage.s3 import S3
from tests.in_thread import in_thread

CALLS = 5 * MOST_WAITING


class Bucket(ThreadingHTTPServer):
    """Answers while it `speaks`; what is asked meanwhile waits for that."""

    daemon_threads = True
    request_queue_size = CALLS

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.speaks = threading.Event()
        self.asked = 0
        self.lock = threading.Lock()


class _Answers(BaseHTTPRequestHandler):
    server: Bucket

    def do_HEAD(self) -> None:
        with self.server.lock:
            self.server.asked += 1
        self.server.speaks.wait(60)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with in_thread(Bucket()) as server:
        yield server
        server.speaks.set()


def test_half_of_the_threads_wait_and_one_a_second_tries(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setattr("smartdrive.storage.s3_calls.ANSWERS_WITHIN", 250)  # nobody gives up while this machine is busy
    store = S3("drive", region="eu-central-1", endpoint=f"http://127.0.0.1:{bucket.server_port}")

    def ask(_: int) -> bool:
        try:
            store.ready()
        except Unavailable:
            return False
        return True

    with ThreadPoolExecutor(CALLS) as threads:
        waiting = [threads.submit(ask, number) for number in range(MOST_WAITING)]
        while bucket.asked < MOST_WAITING:
            time.sleep(0.02)
        time.sleep(1.1 * SILENCE)  # SECURITY 50
        began = time.monotonic()
        more = [threads.submit(ask, number) for number in range(CALLS - MOST_WAITING)]
        while sum(call.done() for call in more) + bucket.asked - MOST_WAITING < len(more):
            time.sleep(0.02)
        seconds = time.monotonic() - began
        assert not any(call.result() for call in more if call.done())
        assert 1 <= bucket.asked - MOST_WAITING <= 1 + seconds / SILENCE, "one a second is let through"
        bucket.speaks.set()
        assert all(call.result() for call in waiting)
        assert all(threads.map(ask, range(CALLS)))
