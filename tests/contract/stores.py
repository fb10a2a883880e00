"""The objects port on every engine here: disk and moto always, a real S3 server when its endpoint is set."""

import os
import random
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from flask import Flask
from werkzeug.serving import make_server

from smartdrive.ports.objects import Objects, Plan, Stored
from smartdrive.storage.disk import Disk
from smartdrive.web import errors, objects
from tests.contract.objects_deviations import runs_on
from tests.in_thread import in_thread

MiB = 1024 * 1024


@dataclass
class Clock:
    """A clock that a test may push on."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True)
class Store:
    """One engine under test. `pass_seconds` lets that time go by for its signed addresses."""

    engine: str
    objects: Objects
    part_size: int
    pass_seconds: Callable[[int], None]
    session: requests.Session = field(default_factory=requests.Session)

    def call(
        self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """What a browser would get at a signed address."""
        return self.session.request(method, url, data=body, headers=dict(headers or {}), timeout=60)

    def send(self, plan: Plan, number: int, body: bytes) -> requests.Response:
        """PUT one part by its signed address."""
        signed = self.objects.sign_parts(plan, [number], expires_in=300)[number]
        return self.call("PUT", signed.url, body, signed.headers)

    def upload(self, body: bytes, *, part_size: int | None = None) -> Plan:
        """Plan and send all of `body`, without finishing."""
        size = part_size or self.part_size
        plan = self.objects.plan_put(new_key(), size=len(body), part_size=size)
        for number in range(1, plan.parts + 1):
            start = (number - 1) * size
            answer = self.send(plan, number, body[start : start + size])
            assert answer.status_code == 200, answer.text
        return plan

    def list(self, prefix: str = "") -> list[Stored]:
        """Everything that the orphan sweep would see."""
        return [*self.objects.keys(prefix)]

    def holds(self, key: str) -> bool:
        """Whether anything at all is kept under the key, finished or not."""
        return key in {stored.key for stored in self.list(key)}

    def read(self, key: str, *, version: str = "") -> bytes:
        return b"".join(self.objects.open(key, version=version))


def new_key() -> str:
    return "o" + secrets.token_hex(13)


def bytes_of(size: int, *, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def engines_for(test: str) -> list[str]:
    """Engines the test runs on, here and now."""
    here = ["disk", "moto", *(["radosgw"] if os.environ.get("DRIVE_TEST_S3_URL") else [])]
    return [engine for engine in here if runs_on(test, engine)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """For the modules that import it: run each test that takes a store on every engine it holds on."""
    if "store" in metafunc.fixturenames:
        engines = engines_for(metafunc.function.__name__)
        metafunc.parametrize("store", engines, indirect=True, scope="module")


def door_app(disk: Disk) -> Flask:
    """An application that is nothing but the local door."""
    app = Flask("door")
    app.extensions["smartdrive"] = SimpleNamespace(door=disk, settings=SimpleNamespace(behind_nginx=False))
    app.register_blueprint(objects.bp)
    errors.init(app, app.extensions["smartdrive"])
    return app


@contextmanager
def disk_store(folder: Path) -> Iterator[Store]:
    clock = Clock()
    app = Flask("starting")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    disk = Disk(folder, key=b"k" * 32, base_url=f"http://127.0.0.1:{server.port}", clock=clock)
    server.app = door_app(disk)

    def pass_seconds(seconds: int) -> None:
        clock.ahead += timedelta(seconds=seconds)

    with in_thread(server):
        yield Store("disk", disk, 1000, pass_seconds)


@contextmanager
def moto_store() -> Iterator[Store]:
    from tests.stand_in import moto

    with moto():
        yield _s3_store("moto", endpoint=None)


@contextmanager
def radosgw_store() -> Iterator[Store]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", os.environ["DRIVE_TEST_S3_KEY"])
        patch.setenv("AWS_SECRET_ACCESS_KEY", os.environ["DRIVE_TEST_S3_SECRET"])
        store = _s3_store("radosgw", endpoint=os.environ["DRIVE_TEST_S3_URL"])
        yield store
        for stored in store.list():
            store.objects.abandon_put(Plan(stored.key, 0, 1, stored.handle))


def _s3_store(engine: str, *, endpoint: str | None) -> Store:
    import time

    from smartdrive.storage.s3 import S3
    from smartdrive.storage.s3_bucket import create_bucket
    from tests.aws.role import under_the_role

    bucket = f"contract-{secrets.token_hex(6)}"
    create_bucket(bucket, region="us-east-1", endpoint=endpoint, public_url="http://127.0.0.1:8000")
    made = S3(bucket, region="us-east-1", endpoint=endpoint)
    under_the_role(made._client)
    return Store(engine, made, 5 * MiB, time.sleep)


@pytest.fixture(scope="module")
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The engine named by the parameter."""
    opened = {
        "disk": lambda: disk_store(tmp_path_factory.mktemp("disk")),
        "moto": moto_store,
        "radosgw": radosgw_store,
    }[request.param]
    with opened() as made, made.session:
        yield made
