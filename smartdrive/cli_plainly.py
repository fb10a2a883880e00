"""How commands refuse: in a sentence."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from smartdrive.domain.errors import DriveError

Given = ParamSpec("Given")
Result = TypeVar("Result")


def said_plainly(act: Callable[Given, Result]) -> Callable[Given, Result]:
    """A refusal is a sentence and exit code 1, not a traceback."""

    @wraps(act)
    def guarded(*args: Given.args, **named: Given.kwargs) -> Result:
        try:
            return act(*args, **named)
        except DriveError as error:
            raise click.ClickException("\n".join(error.fields.values()) or error.title) from None

    return guarded
