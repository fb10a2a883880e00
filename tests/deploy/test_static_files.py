"""Static files straight from nginx: typed, compressed, kept for ever where their name holds their hash."""

import json

import pytest

from benchmarks.shipped import PROJECT, Shipped
from tests.deploy.asking import ask

pytestmark = pytest.mark.deploy
DIST = PROJECT / "static" / "dist"
MANIFEST = json.loads((DIST / "manifest.json").read_text("utf-8"))
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
FILES = sorted(path.name for path in DIST.iterdir() if path.suffix in TYPES)
HASHED = sorted({*MANIFEST.values(), *(name for name in FILES if name.endswith(".js"))})


@pytest.mark.parametrize("name", FILES)
def test_every_built_file_has_its_type_and_is_not_sniffed(echo: Shipped, name: str) -> None:
    answer = ask(echo.places.port, "GET", f"/static/dist/{name}")
    assert answer.status == 200
    assert answer.body == (DIST / name).read_bytes()
    assert answer.headers["content-type"] == TYPES[f".{name.rsplit('.', 1)[-1]}"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", FILES)
def test_only_names_with_a_hash_are_kept_for_ever(echo: Shipped, name: str) -> None:
    kept = ask(echo.places.port, "GET", f"/static/dist/{name}").headers["cache-control"]
    assert ("immutable" in kept) == (name in HASHED)


@pytest.mark.parametrize("name", [name for name in FILES if (DIST / f"{name}.gz").exists()])
@pytest.mark.parametrize(
    ("taken", "sent", "ending"), [("gzip", "gzip", "gz"), ("br", "br", "br"), ("gzip, deflate, br, zstd", "br", "br")]
)
def test_the_precompressed_form_goes_to_those_who_take_it(
    echo: Shipped, name: str, taken: str, sent: str, ending: str
) -> None:
    answer = ask(echo.places.port, "GET", f"/static/dist/{name}", {"Accept-Encoding": taken})
    assert answer.body == (DIST / f"{name}.{ending}").read_bytes()
    assert answer.headers["content-encoding"] == sent
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-type"] == TYPES[f".{name.rsplit('.', 1)[-1]}"]


def test_a_file_that_was_not_changed_is_not_sent_again(echo: Shipped) -> None:
    path = f"/static/dist/{HASHED[0]}"
    etag = ask(echo.places.port, "GET", path).headers["etag"]
    assert ask(echo.places.port, "GET", path, {"If-None-Match": etag}).status == 304


@pytest.mark.parametrize(
    "path", ["/static/../nginx.conf", "/static/%2e%2e/nginx.conf", "/static/dist/../../wsgi.py", "/static..%2fwsgi.py"]
)
def test_nothing_outside_the_folder_is_served(echo: Shipped, path: str) -> None:
    """What leaves the folder is asked of the application or refused, never read from disk."""
    answer = ask(echo.places.port, "GET", path)
    assert answer.status != 200 or answer.json()["socket"] == "app.sock"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "MKCOL"])
def test_static_files_cannot_be_written(echo: Shipped, method: str) -> None:
    assert ask(echo.places.port, method, "/static/dist/new.js", {}, b"x").status == 403
