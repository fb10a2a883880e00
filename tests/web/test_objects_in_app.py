"""The local door inside the whole application: its gate, its limits and its headers let the door be what it is."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from smartdrive import create_app
from smartdrive.ports.objects import Delivery
from smartdrive.services.services import Services
from smartdrive.settings import Settings

HOME = "http://127.0.0.1:8000"
KEY = "o" + "a" * 26
BODY = bytes(3_000_000)


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    settings = Settings(data=tmp_path, secret="0123456789abcdef" * 4, public_url=HOME)
    return create_app(settings).test_client()


@pytest.fixture
def services(client: FlaskClient) -> Services:
    found = client.application.extensions["smartdrive"]
    assert isinstance(found, Services)
    return found


def test_a_part_needs_nothing_but_its_address_and_may_be_large(client: FlaskClient, services: Services) -> None:
    plan = services.objects.plan_put(KEY, size=len(BODY), part_size=len(BODY))
    url = services.objects.sign_parts(plan, [1], expires_in=60)[1].url
    client.set_cookie("access", "of somebody")
    answer = client.put(url.removeprefix(HOME), data=BODY)
    assert (answer.status_code, answer.data) == (200, b"")
    assert "Set-Cookie" not in answer.headers
    assert services.objects.finish_put(plan).size == len(BODY)


def test_a_download_keeps_the_headers_of_the_door(client: FlaskClient, services: Services, tmp_path: Path) -> None:
    # SECURITY 31
    with (tmp_path / "body").open("w+b") as file:
        services.objects.put(KEY, file, size=0)
    url = services.objects.sign_get(KEY, Delivery("a.txt", "text/plain; charset=utf-8"), expires_in=60)
    answer = client.get(url.removeprefix(HOME), buffered=True)
    assert answer.status_code == 200
    for name, value in {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'; img-src 'self'",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private",
    }.items():
        assert answer.headers.getlist(name) == [value]
    assert "Set-Cookie" not in answer.headers


def test_what_nginx_asks_is_nothing_to_anybody_else(client: FlaskClient) -> None:
    answer = client.get("/objects/check", headers={"X-Original-Method": "PUT"})
    assert answer.status_code == 404
