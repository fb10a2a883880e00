"""The JSON API under /api; `docs/api.md` lists its addresses."""

from flask import Flask

from smartdrive.web.api import (
    activity,
    auth,
    bulk,
    document,
    files,
    folders,
    me,
    places,
    search,
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
    accounts = auth, me, sessions, tokens
    things = folders, files, versions, uploads, upload, trash, places, bulk, search, shares, activity, zips
    for part in (*accounts, *things, document):
        app.register_blueprint(part.bp, url_prefix="/api")
