"""Static files as a browser gets them when no nginx stands in front."""

import gzip
import json
from pathlib import Path

import brotli
import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from smartdrive.web import assets

STATIC = Path(__file__).resolve().parents[2] / "static"
DIST = STATIC / "dist"
MANIFEST = json.loads((DIST / "manifest.json").read_text("utf-8"))
YEAR = 31_536_000


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("assets", static_folder=None)
    assets.register(app)
    return app.test_client()


def fetch(client: FlaskClient, path: str, headers: dict[str, str] | None = None) -> TestResponse:
    return client.get(path, headers=headers, buffered=True)


def built(name: str) -> str:
    return f"/static/dist/{MANIFEST[name]}"


@pytest.mark.parametrize("name", sorted(MANIFEST))
def test_files_with_hashed_names_may_be_kept_for_ever(client: FlaskClient, name: str) -> None:
    answer = fetch(client, built(name))
    assert answer.status_code == 200
    assert answer.data == (DIST / MANIFEST[name]).read_bytes()
    assert answer.cache_control.max_age == YEAR
    assert answer.cache_control.immutable
    assert answer.cache_control.public


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("main.css", "text/css; charset=utf-8"),
        ("main.js", "text/javascript; charset=utf-8"),
        ("theme.js", "text/javascript; charset=utf-8"),
        ("icons.svg", "image/svg+xml; charset=utf-8"),
        ("figtree.woff2", "font/woff2"),
    ],
)
def test_types_are_right_and_must_not_be_guessed(client: FlaskClient, name: str, content_type: str) -> None:
    answer = fetch(client, built(name))
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_the_best_precompressed_form_is_sent(client: FlaskClient, accepted: str, encoding: str | None) -> None:
    answer = fetch(client, built("main.css"), headers={"Accept-Encoding": accepted})
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    assert answer.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert unpack(answer.data) == (DIST / MANIFEST["main.css"]).read_bytes()


def test_fonts_are_compressed_already_and_go_as_they_are(client: FlaskClient) -> None:
    answer = fetch(client, built("figtree.woff2"), headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in answer.headers
    assert "Vary" not in answer.headers


def test_a_copy_at_hand_is_confirmed_without_its_bytes(client: FlaskClient) -> None:
    headers = {"Accept-Encoding": "br"}
    first = fetch(client, built("main.css"), headers=headers)
    again = fetch(client, built("main.css"), headers=headers | {"If-None-Match": first.headers["ETag"]})
    other_form = fetch(client, built("main.css"), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert other_form.status_code == 200


def test_files_without_a_hash_in_their_name_are_kept_for_an_hour_only(client: FlaskClient) -> None:
    answer = fetch(client, "/static/dist/licenses.txt")
    assert answer.cache_control.max_age == 3600
    assert not answer.cache_control.immutable


@pytest.mark.parametrize(
    "path",
    [
        "dist/../../wsgi.py",
        "dist/%2e%2e/%2e%2e/pyproject.toml",
        "../pyproject.toml",
        "%2fetc%2fpasswd",
        "dist/",
        "dist",
        f"dist/{MANIFEST['main.css']}.gz",
        "dist/nothing-here.css",
        "dist/main.css%00.js",
    ],
)
def test_nothing_else_can_be_named(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}", follow_redirects=True).status_code == 404


def test_only_what_stood_there_at_the_start_is_served(tmp_path: Path) -> None:
    (tmp_path / "static" / "dist").mkdir(parents=True)
    (tmp_path / "static" / "dist" / "manifest.json").write_text("{}")
    app = Flask("assets", static_folder=None)
    assets.register(app, tmp_path / "static")
    (tmp_path / "static" / "late.txt").write_text("put there after the start")
    assert fetch(app.test_client(), "/static/late.txt").status_code == 404


def test_what_an_upgrade_took_away_is_missing_not_a_failure(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "manifest.json").write_text('{"main.css": "main-1.css"}')
    (tmp_path / "dist" / "main-1.css").write_text("body {}")
    app = Flask("assets", static_folder=None)
    assets.register(app, tmp_path)
    (tmp_path / "dist" / "main-1.css").unlink()
    assert fetch(app.test_client(), "/static/dist/main-1.css").status_code == 404


def test_templates_get_hashed_names() -> None:
    app = Flask("assets", static_folder=None)
    assets.register(app)
    with app.test_request_context():
        assert render_template_string("{{ asset('main.css') }}") == built("main.css")


def test_first_load_stays_within_its_budget() -> None:
    """120 KB over the wire and 40 KB of script, compressed: all scripts of our pages, the upload tray's too."""
    wire = [path for path in DIST.glob("*.gz") if not path.name.startswith(("licenses", "swagger-ui", "api-page"))]
    scripts = sum(path.stat().st_size for path in wire if path.name.endswith(".js.gz"))
    everything = sum(path.stat().st_size for path in [*wire, *DIST.glob("*.woff2")])
    assert scripts <= 40_000
    assert everything <= 110_000
