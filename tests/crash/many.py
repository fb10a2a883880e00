"""What a person does with many files at once while the drive is killed; a look at each says what became of it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.crash.actor import Actor, Known


def trash_many(actor: "Actor", files: Sequence["Known"]) -> None:
    """Into the trash, and mostly back by undo."""
    change = act(actor, files, "trash")
    if actor.chance.random() < 0.7:
        undo(actor, files, change)


def restore_many(actor: "Actor", files: Sequence["Known"]) -> None:
    """Out of the trash, and now and then back into it by undo."""
    change = act(actor, files, "restore")
    if actor.chance.random() < 0.3:
        undo(actor, files, change)


def act(actor: "Actor", files: Sequence["Known"], action: str) -> str:
    """One request for all of them; the change's id."""

    def again() -> None:
        look_at(actor, files)

    answer = actor.call("POST", "/api/bulk", {"action": action, "ids": [each.id for each in files]}, again=again)
    assert answer.status == 200, (answer.status, answer.body)
    assert {each["status"] for each in answer.json["results"]} <= {200, 204}, answer.body
    look_at(actor, files)
    trashed = {each.trashed for each in files}
    assert trashed == {action == "trash"}, files
    return answer.headers["Change-Id"]


def undo(actor: "Actor", files: Sequence["Known"], change: str) -> None:
    """Take it back, each of them."""
    before = [each.trashed for each in files]

    def again() -> None:
        look_at(actor, files)

    answer = actor.call("POST", "/api/undo", {"change": change}, again=again)
    assert answer.status == 200, (answer.status, answer.body)
    look_at(actor, files)
    assert [each.trashed for each in files] == [not each for each in before], answer.body


def look_at(actor: "Actor", files: Sequence["Known"]) -> None:
    """Learn of each whether it is in the trash, and its name."""

    def again() -> None:
        look_at(actor, files)

    for file in files:
        answer = actor.call("GET", f"/api/files/{file.id}", again=again)
        assert answer.status in (200, 404), (answer.status, answer.body)
        file.trashed = answer.status == 404
        if not file.trashed:
            file.name = answer.json["file"]["name"]
