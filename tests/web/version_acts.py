"""What people do with the versions of a file, as in acts.py."""

from collections.abc import Iterator, Sequence

from tests.web.stage import Act, Stage

REPLACE = {"conflict": "replace"}


def replaced(stage: Stage, times: int = 1) -> str:
    """A file with so many old versions."""
    name = next(stage.names)
    for _ in range(times + 1):
        [begun] = stage.ok("POST", "/api/uploads/batch", {"items": [stage.wanted() | {"name": name, **REPLACE}]})[
            "results"
        ]
        stage.send(begun)
        file = stage.ok("POST", f"/api/uploads/{begun['id']}/complete")["file"]["id"]
    return str(file)


def old_version(stage: Stage) -> str:
    """The address of the oldest of two versions."""
    file = replaced(stage)
    return f"/api/files/{file}/versions/{stage.ok('GET', f'/api/files/{file}/versions')['items'][-1]['id']}"


def replace_file(stage: Stage, times: int = 1) -> Iterator[None]:
    file = stage.ok("GET", f"/api/files/{replaced(stage, times - 1)}")["file"]
    [begun] = stage.ok("POST", "/api/uploads/batch", {"items": [stage.wanted() | {"name": file["name"], **REPLACE}]})[
        "results"
    ]
    stage.send(begun)
    yield
    stage.ok("POST", f"/api/uploads/{begun['id']}/complete")


def replace_often(stage: Stage) -> Iterator[None]:
    return replace_file(stage, stage.site.services.settings.versions_keep)


def list_versions(stage: Stage) -> Iterator[None]:
    file = replaced(stage)
    yield
    stage.ok("GET", f"/api/files/{file}/versions")


def download_version(stage: Stage) -> Iterator[None]:
    version = old_version(stage)
    yield
    stage.ok("GET", f"{version}/download")


def restore_version(stage: Stage) -> Iterator[None]:
    version = old_version(stage)
    yield
    stage.ok("POST", f"{version}/restore")


def name_version(stage: Stage) -> Iterator[None]:
    version = old_version(stage)
    yield
    stage.ok("PATCH", version, {"name": "as it was"})


def delete_version(stage: Stage) -> Iterator[None]:
    version = old_version(stage)
    yield
    stage.ok("DELETE", version)


VERSION_ACTS: Sequence[tuple[str, Act]] = (
    ("complete a file that replaces one", replace_file),
    ("the same, with 30 versions before it", replace_often),
    ("list two versions", list_versions),
    ("download a version", download_version),
    ("restore a version", restore_version),
    ("name a version", name_version),
    ("delete a version", delete_version),
)
