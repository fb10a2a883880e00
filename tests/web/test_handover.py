"""Downloads and the question before a body, as nginx hears them: answered short where all is in order, else as ever."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from smartdrive import create_app
from smartdrive.ports.objects import Delivery
from smartdrive.services.services import Services
from smartdrive.settings import Settings
from tests.web.doors import another_socket, parts_socket

__all__ = ["another_socket", "parts_socket"]

HOME = "http://127.0.0.1:8000"
KEY = "o" + "a" * 26
DELIVERY = Delivery("Żółw.txt", "text/plain; charset=utf-8", inline=True)


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    settings = Settings(data=tmp_path, secret="0123456789abcdef" * 4, public_url=HOME, behind_nginx=True)
    return create_app(settings).test_client()


@pytest.fixture
def services(client: FlaskClient) -> Services:
    found: Services = client.application.extensions["smartdrive"]
    return found


def address(services: Services, tmp_path: Path, *, seconds: int = 60) -> str:
    with (tmp_path / "body").open("w+b") as file:
        services.objects.put(KEY, file, size=0)
    return services.objects.sign_get(KEY, DELIVERY, expires_in=seconds).removeprefix(HOME)


def went_the_long_way(answer: TestResponse) -> bool:
    """Only the application gives its answers an id."""
    return "X-Request-ID" in answer.headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_file_is_named_to_nginx(client: FlaskClient, services: Services, tmp_path: Path, method: str) -> None:
    # SECURITY 30, 31
    answer = client.open(address(services, tmp_path), method=method, headers={"Range": "bytes=0-9"})
    assert not went_the_long_way(answer)
    assert (answer.status_code, answer.data) == (200, b"")
    assert dict(answer.headers) == {
        "X-Accel-Redirect": f"/_objects/{KEY[1:3]}/{KEY}",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Disposition": "inline; filename=\"___w.txt\"; filename*=UTF-8''%C5%BB%C3%B3%C5%82w.txt",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'; img-src 'self'",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private",
        "Content-Length": "0",
    }


def test_what_is_not_in_order_is_refused_in_the_drives_words(
    client: FlaskClient, services: Services, tmp_path: Path
) -> None:
    # SECURITY 39
    path = address(services, tmp_path)
    over = address(services, tmp_path, seconds=0)
    plan = services.objects.plan_put("p" + "a" * 26, size=1, part_size=1)
    upload = services.objects.sign_parts(plan, [1], expires_in=60)[1].url.removeprefix(HOME)
    for wrong in (path + "A", path[:-1], over, "/objects/x", upload.split("/1")[0], "/objects/check"):
        answer = client.get(wrong)
        assert answer.status_code in (403, 404), wrong
        assert answer.content_type == "application/problem+json"
        assert went_the_long_way(answer)
    assert client.post(path).status_code == 405
    services.objects.delete(KEY)
    assert client.get(path).status_code == 404


def test_another_host_is_refused(client: FlaskClient, services: Services, tmp_path: Path) -> None:  # SECURITY 25
    assert client.get(address(services, tmp_path), headers={"Host": "evil.example"}).status_code == 400


def test_nginx_is_told_which_bodies_to_take(
    client: FlaskClient, services: Services, parts_socket: dict[str, Any], another_socket: dict[str, Any]
) -> None:
    # SECURITY 38
    size = 1_000_000
    plan = services.objects.plan_put(KEY, size=size, part_size=size)
    path = services.objects.sign_parts(plan, [1], expires_in=60)[1].url.removeprefix(HOME)

    def told(*, path: str = path, method: str = "PUT", length: str = str(size), socket: Any = parts_socket) -> int:
        asked = {"X-Original-Method": method, "X-Original-URI": path, "X-Original-Length": length}
        return client.get("/objects/check", headers=asked, environ_overrides=socket).status_code

    assert told() == 204
    assert told(length=str(size + 1)) == told(method="GET") == told(path=path + "0") == told(path="") == 403
    assert told(socket=another_socket) == told(socket={}) == 404
    services.objects.abandon_put(plan)
    assert told() == 403
