"""The local door: what a signed address lets a browser do, and what nothing lets it do."""

import io
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
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


# PUT


def test_a_part_is_taken(door: Door) -> None:
    plan = door.plan()
    answer = door.put(door.put_path(plan))
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["ETag"]
    assert "Set-Cookie" not in answer.headers
    door.disk.finish_put(plan)
    assert b"".join(door.disk.open(KEY)) == BODY


def test_an_empty_part_is_taken(door: Door) -> None:
    plan = door.plan(size=0)
    assert door.put(door.put_path(plan), b"").status_code == 200
    assert door.disk.finish_put(plan).size == 0


@pytest.mark.parametrize("body", [b"", b"012345678", b"0123456789x"])
def test_another_length_is_refused_with_a_sentence(door: Door, body: bytes) -> None:
    # SECURITY 38
    plan = door.plan()
    assert "length" in problem(door.put(door.put_path(plan), body), 400)["title"]
    assert door.disk.list_parts(plan) == []


def test_a_body_that_is_cut_leaves_nothing(door: Door) -> None:
    # SECURITY 38
    plan = door.plan()
    answer = door.client.put(door.put_path(plan), input_stream=io.BytesIO(b"012"), content_length=10)
    assert answer.status_code == 400
    assert door.disk.list_parts(plan) == []


def test_a_body_of_unknown_length_is_refused(door: Door) -> None:
    plan = door.plan()
    answer = door.client.put(
        door.put_path(plan), input_stream=io.BytesIO(BODY), headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )  # fmt: skip
    problem(answer, 411)
    assert door.disk.list_parts(plan) == []


def test_every_address_that_is_not_valid_gets_the_same_answer(door: Door) -> None:
    plan = door.plan(size=20)
    good = door.put_path(plan)
    token = good.split("/")[2]
    get = door.get_path()
    tries = [
        f"/objects/{token[:-1]}/1", f"/objects/x{token}/1", "/objects/x/1", "/objects/check/1", f"{get}/1",
        f"/objects/{token}/2", f"/objects/{token}/0", f"/objects/{token}/x", f"/objects/{token}/-1",
        f"/objects/{token}/{'9' * 5000}", f"/objects/{token}/١", f"/objects/{'A' * 5000}/1", "/objects/ż/1",
    ]  # fmt: skip
    answers = [problem(door.put(path), 403) for path in tries]
    assert all(answer == answers[0] for answer in answers)
    assert door.disk.list_parts(plan) == []
    assert door.put(good).status_code == 200


def test_an_address_that_ended_is_refused(door: Door) -> None:
    plan = door.plan()
    path = door.put_path(plan)
    get = door.finished()
    door.clock.ahead += timedelta(seconds=60)
    problem(door.put(path), 403)
    problem(door.get(get), 403)


@pytest.mark.parametrize("end", ["finish", "abandon"])
def test_the_address_dies_with_the_upload(door: Door, end: str) -> None:
    # SECURITY 40
    plan = door.plan()
    path = door.put_path(plan)
    door.put(path)
    if end == "finish":
        door.disk.finish_put(plan)
    else:
        door.disk.abandon_put(plan)
    problem(door.put(path, b"!" * 10), 404)
    assert door.disk.stat(KEY) is None or b"".join(door.disk.open(KEY)) == BODY


@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH", "GET"])
def test_other_methods_do_nothing(door: Door, method: str) -> None:
    path = door.put_path(door.plan())
    assert door.client.open(path, method=method).status_code == 405


# Bodies as files


def test_a_forged_body_file_is_not_even_looked_at(door: Door, another_socket: dict[str, Any]) -> None:
    plan = door.plan()
    (door.bodies / "1").write_bytes(b"forged file")
    headers = {"X-Body-File": str(door.bodies / "1")}
    answer = door.put(door.put_path(plan), headers=headers, environ=another_socket)
    assert answer.status_code == 200
    door.disk.finish_put(plan)
    assert b"".join(door.disk.open(KEY)) == BODY
    assert (door.bodies / "1").exists()


def test_a_body_file_of_nginx_is_taken(door: Door, parts_socket: dict[str, Any]) -> None:
    plan = door.plan()
    (door.bodies / "1").write_bytes(BODY)
    headers = {"X-Body-File": str(door.bodies / "1")}
    answer = door.client.put(door.put_path(plan), headers=headers, environ_overrides=parts_socket)
    assert answer.status_code == 200
    assert not (door.bodies / "1").exists()
    door.disk.finish_put(plan)
    assert b"".join(door.disk.open(KEY)) == BODY


def test_nginx_makes_no_file_of_an_empty_body(door: Door, parts_socket: dict[str, Any]) -> None:
    plan = door.plan(size=0)
    answer = door.client.put(door.put_path(plan), environ_overrides=parts_socket)
    assert answer.status_code == 200
    assert door.disk.finish_put(plan).size == 0
    another = door.plan(key=KEY + "x")
    problem(door.client.put(door.put_path(another), environ_overrides=parts_socket), 400)


@pytest.mark.parametrize("name", ["../secret", "none", ""])
def test_only_files_of_the_body_folder_are_taken(
    door: Door, parts_socket: dict[str, Any], tmp_path: Path, name: str
) -> None:
    (tmp_path / "secret").write_bytes(BODY)
    plan = door.plan()
    headers = {"X-Body-File": f"{door.bodies}/{name}"}
    problem(door.client.put(door.put_path(plan), headers=headers, environ_overrides=parts_socket), 400)
    assert door.disk.list_parts(plan) == []
    assert (tmp_path / "secret").exists()


