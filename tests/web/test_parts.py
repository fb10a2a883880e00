"""Bodies taken before the framework: what is in order is stored, everything else meets the door as if untouched."""

from pathlib import Path
from typing import Any

import pytest
from flask import request
from flask.testing import FlaskClient

from smartdrive import create_app
from smartdrive.ports.objects import Plan
from smartdrive.services.services import Services
from smartdrive.settings import Settings
from smartdrive.storage.disk import SMALL
from smartdrive.web.parts import MOST_IN_MEMORY

HOME = "http://127.0.0.1:8000"
KEY = "o" + "a" * 26


class Socket:
    def __init__(self, name: str) -> None:
        self.name = name

    def getsockname(self) -> str:
        return self.name


PARTS = {"gunicorn.socket": Socket("/run/smartdrive/parts.sock")}
APP = {"gunicorn.socket": Socket("/run/smartdrive/app.sock")}


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    settings = Settings(data=tmp_path, secret="0123456789abcdef" * 4, public_url=HOME, behind_nginx=True)
    return create_app(settings).test_client()


@pytest.fixture
def services(client: FlaskClient) -> Services:
    found = client.application.extensions["smartdrive"]
    assert isinstance(found, Services)
    return found


@pytest.fixture
def reached(client: FlaskClient) -> list[str]:
    """Paths of the requests that came through to the framework."""
    paths: list[str] = []
    client.application.before_request(lambda: paths.append(request.path))
    return paths


def begun(services: Services, size: int) -> tuple[Plan, str]:
    plan = services.objects.plan_put(KEY, size=size, part_size=max(1, size))
    return plan, services.objects.sign_parts(plan, [1], expires_in=60)[1].url.removeprefix(HOME)


def put(
    client: FlaskClient, path: str, body: bytes, environ: dict[str, Any], *, home: str = HOME, **headers: str
) -> tuple[int, str]:
    answer = client.put(path, data=body, headers=headers, environ_overrides=environ, base_url=home)
    return answer.status_code, answer.headers.get("ETag", "")


@pytest.mark.parametrize("size", [0, 1, SMALL])
def test_a_small_part_comes_with_its_request(
    client: FlaskClient, services: Services, reached: list[str], size: int
) -> None:
    plan, path = begun(services, size)
    assert path.endswith("/1/small")
    assert put(client, path, b"x" * size, APP) == (200, f'"{KEY}-1"')
    assert reached == []
    assert services.objects.finish_put(plan).size == size


def test_a_larger_part_comes_as_a_file(
    client: FlaskClient, services: Services, reached: list[str], tmp_path: Path
) -> None:
    assert SMALL == MOST_IN_MEMORY
    plan, path = begun(services, SMALL + 1)
    assert path.endswith("/1")
    body = tmp_path / "bodies" / "0000000001"
    body.parent.mkdir(exist_ok=True)
    body.write_bytes(b"x" * (SMALL + 1))
    header = {"X-Body-File": str(body)}
    assert put(client, path, b"", APP, **header)[0] == 400, "only nginx's own socket is believed"
    assert put(client, path, b"", PARTS, **header) == (200, f'"{KEY}-1"')
    assert reached == [path]
    assert services.objects.finish_put(plan).size == SMALL + 1


@pytest.mark.parametrize(
    ("change", "body", "host", "status"),
    [
        ("/1/small", b"abcd", HOME, 400),
        ("/1/small", b"ab", HOME, 400),
        ("/2/small", b"abc", HOME, 403),
        ("x/1/small", b"abc", HOME, 403),
        ("/1/small", b"abc", "http://evil.example", 400),
    ],
)
def test_what_is_not_in_order_meets_the_door(
    client: FlaskClient, services: Services, change: str, body: bytes, host: str, status: int
) -> None:
    plan, path = begun(services, 3)
    assert put(client, path.removesuffix("/1/small") + change, body, APP, home=host)[0] == status
    assert services.objects.list_parts(plan) == []


def test_an_upload_that_is_gone_is_told_by_the_door(
    client: FlaskClient, services: Services, reached: list[str]
) -> None:
    plan, path = begun(services, 3)
    services.objects.abandon_put(plan)
    assert put(client, path, b"abc", APP)[0] == 404
    assert reached == [path]
