"""The OpenAPI 3.1 document: addresses from Flask, bodies and answers from their types, refusals from the marks."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from inspect import getdoc
from typing import Any

from apispec import APISpec
from flask import Flask
from pydantic import TypeAdapter
from werkzeug.routing import Rule

from smartdrive.web import csrf
from smartdrive.web.access import SAFE, Access, access_of, needs_csrf
from smartdrive.web.documented import JSON, Bytes, Description, Query, description_of
from smartdrive.web.refusals import refusals
from smartdrive.web.shapes import Problem
from smartdrive.web.signed_in import CHANGE

Schema = dict[str, Any]
Schemas = Mapping[Any, Schema]
REFERENCE = "#/components/schemas/{model}"
TITLE = "Smart Drive"
VERSION = "1"
PROBLEM = "application/problem+json"
BINARY: Schema = {"type": "string", "format": "binary"}
IDS = {"folder_id": "`root` is my top folder.", "part": "Parts are numbered from 1."}
LOCATION = {"Location": {"description": "Where to go on.", "schema": {"type": "string"}}}
CHANGED = {CHANGE: {"description": "By which `POST /api/undo` takes it back.", "schema": {"type": "string"}}}
WORDS = {200: "Done.", 201: "Made.", 204: "Done; nothing more to say.", 206: "The range that was asked for."}
HTML = {"text/html": {"schema": {"type": "string"}}}
TOO_LONG: Schema = {
    "description": "The address is longer than 8,190 bytes, says the web server.",
    "content": HTML,
}
REDIRECT = "Go on at the signed address; do not send the token there."
ABOUT = "All that the pages do, for programs. Times are ISO 8601 in UTC, sizes bytes, ids opaque. See docs/api.md."


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address, what generated clients call it, and the view behind it."""

    name: str
    rule: Rule
    method: str
    view: Callable[..., Any]
    about: Description

    @property
    def changes(self) -> bool:
        """Whether it may change anything."""
        return self.method not in SAFE


def document(app: Flask) -> Schema:
    """The document of all views that describe themselves."""
    found = list(operations(app))
    schemas, definitions = _schemas(found)
    spec = APISpec(TITLE, VERSION, "3.1.0", info={"description": ABOUT}, servers=[{"url": "/"}])
    for name, schema in definitions.items():
        spec.components.schema(name, schema)
    for name, scheme in _security_schemes(app).items():
        spec.components.security_scheme(name, scheme)
    for each in found:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", each.rule.rule)
        spec.path(path, operations={each.method.lower(): _operation(each, schemas)})
    return spec.to_dict()


def operations(app: Flask) -> Iterator[Operation]:
    """Every method of every address whose view describes itself, in the order of the addresses.

    The second of two addresses of one view is told apart by its last word.
    """
    names: set[str] = set()
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = app.view_functions[rule.endpoint]
        if about := description_of(view):
            name = rule.endpoint.removeprefix("api_").replace(".", "_")
            name = f"{name}_{rule.rule.rpartition('/')[2]}" if name in names else name
            names.add(name)
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            yield from (Operation(name, rule, method, view, about) for method in methods)


def _schemas(found: list[Operation]) -> tuple[Schemas, Schema]:
    """The schema of each type that a view names, and the definitions they refer to."""
    types = {kind: None for each in found for kind in (each.about.takes, *each.about.answers.values(), Problem)}
    adapters: dict[Any, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in types if kind not in (None, Bytes)}
    by_key, rest = TypeAdapter.json_schemas(
        [(kind, "validation", adapter) for kind, adapter in adapters.items()], ref_template=REFERENCE
    )
    return {kind: schema for (kind, _), schema in by_key.items()}, rest["$defs"]


def _operation(each: Operation, schemas: Schemas) -> Schema:
    summary, _, more = (getdoc(each.view) or "").partition("\n")
    found: Schema = {
        "operationId": each.name,
        "tags": [each.rule.endpoint.partition(".")[0].removeprefix("api_")],
        "summary": summary,
        "parameters": [*_in_path(each.rule), *map(_in_query, each.about.query)],
        "responses": _answers(each, schemas),
        "security": _security(each),
    }
    if more.strip():
        found["description"] = more.strip()
    if each.about.takes:
        schema = BINARY if each.about.takes is Bytes else schemas[each.about.takes]
        required = not each.about.optional
        found["requestBody"] = {"required": required, "content": {each.about.media: {"schema": schema}}}
    return found


def _in_path(rule: Rule) -> Iterator[Schema]:
    for name in re.findall(r"<(?:\w+:)?(\w+)>", rule.rule):
        words = {"description": IDS[name]} if name in IDS else {}
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, **words}


def _in_query(query: Query) -> Schema:
    return {"name": query.name, "in": "query", "description": query.words, "schema": dict(query.schema)}


def _answers(each: Operation, schemas: Schemas) -> Schema:
    found = {str(status): _answer(status, kind, schemas=schemas) for status, kind in each.about.answers.items()}
    if each.changes and access_of(each.view) is Access.SIGNED_IN:
        found = {status: {**answer, "headers": answer.get("headers", {}) | CHANGED} for status, answer in found.items()}
    for status, words in refusals(each.view, each.about, changes=each.changes, names_things=bool(each.rule.arguments)):
        refused = found.setdefault(str(status), {"description": words, "content": {}})
        refused["content"][PROBLEM] = {"schema": schemas[Problem]}
    if each.about.query or each.rule.arguments:
        found["414"] = TOO_LONG
    return dict(sorted(found.items()))


def _answer(status: int, kind: object, *, schemas: Schemas) -> Schema:
    moved = 300 <= status < 304
    found: Schema = {"description": REDIRECT if moved else WORDS.get(status, "As it is.")}
    if moved:
        found["headers"] = LOCATION
    if kind is Bytes:
        found["content"] = {"*/*": {"schema": BINARY}}
    elif kind:
        found["content"] = {JSON: {"schema": schemas[kind]}}
    return found


def _security(each: Operation) -> list[Schema]:
    if each.about.bearer != "access":
        return [{each.about.bearer: []}]
    if access_of(each.view) is Access.PUBLIC:
        return []
    asks = each.changes and needs_csrf(each.view)
    return [{"access": []}, {"cookie": [], "csrf": []} if asks else {"cookie": []}]


def _security_schemes(app: Flask) -> Schema:
    bearer = {"type": "http", "scheme": "bearer"}
    cookie = app.config["JWT_ACCESS_COOKIE_NAME"]
    return {
        "access": {**bearer, "description": "The access token of a login, or one made in the settings."},
        "refresh": {**bearer, "description": "The refresh token of a login."},
        "cookie": {"type": "apiKey", "in": "cookie", "name": cookie, "description": "The session of a browser."},
        "csrf": {"type": "apiKey", "in": "header", "name": csrf.HEADER, "description": "Along with the cookie."},
    }
