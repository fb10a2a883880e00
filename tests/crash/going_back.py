"""What a person does with the versions of a file while the drive is being killed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.crash.actor import Actor, Known


def go_back(actor: "Actor", file: "Known") -> None:
    """Make the file what it was at first; twice is as once."""

    def again() -> None:
        go_back(actor, file)

    old = versions(actor, file, again)
    if old and "sha256" in old[-1]:
        answer = actor.call("POST", f"/api/files/{file.id}/versions/{old[-1]['id']}/restore", again=again)
        assert answer.status == 200, (answer.status, answer.body)
        file.sha256, file.size = old[-1]["sha256"], old[-1]["size"]


def thin(actor: "Actor", file: "Known") -> None:
    """Delete the newest of the old versions."""

    def again() -> None:
        thin(actor, file)

    if old := versions(actor, file, again):
        answer = actor.call("DELETE", f"/api/files/{file.id}/versions/{old[0]['id']}", again=again)
        assert answer.status == 204, (answer.status, answer.body)


def versions(actor: "Actor", file: "Known", again: Callable[[], None]) -> list[Any]:
    """Those before the current one, the newest first."""
    answer = actor.call("GET", f"/api/files/{file.id}/versions", again=again)
    assert answer.status == 200, (answer.status, answer.body)
    assert answer.json["items"][0]["current"]
    return list(answer.json["items"][1:])
