"""The operator's commands: `flask --app wsgi …`."""

from flask import Flask

from smartdrive import cli_users


def register(app: Flask) -> None:
    """Add our commands to Flask's own."""
    app.cli.add_command(cli_users.users)
