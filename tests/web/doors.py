"""The local door with nothing around it, and the sockets a request may have come through."""

import io
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from smartdrive.ports.objects import Delivery, Plan
from smartdrive.storage.disk import Disk
from tests.contract.stores import Clock, door_app

KEY = "o" + "a" * 26
HOME = "http://drive.example"
BODY = b"0123456789"
DELIVERY = Delivery("Żółw.txt", "text/plain; charset=utf-8", inline=True)


Headers = dict[str, str] | None
Environ = dict[str, Any] | None


@dataclass
class Door:
    """The door as nginx or a browser sees it."""

    disk: Disk
    client: FlaskClient
    clock: Clock
    bodies: Path

    def plan(self, *, size: int = 10, part_size: int = 10, key: str = KEY) -> Plan:
        return self.disk.plan_put(key, size=size, part_size=part_size)

    def put_path(self, plan: Plan, *, number: int = 1) -> str:
        return self.disk.sign_parts(plan, [number], expires_in=60)[number].url.removeprefix(HOME)

    def put(self, path: str, body: bytes = BODY, *, headers: Headers = None, environ: Environ = None) -> TestResponse:
        return self.client.put(path, data=body, headers=headers, environ_overrides=environ)

    def get(self, path: str, *, headers: Headers = None) -> TestResponse:
        return self.client.get(path, headers=headers, buffered=True)

    def finished(self, body: bytes = BODY) -> str:
        """The path of a download of `body`."""
        self.disk.put(KEY, io.BytesIO(body), size=len(body))
        return self.get_path()

    def get_path(self, *, key: str = KEY, delivery: Delivery = DELIVERY) -> str:
        return self.disk.sign_get(key, delivery, expires_in=60).removeprefix(HOME)


@pytest.fixture
def door(tmp_path: Path) -> Door:
    clock, bodies = Clock(), tmp_path / "bodies"
    bodies.mkdir()
    disk = Disk(tmp_path, key=b"k" * 32, base_url=HOME, clock=clock, body_folder=bodies)
    return Door(disk, door_app(disk).test_client(), clock, bodies)


@pytest.fixture
def parts_socket(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The WSGI environment of a request that came over nginx's socket for parts."""
    with socket.socket(socket.AF_UNIX) as held:
        held.bind(str(tmp_path / "parts.sock"))
        yield {"gunicorn.socket": held}


@pytest.fixture(params=["none", "tcp", "other"])
def another_socket(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """The WSGI environment of a request that came any other way."""
    if request.param == "none":
        yield {}
        return
    family = socket.AF_INET if request.param == "tcp" else socket.AF_UNIX
    with socket.socket(family) as held:
        held.bind(("127.0.0.1", 0) if request.param == "tcp" else str(tmp_path / "app.sock"))
        yield {"gunicorn.socket": held}


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["title"].endswith(".")
    return dict(answer.json)


def behind(door: Door, *, nginx: bool) -> None:
    held = door.client.application.extensions
    held["smartdrive"] = SimpleNamespace(door=door.disk, settings=SimpleNamespace(behind_nginx=nginx))
