"""The Flask application: settings of the framework, and who is registered."""

from pathlib import Path

from flask import Flask, Request, current_app, request
from flask.sessions import NullSession, SessionInterface

from smartdrive.services.services import Services
from smartdrive.web import (
    activity,
    ahead,
    api,
    api_page,
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
    places,
    proxies,
    search,
    settings_pages,
    shares,
    status,
    templating,
    together,
    tokens,
    versions,
    whose,
    zipping,
)
from smartdrive.web.access import max_body_of
from smartdrive.web.form_bodies import FormRequest
from smartdrive.web.handover import HandOver
from smartdrive.web.json_answers import JsonAnswers
from smartdrive.web.parts import Parts

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
MAX_FORM_PARTS = 1100
MAX_FORM_MEMORY = 500_000


def make(services: Services) -> Flask:
    """Build the application around the services; they are found again by `current.services()`."""
    app = Flask("smartdrive", template_folder=str(TEMPLATES), static_folder=None)
    app.extensions["smartdrive"] = services
    app.config.update(
        SECRET_KEY=services.keys.current.derive("flask"),
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_MEMORY,
        WTF_CSRF_ENABLED=False,
    )
    app.before_request(_limit_body)
    app.json = JsonAnswers(app)
    app.request_class = FormRequest
    app.session_interface = _NoSession()
    app.ensure_sync = lambda func: func  # type: ignore[method-assign]  # none is async, and each would be asked
    for part in (proxies, logs, opening, templating, limiter, tokens, errors, gate, zipping):
        part.init(app, services)
    assets.register(app)
    compression.register(app)
    lists = pages, settings_pages, files, places, search, activity
    for module in (*lists, versions, together, shares, status, whose, api_page):
        app.register_blueprint(module.bp)
    if services.door:
        app.register_blueprint(objects.bp)
    api.register(app)
    ahead.put(Parts, app, services=services)
    ahead.put(HandOver, app, services=services)
    gate.check(app)
    return app


class _NoSession(SessionInterface):
    """Flask's own session is nowhere used: a token says who is signed in. So no request looks for its cookie."""

    def open_session(self, app: Flask, request: Request) -> NullSession:  # noqa: ARG002
        return self.make_null_session(app)


def _limit_body() -> None:
    """Bodies are small unless the view says otherwise; set before anything reads one."""
    view = current_app.view_functions.get(request.endpoint or "")
    request.max_content_length = max_body_of(view) if view else 0
