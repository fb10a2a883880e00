"""Smart Drive: a self-hosted drive in the browser."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from smartdrive.services.services import Services
    from smartdrive.settings import Settings


def create_app(settings: "Settings | None" = None, *, services: "Services | None" = None) -> "Flask":
    """The application of one configuration. Raises SettingsError before anything is opened."""
    from smartdrive import cli
    from smartdrive.settings import load
    from smartdrive.web.application import make
    from smartdrive.wiring import build

    app = make(services or build(settings or load()))
    cli.register(app)
    return app
