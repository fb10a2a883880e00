"""Jinja as the templates expect it, and the headers of every page."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, g, request
from jinja2 import StrictUndefined

from smartdrive.domain.models import User
from smartdrive.services.services import Services
from smartdrive.web import csrf
from smartdrive.web.formats import template_filters


def init(app: Flask, services: Services) -> None:
    """Set up the environment of the templates and the security headers of all answers."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(template_filters(zone_name))
    app.jinja_env.globals["csrf_token"] = csrf.token
    app.context_processor(lambda: _context(services))
    guards = _guards(services)
    app.after_request(lambda response: _secure(response, guards))


def zone_name() -> str:
    """The time zone of whoever looks: their setting, else their browser's, else none.

    Looked up once a request: a list tells 600 times."""
    if "zone_name" not in g:
        user: User | None = g.get("user")
        g.zone_name = (user.timezone if user else "") or request.cookies.get("tz", "")
    name: str = g.zone_name
    return name


def content_policy(services: Services) -> str:
    """The Content-Security-Policy of our pages; uploads and previews may reach storage, wherever it is."""
    storage = "".join(f" {origin}" for origin in services.objects.origins())
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            f"img-src 'self' blob: data:{storage}",
            f"media-src 'self'{storage}",
            f"connect-src 'self'{storage}",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            "frame-ancestors 'none'",
        ]
    )


def _context(services: Services) -> dict[str, Any]:
    user: User | None = g.get("user")
    return {"person": user, "usage": services.accounts.usage(user)} if user else {}


def _secure(response: Response, headers: Mapping[str, str]) -> Response:
    """Each of the headers, unless the view has set it."""
    own = {name.lower() for name, _ in response.headers}
    response.headers.extend({name: value for name, value in headers.items() if name.lower() not in own})
    return response


def _guards(services: Services) -> dict[str, str]:
    """What every answer tells browsers."""
    transport = {"Strict-Transport-Security": "max-age=31536000"} if services.settings.https else {}
    return {
        "Content-Security-Policy": content_policy(services),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": "no-store",
        **transport,
    }
