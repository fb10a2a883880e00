"""What answers some requests before the framework is asked, where nginx stands before both and logs them."""

from typing import TYPE_CHECKING

from flask import Flask

from smartdrive.metrics import Metrics
from smartdrive.ports.objects import Door
from smartdrive.services.services import Services
from smartdrive.web import hosts

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


class Ahead:
    """WSGI middleware around the application, or around another one of its kind."""

    def __init__(self, inner: "WSGIApplication", door: Door, *, names: frozenset[str], metrics: Metrics) -> None:
        self.inner = inner
        self.door = door
        self.names = names
        self.metrics = metrics

    def is_ours(self, environ: "WSGIEnvironment") -> bool:
        """Whether the request asks for this drive by its name."""
        return hosts.is_ours(environ.get("HTTP_HOST", ""), names=self.names)


def put(kind: type[Ahead], app: Flask, *, services: Services) -> None:
    """Put one of that kind before the application wherever nginx stands before both."""
    if services.door and services.settings.behind_nginx:
        names = hosts.names_of(services.settings.public_url)
        app.wsgi_app = kind(  # type: ignore[assignment,method-assign]
            app.wsgi_app, services.door, names=names, metrics=services.metrics
        )
