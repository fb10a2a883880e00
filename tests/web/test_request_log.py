"""Every request leaves one line with an id, and none of its secrets (SECURITY 55)."""

import json
import logging
from pathlib import Path

import pytest

from smartdrive.logs import JsonLines, StandardError
from tests.web.site import Site, make_site

SECRET_WORDS = "hunter2-hunter2-hunter2"


@pytest.fixture
def lines(capfd: pytest.CaptureFixture[str]) -> "Lines":
    return Lines(capfd)


class Lines:
    """What the process has logged."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self.capture = capture

    def read(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.capture.readouterr().err.splitlines()]

    def text(self) -> str:
        return self.capture.readouterr().err


def test_a_request_is_one_line(site: Site, lines: Lines) -> None:
    lines.read()
    answer = site.stranger().get("/api/me?a=b")
    found = [line for line in lines.read() if line["event"] == "request"]
    assert len(found) == 1
    assert found[0]["path"] == "/api/me"
    assert found[0]["status"] == 401
    assert found[0]["method"] == "GET"
    assert found[0]["request_id"] == answer.headers["X-Request-ID"]
    assert isinstance(found[0]["ms"], float)


def test_a_signed_in_request_names_the_person(site: Site, lines: Lines) -> None:
    alice = site.person("alice")
    lines.read()
    alice.api.get("/api/me")
    assert [line["user"] for line in lines.read() if line["event"] == "request"] == [alice.user.id]


def test_no_password_token_or_link_is_logged(site: Site, lines: Lines) -> None:
    stranger = site.stranger()
    stranger.post("/api/auth/register", {"email": "eve@example.com", "password": SECRET_WORDS})
    stranger.post("/api/auth/login", {"email": "eve@example.com", "password": SECRET_WORDS + "x"})
    answer = stranger.post("/api/auth/login", {"email": "eve@example.com", "password": SECRET_WORDS}).json
    stranger.get("/api/me", headers={"Authorization": f"Bearer {answer['access_token']}"})
    stranger.get("/s/abcdefghijklmnopqrstuv")
    stranger.get("/objects/secretsecretsecret/1?X-Amz-Signature=deadbeef")
    text = lines.text()
    assert "/s/***" in text
    assert "/objects/***" in text
    for secret in (
        SECRET_WORDS,
        answer["access_token"],
        answer["refresh_token"],
        "abcdefghijkl",
        "secretsecret",
        "deadbeef",
    ):
        assert secret not in text


def test_control_characters_cannot_break_a_line(site: Site, lines: Lines) -> None:
    lines.read()
    site.stranger().get("/%0a%7b%22level%22:%22INFO%22%7d%0d%1b[31m%e2%80%a8x")
    found = [line for line in lines.read() if line["event"] == "request"]
    assert len(found) == 1


def test_a_strangers_request_id_is_not_taken(site: Site) -> None:
    answer = site.stranger().get("/status", headers={"X-Request-ID": "forged-forged"})
    assert answer.headers["X-Request-ID"] != "forged-forged"


def test_behind_nginx_its_request_id_is_taken_and_nonsense_is_not(tmp_path: Path) -> None:
    site = make_site(tmp_path / "nginx", behind_nginx=True)
    for given, taken in (("0123456789abcdef0123456789abcdef", True), ("x y", False), ("a" * 65, False)):
        answer = site.stranger().get("/status", headers={"X-Request-ID": given})
        assert (answer.headers["X-Request-ID"] == given) is taken


def test_a_bug_is_logged_under_the_id_that_is_shown(site: Site, lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smartdrive.web.pages.render_template", lambda *_, **__: 1 / 0)
    lines.read()
    answer = site.stranger().get("/")
    assert answer.status_code == 500
    traces = [line for line in lines.read() if "error" in line]
    assert len(traces) == 1
    assert "ZeroDivisionError" in str(traces[0]["error"])
    assert str(traces[0]["request_id"]) in answer.text


def test_one_handler_however_many_applications(site: Site, tmp_path: Path) -> None:
    make_site(tmp_path / "another")
    ours = [each for each in logging.getLogger().handlers if isinstance(each, StandardError)]
    assert len(ours) == 1
    assert isinstance(ours[0].formatter, JsonLines)
