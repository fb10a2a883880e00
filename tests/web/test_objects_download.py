"""The local door: how a download is handed over, with ranges and validators, by the app and by nginx."""

import pytest

from tests.web.doors import (
    BODY,
    KEY,
    Door,
    behind,
    door,
    problem,
)

__all__ = ["door"]


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


def test_a_range_is_sought_and_not_read_up_to(door: Door) -> None:
    def sends_from_the_start(*_: object) -> None:
        raise AssertionError

    path = door.finished()
    environ = {"wsgi.file_wrapper": sends_from_the_start}
    answer = door.client.get(path, headers={"Range": "bytes=7-8"}, environ_overrides=environ, buffered=True)
    assert (answer.status_code, answer.data) == (206, b"78")


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
    for_upload = door.put_path(door.plan(key=KEY + "x")).split("/")[2]
    for wrong in (path + "A", path[:-1], "/objects/x", f"/objects/{for_upload}"):
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
