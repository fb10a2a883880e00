"""What a browser gets of a long page when nothing in front of the drive compresses."""

import gzip
from collections.abc import Iterator

import pytest
from flask import Flask, Response, jsonify
from flask.testing import FlaskClient

from smartdrive.web import compression

LONG = "a page that says the same again and again. " * 100
SHORT = "a short page"


def rows() -> Iterator[str]:
    yield LONG


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("pages", static_folder=None)
    compression.register(app)
    app.add_url_rule("/long", "long", lambda: LONG)
    app.add_url_rule("/short", "short", lambda: SHORT)
    app.add_url_rule("/json", "json", lambda: jsonify(text=LONG))
    app.add_url_rule("/bytes", "bytes", lambda: Response(LONG, mimetype="application/zip"))
    app.add_url_rule("/stream", "stream", lambda: Response(rows(), mimetype="text/html"))
    return app.test_client()


def test_a_long_page_is_compressed_for_those_who_can_read_it(client: FlaskClient) -> None:
    packed = client.get("/long", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(LONG) / 10
    assert gzip.decompress(packed.data).decode() == LONG


def test_json_too(client: FlaskClient) -> None:
    packed = client.get("/json", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data).startswith(b'{"text":')


@pytest.mark.parametrize("accepted", ["", "br", "identity", "gzip;q=0"])
def test_others_get_it_plain(client: FlaskClient, accepted: str) -> None:
    plain = client.get("/long", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in plain.headers
    assert plain.text == LONG
    assert "Accept-Encoding" in plain.headers["Vary"]


@pytest.mark.parametrize("path", ["/short", "/bytes", "/stream"])
def test_what_is_short_not_ours_or_streamed_goes_as_it_is(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
    assert answer.text in (SHORT, LONG)


def test_head_tells_the_same_as_get(client: FlaskClient) -> None:
    headers = {"Accept-Encoding": "gzip"}
    get, head = client.get("/long", headers=headers), client.head("/long", headers=headers)
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
