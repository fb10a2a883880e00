"""Lists of a folder as `acts.py` has the rest of a day. All but one are asked by somebody who has starred nothing."""

from collections.abc import Iterator, Sequence

from smartdrive.services.stars import MOST
from tests.web.stage import Act, Stage


def list_folder(stage: Stage, query: str = "limit=200") -> Iterator[None]:
    stage.unstar_all()
    folder = stage.folder()
    stage.fill(folder, 250)
    yield
    assert len(stage.ok("GET", f"/api/folders/{folder}?{query}")["items"]) == 200


def list_by_time(stage: Stage) -> Iterator[None]:
    return list_folder(stage, "limit=200&sort=-modified")


def list_with_stars(stage: Stage) -> Iterator[None]:
    steps = list_folder(stage)
    next(steps)
    stage.fill_stars(MOST)
    yield
    next(steps, None)
    yield
    stage.unstar_all()


def list_five(stage: Stage, query: str = "limit=5") -> Iterator[None]:
    stage.unstar_all()
    yield
    assert len(stage.ok("GET", f"/api/folders/{stage.here}?{query}")["items"]) == 5


def list_five_by_time(stage: Stage) -> Iterator[None]:
    return list_five(stage, "limit=5&sort=modified")


LISTS: Sequence[tuple[str, Act]] = (
    ("list 200 by name", list_folder),
    ("list 200 by time, newest first", list_by_time),
    ("list 200 by name, with 1,000 stars in the drive", list_with_stars),
)
SHORT_LISTS: Sequence[tuple[str, Act]] = (
    ("list 5 by name", list_five),
    ("list 5 by time, newest first", list_five_by_time),
)
