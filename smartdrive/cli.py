"""The operator's commands: `flask --app wsgi …`."""

from flask import Flask

from smartdrive import cli_engines, cli_seed, cli_upkeep, cli_users


def register(app: Flask) -> None:
    """Add our commands to Flask's own."""
    for command in (cli_upkeep.sweep, cli_upkeep.purge, cli_upkeep.fsck, cli_users.users, cli_seed.seed):
        app.cli.add_command(command)
    for command in (cli_engines.create_table, cli_engines.create_bucket, cli_engines.doctor):
        app.cli.add_command(command)
