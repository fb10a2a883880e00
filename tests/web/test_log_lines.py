"""Lines about engines belong to a request or to a round of background work, also when they come from elsewhere."""

import errno
import json
from pathlib import Path
from typing import Any

import pytest

from smartdrive import logs
from smartdrive.ports.table import Unavailable
from smartdrive.ports.together import together
from smartdrive.worker import Job, Worker
from tests.web.site import Person, Site, make_site

ID = "0123456789abcdef0123456789abcdef"


def broken(*_: object, **__: object) -> None:
    raise OSError(errno.EIO, "input/output error")


def lines(capsys: pytest.CaptureFixture[str], event: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    return [line for line in found if line["event"] == event]


def test_a_call_that_fails_is_logged_under_its_request(
    site: Site, alice: Person, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("smartdrive.storage.disk_files.spare", broken)
    answer = alice.api.call("POST", "/api/files?filename=a.txt", data=b"abc")
    (line,) = lines(capsys, "engine failed")
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert (line["engine"], line["verb"], line["user"]) == ("disk", "plan_put", alice.user.id)
    assert "input/output error" in line["why"]


def test_a_slow_call_is_logged_also_from_a_thread_of_its_own(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("smartdrive.storage.watched.SLOW", -1.0)
    with site.app.test_request_context("/login", headers={"X-Request-ID": ID}):
        site.app.preprocess_request()
        capsys.readouterr()
        together(site.services.objects.stat, ["o" + "a" * 26, "o" + "b" * 26])
    found = lines(capsys, "engine was slow")
    assert len(found) == 2
    assert {line["verb"] for line in found} == {"stat"}
    assert len({line.get("request_id") for line in found}) == 1
    assert found[0]["request_id"]


def test_what_is_answered_before_the_framework_has_its_id_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site = make_site(tmp_path / "data", behind_nginx=True)
    alice = site.person("alice")
    begun = alice.api.post("/api/uploads", {"name": "a", "size": 3, "parent": "root"}).json
    path = str(begun["url"]).removeprefix(site.services.settings.public_url)
    assert path.endswith("/small")
    monkeypatch.setattr("smartdrive.storage.disk_files.receive", broken)
    capsys.readouterr()
    assert site.stranger().call("PUT", path, data=b"abc", headers={"X-Request-ID": ID}).status_code == 503
    found = lines(capsys, "engine failed")
    assert [(line["verb"], line["request_id"]) for line in found] == [("accept", ID), ("accept", ID)]


def test_a_round_of_background_work_has_an_id(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    worker = Worker(site.services)
    logs.configure("INFO", about=worker.about)
    tries: list[int] = []

    def fail_twice() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise Unavailable("the table is away")
        together(site.services.objects.stat, ["o" + "a" * 26, "o" + "b" * 26])

    worker.stopping.wait = lambda _=None: False  # type: ignore[method-assign, assignment]
    worker._insist(Job("purge", fail_twice))
    found = lines(capsys, "engine does not answer")
    assert [(line["job"], line["why"]) for line in found] == [("purge", "the table is away")] * 2
    assert len({line["round"] for line in found}) == 2
