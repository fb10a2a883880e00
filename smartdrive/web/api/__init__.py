"""The JSON API under /api; `docs/api.md` lists its addresses."""

from flask import Flask

from smartdrive.web.api import (
    auth,
    document,
    files,
    folders,
    me,
    sessions,
    shares,
    tokens,
    trash,
    upload,
    uploads,
    versions,
    zips,
)


def register(app: Flask) -> None:
    """Register every part of the API."""
    for part in (auth, me, sessions, tokens, folders, files, versions, uploads, upload, trash, shares, zips, document):
        app.register_blueprint(part.bp, url_prefix="/api")
