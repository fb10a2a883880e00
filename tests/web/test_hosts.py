"""The drive answers to its own name only, and makes links from its public address alone."""

import json
from pathlib import Path

import pytest

from tests.web.site import Site, make_site

CORPUS = json.loads((Path(__file__).parents[1] / "corpus/names/hosts.json").read_text("utf-8"))
OURS = {"DRIVE.EXAMPLE", "drive.example."}


def status(site: Site, host: str | None, path: str = "/login") -> int:
    headers = {} if host is None else {"Host": host}
    environ = {"HTTP_HOST": host} if host is not None else {}
    client = site.app.test_client()
    return client.get(path, headers=headers, environ_overrides=environ).status_code


@pytest.mark.parametrize("host", CORPUS)
def test_corpus(tmp_path: Path, host: str) -> None:  # SECURITY 25
    site = make_site(tmp_path, public_url="https://drive.example")
    assert status(site, host) == (200 if host in OURS else 400)
    assert status(site, host, "/status") == 200


@pytest.mark.parametrize("host", ["drive.example", "drive.example:443", "Drive.Example:8443"])
def test_its_own_name_with_any_port(tmp_path: Path, host: str) -> None:
    assert status(make_site(tmp_path, public_url="https://drive.example"), host) == 200


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
def test_a_loopback_drive_answers_to_all_loopback_names(tmp_path: Path, host: str) -> None:
    assert status(make_site(tmp_path, public_url="http://127.0.0.1:8000"), host) == 200
    assert status(make_site(tmp_path, public_url="http://127.0.0.1:8000"), "evil.example") == 400
    assert status(make_site(tmp_path, public_url="http://192.168.1.7:8000"), host) == 200


def test_a_foreign_host_is_in_no_answer(tmp_path: Path) -> None:  # SECURITY 25
    site = make_site(tmp_path, public_url="https://drive.example")
    answer = site.app.test_client().get("/files", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text
    assert "evil.example" not in str(answer.headers)
