"""Bodies that do not fit are refused with the name of the field and a sentence, never half understood."""

import json

import pytest
from flask import Flask
from pydantic import Field
from werkzeug.exceptions import UnsupportedMediaType

from smartdrive.domain.errors import BadInput
from smartdrive.web.bodies import Body, body, parsed


class Inner(Body):
    size: int = Field(0, ge=0)


class Thing(Body):
    name: str = "x"
    count: int = 0
    items: list[Inner] = Field(default_factory=list)


def read(raw: bytes | str, *, content_type: str = "application/json", optional: bool = False) -> Thing:
    with Flask("bodies").test_request_context("/", method="POST", data=raw, content_type=content_type):
        return body(Thing, optional=optional)


def refusal(raw: bytes | str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read(raw)
    return caught.value


def test_a_fitting_body_is_understood() -> None:
    assert read('{"name": "n", "count": 3, "items": [{"size": 7}]}') == Thing(name="n", count=3, items=[Inner(size=7)])


@pytest.mark.parametrize("raw", ["", "{", "[1", b"\xff\xfe", "nope", "[" * 10_000, '{"name": }'])
def test_broken_json_is_named_so(raw: bytes | str) -> None:
    assert "JSON" in refusal(raw).title or "nested" in refusal(raw).title


@pytest.mark.parametrize("raw", ["[]", "3", '"text"', "null", "true"])
def test_only_objects_are_bodies(raw: str) -> None:
    assert refusal(raw).title == "The body must be a JSON object."


@pytest.mark.parametrize("value", ["3", 3.5, 1e30, True, None, [], {}])
def test_numbers_are_not_guessed(value: object) -> None:  # SECURITY 41
    assert refusal(json.dumps({"count": value})).fields == {"count": "A whole number is wanted here."}


@pytest.mark.parametrize("field", ["owner", "role", "quota", "is_admin", "id"])
def test_unknown_fields_are_refused(field: str) -> None:  # SECURITY 21
    assert refusal(json.dumps({field: "x"})).fields == {field: "There is no such field."}


def test_a_list_says_which_entry_is_wrong() -> None:
    assert list(refusal('{"items": [{"size": 1}, {"size": -1}]}').fields) == ["items.1.size"]


@pytest.mark.parametrize("raw", ['{"name": "\\ud800"}', '{"\\ud800": 1}'])
def test_half_characters_are_refused_clearly(raw: str) -> None:
    assert "half a character" in refusal(raw).title


def test_another_media_type_is_refused() -> None:
    with pytest.raises(UnsupportedMediaType):
        read("{}", content_type="text/plain")


def test_no_body_is_fine_only_where_it_may_be_left_out() -> None:
    assert read("", optional=True, content_type="") == Thing()
    with pytest.raises(UnsupportedMediaType):
        read("", content_type="")


def test_values_from_elsewhere_meet_the_same_rules() -> None:
    with pytest.raises(BadInput):
        parsed(Thing, {"name": "x", "role": "operator"})