# What nginx asks before it takes a body


def asked(path: str, *, method: str = "PUT", length: str = "10") -> dict[str, str]:
    return {"X-Original-Method": method, "X-Original-URI": path, "X-Original-Length": length}


def test_nginx_is_told_what_to_take(door: Door, parts_socket: dict[str, Any]) -> None:
    plan = door.plan()
    path = door.put_path(plan)

    def told(path: str, **more: str) -> int:
        headers = asked(path, **more)
        return door.client.get("/objects/check", headers=headers, environ_overrides=parts_socket).status_code

    assert told(path) == 204
    for length in ("9", "11", "", "x", "010", "+10", "1e1"):
        assert told(path, length=length) == 403
    for method in ("GET", "POST", "put", ""):
        assert told(path, method=method) == 403
    for wrong in (f"{path}0", f"{path}/", path[1:], f"{path}?x=1", f"/x{path}", "", f"{path}%0A", "/objects/x/1"):
        assert told(wrong) == 403
    door.disk.abandon_put(plan)
    assert told(path) == 403


def test_nobody_else_is_told_anything(door: Door, another_socket: dict[str, Any]) -> None:
    headers = asked(door.put_path(door.plan()))
    problem(door.client.get("/objects/check", headers=headers, environ_overrides=another_socket), 404)


# GET


def test_a_download_is_handed_over_as_signed(door: Door) -> None:
    answer = door.get(door.finished())
    assert (answer.status_code, answer.data) == (200, BODY)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert (
        answer.headers["Content-Disposition"]
        == "inline; filename=\"___w.txt\"; filename*=UTF-8''%C5%BB%C3%B3%C5%82w.txt"
    )
    assert answer.headers["Content-Length"] == "10"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"] == f'"{KEY}"'
    assert answer.headers["Last-Modified"]


@pytest.mark.parametrize("behind_nginx", [False, True])
def test_what_people_store_cannot_act_on_the_site(door: Door, behind_nginx: bool) -> None:
    # SECURITY 31
    path = door.finished()
    behind(door, nginx=behind_nginx)
    answer = door.get(path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; media-src 'self'; img-src 'self'"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "private"


def behind(door: Door, *, nginx: bool) -> None:
    held = door.client.application.extensions
    held["smartdrive"] = SimpleNamespace(door=door.disk, settings=SimpleNamespace(behind_nginx=nginx))


def test_head_tells_what_get_would_send(door: Door) -> None:
    path = door.finished()
    head, get = door.client.head(path, buffered=True), door.get(path)
    assert (head.status_code, head.data) == (200, b"")
    assert {**head.headers} == {**get.headers}


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [
        ("bytes=0-0", 206, b"0"), ("bytes=2-4", 206, b"234"), ("bytes=7-", 206, b"789"), ("bytes=-3", 206, b"789"),
        ("bytes=5-500", 206, b"56789"), ("bytes=0-1,4-5", 200, BODY), ("lines=1-2", 200, BODY), ("rubbish", 200, BODY),
        ("bytes=4-2", 200, BODY), ("bytes=10-", 416, b""), ("bytes=99999999999999999999-", 416, b""),
    ],
)  # fmt: skip
def test_ranges(door: Door, asked: str, status: int, body: bytes) -> None:
    answer = door.get(door.finished(), headers={"Range": asked})
    assert answer.status_code == status
    if status == 416:
        assert answer.headers["Content-Range"] == "bytes */10"
    else:
        assert answer.data == body
        assert answer.headers["Content-Length"] == str(len(body))


def test_a_range_only_of_the_same_bytes(door: Door) -> None:
    path = door.finished()
    same = {"Range": "bytes=2-4", "If-Range": f'"{KEY}"'}
    other = {"Range": "bytes=2-4", "If-Range": '"other"'}
    assert door.get(path, headers=same).data == b"234"
    assert door.get(path, headers=other).data == BODY


def test_what_the_browser_has_is_not_sent_again(door: Door) -> None:
    path = door.finished()
    answer = door.get(path, headers={"If-None-Match": f'"{KEY}"'})
    assert (answer.status_code, answer.data) == (304, b"")
    assert door.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_empty_file(door: Door) -> None:
    path = door.finished(b"")
    assert door.get(path).data == b""
    assert door.get(path, headers={"Range": "bytes=0-"}).status_code in (200, 416)


def test_a_download_address_that_is_not_valid(door: Door) -> None:
    path = door.finished()
    for wrong in (path + "A", path[:-1], "/objects/x", door.put_path(door.plan(key=KEY + "x")).rsplit("/", 1)[0]):
        problem(door.get(wrong), 403)


@pytest.mark.parametrize("behind_nginx", [False, True])
def test_a_download_of_what_is_gone(door: Door, behind_nginx: bool) -> None:
    path = door.finished()
    behind(door, nginx=behind_nginx)
    door.disk.delete(KEY)
    problem(door.get(path), 404)


def test_behind_nginx_the_file_is_handed_to_it(door: Door) -> None:
    path = door.finished()
    behind(door, nginx=True)
    answer = door.get(path)
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["X-Accel-Redirect"] == f"/_objects/aa/{KEY}"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
