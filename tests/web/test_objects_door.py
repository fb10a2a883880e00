"""The local door: what a signed address lets a browser send, and what nothing lets it do."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.web.doors import (
    BODY,
    KEY,
    Door,
    another_socket,
    door,
    parts_socket,
    problem,
)

__all__ = ["another_socket", "door", "parts_socket"]

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


@pytest.mark.parametrize("path", ["/objects/forged/1", "gone", "short"])
def test_a_refusal_is_heard_because_the_body_is_read_to_its_end(door: Door, path: str) -> None:
    plan = door.plan()
    signed = door.put_path(plan)
    if path == "gone":
        door.disk.abandon_put(plan)
    body = io.BytesIO(b"x" * 3_000_000)
    where = path if path.startswith("/") else signed
    answer = door.client.put(where, input_stream=body, content_length=3_000_000)
    assert answer.status_code == {"gone": 404, "short": 400}.get(path, 403)
    assert body.tell() == 3_000_000


def test_nobody_is_listened_to_for_ever(door: Door) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            self.given += len(buffer)
            return len(buffer)

    body = Endless()
    environ = {"wsgi.input": body, "CONTENT_LENGTH": str(10**12)}
    assert door.client.put("/objects/forged/1", environ_overrides=environ).status_code == 403
    assert 0 < body.given <= 65 * 2**20


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
    path = door.put_path(plan).removesuffix("/small")

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
