"""Programs that have nothing but an access token."""

from typing import Any

from tests.web.site import Person, Program

NOT_SIGNED_IN = {"status": 401, "code": "not_signed_in", "title": "Please log in."}


def make(person: Person, scope: str = "write", **more: Any) -> dict[str, Any]:
    answer = person.api.post("/api/tokens", {"name": "backup", "scope": scope, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json
    return made


def holder(person: Person, scope: str = "write", **more: Any) -> Program:
    """A program that has nothing but a new access token of the person."""
    return Program(person.api.app, make(person, scope, **more)["token"])


def refused(program: Program) -> bool:
    answer = program.get("/api/me")
    if answer.status_code == 200:
        return False
    assert (answer.status_code, answer.json) == (401, NOT_SIGNED_IN)
    return True
