"""Stars and recent files as `acts.py` has the rest of a day: each is prepared, yields, and acts."""

from collections.abc import Iterator, Sequence

from tests.web.stage import Act, Stage

ROWS = 5


def star(stage: Stage) -> Iterator[None]:
    file = stage.file()
    yield
    stage.ok("PATCH", f"/api/files/{file}", {"starred": True})


def unstar(stage: Stage) -> Iterator[None]:
    file = stage.file()
    stage.ok("PATCH", f"/api/files/{file}", {"starred": True})
    yield
    stage.ok("PATCH", f"/api/files/{file}", {"starred": False})


def list_starred(stage: Stage) -> Iterator[None]:
    for _ in range(ROWS):
        stage.ok("PATCH", f"/api/files/{stage.file()}", {"starred": True})
    yield
    assert len(stage.ok("GET", f"/api/starred?limit={ROWS}")["items"]) == ROWS


def list_recent(stage: Stage) -> Iterator[None]:
    for _ in range(ROWS):
        stage.file()
    yield
    assert len(stage.ok("GET", f"/api/recent?limit={ROWS}")["items"]) == ROWS


PLACE_ACTS: Sequence[tuple[str, Act]] = (
    ("star a file", star),
    ("take its star away", unstar),
    ("list 5 starred things", list_starred),
    ("list 5 recent files", list_recent),
)
