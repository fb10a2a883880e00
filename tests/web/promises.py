"""Holds every answer of the API, in whichever test it is given, to what the OpenAPI document says of it.

Documented objects may grow for clients; here they are closed, so that a member nobody documented is found.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import jsonschema_rs
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from smartdrive.web.openapi import document

NOT_COMPARED = {"HEAD", "OPTIONS"}
PREFIX = "#/components/schemas/"
Validators = Mapping[str, Mapping[str, jsonschema_rs.Validator | None]]
_documents: dict[bool, Mapping[tuple[str, str], Validators]] = {}


def hold(app: Flask, method: str, path: str, answer: Response) -> None:
    """Raise AssertionError unless status, content type and body of the answer are documented."""
    rule = _rule(app, method, path)
    known = _known(app).get((rule, method))
    if method in NOT_COMPARED or known is None:
        return
    what = (method, rule, answer.status_code, answer.get_data(as_text=True)[:500] if answer.is_json else "")
    assert str(answer.status_code) in known, f"this status is not documented: {what}"
    by_type = known[str(answer.status_code)]
    if not by_type:  # a redirect has a line of HTML for people, as everywhere
        assert 300 <= answer.status_code < 400 or not answer.data, f"no body is documented: {what}"
        return
    assert answer.mimetype in by_type or "*/*" in by_type, f"{answer.mimetype} is not documented: {what}"
    if validator := by_type.get(answer.mimetype):
        fault = next(validator.iter_errors(answer.json), None)
        assert fault is None, f"{fault and fault.message} at {fault and fault.instance_path}: {what}"


def _rule(app: Flask, method: str, path: str) -> str:
    try:
        rule, _ = app.url_map.bind("").match(path.partition("?")[0], method, return_rule=True)
    except HTTPException:
        return ""
    return rule.rule


def _known(app: Flask) -> Mapping[tuple[str, str], Validators]:
    """The same for all applications of a run: they differ by whether storage has addresses of its own."""
    door = app.extensions["smartdrive"].door is not None
    if door not in _documents:
        _documents[door] = dict(_compiled(document(app)))
    return _documents[door]


def _compiled(found: dict[str, Any]) -> Any:
    closed = {name: _closed(schema) for name, schema in found["components"]["schemas"].items()}

    @cache
    def validator(name: str) -> jsonschema_rs.Validator:
        whole = {"$ref": PREFIX + name, "components": {"schemas": closed}}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)

    def of(schema: dict[str, Any]) -> jsonschema_rs.Validator:
        if "$ref" in schema:
            return validator(schema["$ref"].removeprefix(PREFIX))
        return jsonschema_rs.Draft202012Validator({**schema, "components": {"schemas": closed}}, validate_formats=True)

    for path, methods in found["paths"].items():
        rule = path.replace("{", "<").replace("}", ">")
        for method, operation in methods.items():
            yield (
                (rule, method.upper()),
                {
                    status: {
                        kind: of(content["schema"]) if kind.endswith("json") else None
                        for kind, content in answer.get("content", {}).items()
                    }
                    for status, answer in operation["responses"].items()
                },
            )


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "additionalProperties": False} if "properties" in schema else schema
