"""Static files: hashed names for templates, and serving them well where no nginx stands in front.

Everything is looked up once when the application is made; a request can only name what was found then.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, request, send_file

from smartdrive.web.access import public

STATIC = Path(__file__).resolve().parents[2] / "static"
BUILT = "dist"
YEAR = 365 * 24 * 60 * 60
HOUR = 60 * 60
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}
ENCODINGS = {"br": ".br", "gzip": ".gz"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file and its precompressed forms by content encoding; `immutable` when its name holds its hash."""

    path: Path
    type: str
    immutable: bool
    encoded: Mapping[str, Path]

    def chosen(self, accepted: Mapping[str, float] | None = None) -> tuple[str, Path]:
        """The encoding and file for a client that accepts these encodings, ours in order of preference."""
        wanted = (name for name in self.encoded if accepted and accepted.get(name, 0) > 0)
        encoding = next(wanted, "")
        return encoding, self.encoded.get(encoding, self.path)


def register(app: Flask, folder: Path = STATIC) -> None:
    """Serve the folder under /static/ and give templates `asset("main.css")`."""
    manifest = json.loads((folder / BUILT / "manifest.json").read_text("utf-8"))
    assets = dict(_found(folder, hashed=frozenset(manifest.values())))

    @public
    def static(filename: str) -> Response:
        try:
            return _answer(assets.get(filename) or abort(404))
        except FileNotFoundError:  # an upgrade took it away under a running server
            abort(404)

    app.add_url_rule("/static/<path:filename>", "static", static)
    addresses = {name: f"/static/{BUILT}/{built}" for name, built in manifest.items()}
    app.jinja_env.globals["asset"] = addresses.__getitem__


def _found(folder: Path, *, hashed: frozenset[str]) -> Iterator[tuple[str, Asset]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in TYPES and path.is_file():
            yield path.relative_to(folder).as_posix(), _asset(path, immutable=_is_hashed(path, hashed))


def _is_hashed(path: Path, hashed: frozenset[str]) -> bool:
    """The manifest names what templates use; every script among the built files has its hash in its name."""
    return path.parent.name == BUILT and (path.name in hashed or path.suffix == ".js")


def _asset(path: Path, *, immutable: bool) -> Asset:
    forms = {encoding: path.with_name(path.name + suffix) for encoding, suffix in ENCODINGS.items()}
    encoded = {encoding: form for encoding, form in forms.items() if form.is_file()}
    return Asset(path=path, type=TYPES[path.suffix], immutable=immutable, encoded=encoded)


def _answer(asset: Asset) -> Response:
    encoding, path = asset.chosen(dict(request.accept_encodings))
    max_age = YEAR if asset.immutable else HOUR
    response = send_file(path, mimetype=asset.type, conditional=True, max_age=max_age)
    response.cache_control.immutable = asset.immutable
    response.cache_control.public = True
    response.cache_control.no_cache = None
    response.headers["X-Content-Type-Options"] = "nosniff"
    if encoding:
        response.headers["Content-Encoding"] = encoding
    if asset.encoded:
        response.vary.add("Accept-Encoding")
    return response
