"""JSON bodies of strangers as frozen models: whatever does not fit is a 400 that says where and why."""

import json
from collections.abc import Iterator, Mapping
from typing import TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import UnsupportedMediaType

from smartdrive.domain.errors import BadInput
from smartdrive.domain.words import _

SENTENCES = {
    "missing": _("Missing."),
    "extra_forbidden": _("There is no such field."),
    "string_type": _("A text is wanted here."),
    "string_unicode": _("This holds half a character (a lone surrogate)."),
    "int_type": _("A whole number is wanted here."),
    "int_from_float": _("A whole number is wanted here."),
    "bool_type": _("true or false is wanted here."),
    "list_type": _("A list is wanted here."),
    "model_type": _("An object is wanted here."),
}


class Body(BaseModel):
    """Base of all bodies: nothing is converted (no "5" for 5) and an unknown field is refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


Model = TypeVar("Model", bound=Body)


def body(model: type[Model], *, optional: bool = False) -> Model:
    """The request's JSON body. With `optional`, no body at all is the model's defaults.

    Raises BadInput with `fields`, or UnsupportedMediaType when the body is not declared as JSON.
    """
    raw = request.get_data(cache=True)
    if optional and not raw:
        return model()
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise _refusal(error, raw) from None


def parsed(model: type[Model], values: Mapping[str, object]) -> Model:
    """The same check for values that came another way, such as a form or a query."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _refusal(error, b"") from None


def _refusal(error: ValidationError, raw: bytes) -> BadInput:
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    if any(problem["type"] == "json_invalid" for problem in problems):
        return BadInput(_why_no_json(raw))
    if any(not problem["loc"] for problem in problems):
        return BadInput(_("The body must be a JSON object."))
    fields = dict(_sentences(problems))
    name, sentence = next(iter(fields.items()))
    return BadInput(f"{name}: {sentence}", fields=fields)


def _sentences(problems: list[ErrorDetails]) -> Iterator[tuple[str, str]]:
    for problem in problems[:20]:
        where = ".".join(str(step)[:100] for step in problem["loc"])
        text = problem["msg"].removeprefix("Value error, ").rstrip(".")
        yield _printable(where), SENTENCES.get(problem["type"], f"{text}.")


def _printable(text: str) -> str:
    """A field name of a stranger may hold anything, and it goes into our answer."""
    return text.encode("utf-8", "replace").decode()


def _why_no_json(raw: bytes) -> str:
    """Half characters are legal in JSON text but no text at all; everything else is simply broken."""
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        return _("The body is not valid JSON.")
    return _("The body holds half a character (a lone surrogate), or is nested too deeply.")
