"""Copies, and ten things at once: what these acts are, for the table of what each costs."""

from collections.abc import Iterator, Sequence

from tests.web.stage import Act, Stage


def copy_file(stage: Stage) -> Iterator[None]:
    file = stage.file()
    yield
    stage.ok("POST", f"/api/files/{file}/copy", {"parent": stage.there})


def copy_over_file(stage: Stage) -> Iterator[None]:
    """The one that stands there gets the bytes as a new version."""
    file = stage.file()
    stage.ok("POST", f"/api/files/{file}/copy", {"parent": stage.there})
    yield
    stage.ok("POST", f"/api/files/{file}/copy", {"parent": stage.there, "conflict": "replace"})


def copy_folder(stage: Stage) -> Iterator[None]:
    """Ten files in it."""
    folder = stage.folder()
    here, stage.here = stage.here, folder
    for _ in range(10):
        stage.file()
    stage.here = here
    yield
    stage.ok("POST", f"/api/folders/{folder}/copy", {"parent": stage.there})


def many(stage: Stage, action: str, before: str = "", **more: str) -> Iterator[None]:
    ids = [stage.file() for _ in range(10)]
    if before:
        stage.ok("POST", "/api/bulk", {"action": before, "ids": ids})
    yield
    answer = stage.ok("POST", "/api/bulk", {"action": action, "ids": ids, **more})
    assert all(each["status"] < 300 for each in answer["results"])


def move_ten(stage: Stage) -> Iterator[None]:
    return many(stage, "move", target=stage.there)


def copy_ten(stage: Stage) -> Iterator[None]:
    return many(stage, "copy", target=stage.there)


def trash_ten(stage: Stage) -> Iterator[None]:
    return many(stage, "trash")


def restore_ten(stage: Stage) -> Iterator[None]:
    return many(stage, "restore", before="trash")


def restore_homeless(stage: Stage) -> Iterator[None]:
    """Its folder is in the trash as well."""
    here, stage.here = stage.here, stage.folder()
    file = stage.file()
    stage.ok("DELETE", f"/api/files/{file}")
    stage.ok("DELETE", f"/api/folders/{stage.here}")
    stage.here = here
    yield
    stage.ok("POST", f"/api/trash/{file}/restore")


def star_ten(stage: Stage) -> Iterator[None]:
    return many(stage, "star")


BULK_ACTS: Sequence[tuple[str, Act]] = (
    ("copy a file", copy_file),
    ("copy it over another one", copy_over_file),
    ("copy a folder of 10 files", copy_folder),
    ("move 10 files", move_ten),
    ("copy 10 files", copy_ten),
    ("put 10 files in the trash", trash_ten),
    ("restore 10 files", restore_ten),
    ("restore a file whose folder is gone", restore_homeless),
    ("star 10 files", star_ten),
)
