"""The Flask application: settings of the framework, and who is registered."""

from pathlib import Path

from flask import Flask, current_app, request

from smartdrive.services.services import Services
from smartdrive.web import (
    api,
    assets,
    compression,
    errors,
    files,
    gate,
    limiter,
    logs,
    objects,
    opening,
    pages,
    proxies,
    settings_pages,
    shares,
    status,
    templating,
    tokens,
)
from smartdrive.web.access import max_body_of

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
MAX_FORM_PARTS = 1100
MAX_FORM_MEMORY = 500_000


def make(services: Services) -> Flask:
    """Build the application around the services; they are found again by `web.services()`."""
    app = Flask("smartdrive", template_folder=str(TEMPLATES), static_folder=None)
    app.extensions["smartdrive"] = services
    app.config.update(
        SECRET_KEY=services.keys.current.derive("flask"),
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_MEMORY,
        WTF_CSRF_ENABLED=False,
    )
    app.before_request(_limit_body)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    for part in (proxies, logs, opening, templating, limiter, tokens, errors, gate):
        part.init(app, services)
    assets.register(app)
    compression.register(app)
    for module in (pages, settings_pages, files, shares, status):
        app.register_blueprint(module.bp)
    if services.door:
        app.register_blueprint(objects.bp)
    api.register(app)
    gate.check(app)
    return app


def _limit_body() -> None:
    """Bodies are small unless the view says otherwise; set before anything reads one."""
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = max_body_of(view) if view else 0
