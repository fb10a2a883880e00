"""Undoing, and looking at what was done: what these acts are, for the table of what each costs."""

from collections.abc import Iterator, Sequence

from tests.web.stage import Act, Stage


def undo_move(stage: Stage) -> Iterator[None]:
    file = stage.file()
    moved = stage.alice.api.patch(f"/api/files/{file}", {"parent": stage.there})
    yield
    stage.ok("POST", "/api/undo", {"change": moved.headers["Change-Id"]})


def undo_trash(stage: Stage) -> Iterator[None]:
    gone = stage.ok("DELETE", f"/api/files/{stage.file()}")
    yield
    stage.ok("POST", "/api/undo", {"change": gone.headers["Change-Id"]})


def list_activity(stage: Stage) -> Iterator[None]:
    """Of one file: ten events."""
    file = stage.file()
    for number in range(9):
        stage.ok("PATCH", f"/api/files/{file}", {"name": f"{file} {number}.txt"})
    yield
    assert len(stage.ok("GET", f"/api/activity?item={file}")["items"]) == 10


JOURNAL_ACTS: Sequence[tuple[str, Act]] = (
    ("undo a move of a file", undo_move),
    ("undo putting it in the trash", undo_trash),
    ("what was done to a file, ten events", list_activity),
)
