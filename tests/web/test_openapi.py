"""The OpenAPI document: every JSON address stands in it, nothing else does, and answers are as it says.

That answers keep to it is checked with every request of every test: `promises.py`.
"""

import re
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask, jsonify

from smartdrive.domain.errors import DriveError
from smartdrive.web.access import public
from smartdrive.web.documented import description_of, documented
from smartdrive.web.errors import STATUS
from smartdrive.web.openapi import document
from tests.web.promises import hold
from tests.web.site import Person, Program, Site

JSON_ADDRESSES = ("/api/", "/status", "/objects/")
NO_JSON = {
    "objects.check": "nginx alone can ask it",
    "whose.person": "nginx alone asks it",
    "api_page.read": "a page for people",
}
HOW = (
    "Say beside the route, below the mark of access, what {} takes and answers, as in `@documented({{201: OneFolder}}, "
    'takes=NewFolder, refuses=("exists",))`; smartdrive/web/documented.py tells the rest, shapes.py holds the answers.'
)


@pytest.fixture
def found(app: Flask) -> dict[str, Any]:
    return document(app)


def undocumented(app: Flask) -> list[str]:
    """What is missing at each JSON address without a description, in a sentence."""
    return [
        HOW.format(f"{rule.endpoint} ({rule.rule})")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(JSON_ADDRESSES)
        and rule.endpoint not in NO_JSON
        and description_of(app.view_functions[rule.endpoint]) is None
    ]


def test_every_json_address_is_documented(app: Flask, found: dict[str, Any]) -> None:
    assert undocumented(app) == []
    rules = [rule for rule in app.url_map.iter_rules() if description_of(app.view_functions[rule.endpoint])]
    served = {
        (method.lower(), re.sub(r"<(\w+)>", r"{\1}", rule.rule))
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    told = {(method, path) for path, methods in found["paths"].items() for method in methods}
    assert told == served
    assert len(told) > 40


def test_an_address_without_a_description_is_told_what_to_add(app: Flask) -> None:
    app.add_url_rule("/api/new", "api_new.read", public(jsonify))
    assert [re.search(r"what (\S+) ", sentence)[1] for sentence in undocumented(app)] == ["api_new.read"]  # type: ignore[index]


def test_what_is_documented_is_json_or_bytes(found: dict[str, Any]) -> None:
    types = {
        kind
        for methods in found["paths"].values()
        for operation in methods.values()
        for status, answer in operation["responses"].items()
        if status != "414"
        for kind in answer.get("content", {})
    }
    assert types == {"application/json", "application/problem+json", "*/*"}


def test_the_document_is_sound(stranger: Program, found: dict[str, Any]) -> None:
    answer = stranger.get("/api/openapi.json")
    assert (answer.status_code, answer.json) == (200, found)
    assert found["openapi"] == "3.1.0"
    for schema in found["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)
    references = set(re.findall(r"'#/components/schemas/([^']+)'", str(found)))
    assert references <= set(found["components"]["schemas"])
    names = [operation["operationId"] for methods in found["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))
    assert all(operation["summary"] for methods in found["paths"].values() for operation in methods.values())


def test_schemes_follow_the_marks_of_access(found: dict[str, Any]) -> None:
    paths = found["paths"]
    assert paths["/api/auth/login"]["post"]["security"] == []
    assert paths["/api/auth/refresh"]["post"]["security"] == [{"refresh": []}]
    assert paths["/api/me"]["get"]["security"] == [{"access": []}, {"cookie": []}]
    assert paths["/api/me"]["patch"]["security"] == [{"access": []}, {"cookie": [], "csrf": []}]
    schemes = found["components"]["securitySchemes"]
    assert schemes["access"]["scheme"] == "bearer"
    assert (schemes["csrf"]["name"], schemes["cookie"]["name"]) == ("X-CSRF-Token", "access")


def test_bodies_are_those_the_routes_read(found: dict[str, Any]) -> None:
    upload = found["components"]["schemas"]["NewUpload"]
    assert upload["required"] == ["name", "size"]
    assert upload["additionalProperties"] is False
    limits = {each["name"]: each["schema"] for each in found["paths"]["/api/trash"]["get"]["parameters"]}
    assert (limits["limit"]["maximum"], limits["after"]["type"]) == (200, "string")


def test_every_refusal_has_a_status_and_the_reverse() -> None:
    def codes(kind: type[DriveError]) -> set[str]:
        return {each.code for each in kind.__subclasses__()} | {
            code for each in kind.__subclasses__() for code in codes(each)
        }

    assert codes(DriveError) == set(STATUS)


def test_an_answer_beside_the_document_is_noticed(site: Site, alice: Person) -> None:
    answer = alice.api.get("/api/me")
    hold(site.app, "GET", "/api/me", answer)
    for spoiled in (
        site.app.response_class(answer.data, 203, content_type="application/json"),
        site.app.response_class(answer.data, 200, content_type="text/html"),
        site.app.response_class(b'{"user": {}}', 200, content_type="application/json"),
        site.app.response_class(answer.data.replace(b'"name"', b'"surname"'), 200, content_type="application/json"),
        site.app.response_class(
            answer.data.replace(b'"role"', b'"x": 1, "role"'), 200, content_type="application/json"
        ),
    ):
        with pytest.raises(AssertionError):
            hold(site.app, "GET", "/api/me", spoiled)


def test_a_wrong_code_in_a_description_stops_the_document(app: Flask) -> None:
    view = documented({200: None}, refuses=("no_such_code",))(public(lambda: ""))
    app.add_url_rule("/api/new", "api_new.read", view)
    with pytest.raises(KeyError, match="no_such_code"):
        document(app)
