"""What a view or a command reaches for: the services of its application."""

from typing import cast

from flask import current_app

from smartdrive.services.services import Services


def services() -> Services:
    """The services of the application that answers this request or runs this command."""
    return cast(Services, current_app.extensions["smartdrive"])
