"""`flask seed` fills a drive with small files by the way of any upload, on both engines."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from smartdrive.domain.samples import sample_files, sample_folders
from smartdrive.domain.types import UNKNOWN
from tests.web.both import moto_site
from tests.web.site import Person, Program, Site, make_site

FILES, FOLDERS = 24, 4


@pytest.fixture(params=["embedded", "moto"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    if request.param == "embedded":
        yield make_site(tmp_path / "data")
    else:
        yield from moto_site(tmp_path)


def seed(site: Site, *more: str) -> tuple[int, str]:
    runner: FlaskCliRunner = site.app.test_cli_runner()
    done = runner.invoke(args=["seed", *more])
    return done.exit_code, done.output


def below(api: Program, folder: str = "root") -> Iterator[dict[str, object]]:
    for item in api.get(f"/api/folders/{folder}?limit=200").json["items"]:
        yield item
        if item["kind"] == "folder":
            yield from below(api, item["id"])


def test_a_drive_of_many_files(site: Site) -> None:
    ada, bob = site.person("ada"), site.person("bob")
    code, said = seed(site, "--files", str(FILES), "--folders", str(FOLDERS))
    assert (code, f"has {FILES} files and {FOLDERS} folders more" in said) == (0, True), said
    found = list(below(ada.api))
    assert Counter(each["kind"] for each in found) == {"file": FILES, "folder": FOLDERS}
    files = [each for each in found if each["kind"] == "file"]
    assert len({each["type"] for each in files} - {UNKNOWN}) > 5
    assert not all(str(each["name"]).isascii() for each in files)
    assert site.services.fsck.run(between=0).clean
    assert list(below(bob.api)) == []
    again = seed(site, "--files", str(FILES), "--folders", str(FOLDERS))[1]
    assert f"has 0 files and 0 folders more: 0 bytes, in 0 s. {FILES} were there before." in again
    api = ada.api
    assert api.get("/api/me/usage").json["used"] == sum(int(str(each["size"])) for each in files)
    api.delete(f"/api/files/{files[0]['id']}")
    assert "has 1 files and 0 folders more" in seed(site, "--files", str(FILES), "--folders", str(FOLDERS))[1]


def test_somebody_else_s_drive(tmp_path: Path) -> None:
    site = make_site(tmp_path / "data")
    people: list[Person] = [site.person(name) for name in ("ada", "bob")]
    assert seed(site, "--files", "3", "--user", "BOB@example.com")[0] == 0
    assert [sum(each["kind"] == "file" for each in below(person.api)) for person in people] == [0, 3]


def test_nothing_is_begun_where_the_room_is_too_small(tmp_path: Path) -> None:  # SECURITY 46
    site = make_site(tmp_path / "data", quota=500)
    ada = site.person("ada")
    code, said = seed(site, "--files", "30")
    assert (code, "Error: This takes" in said, "and 500 are free." in said) == (1, True, True), said
    assert ada.api.get("/api/me/usage").json["used"] == 0
    assert all(each["kind"] == "folder" for each in below(ada.api))


def test_whose_drive_must_be_known(tmp_path: Path) -> None:
    site = make_site(tmp_path / "data")
    assert seed(site, "--files", "1") == (
        1,
        "Error: There is no account yet. Make the first one: flask user add EMAIL.\n",
    )
    site.person("ada")
    said = "Error: There is no account with the address nobody@example.com.\n"
    assert seed(site, "--files", "1", "--user", "nobody@example.com") == (1, said)
    assert seed(site, "--files", "0")[0] == 2


@pytest.mark.parametrize(("files", "folders"), [(1, 1), (10, 1), (34, 5), (7, 9), (1000, 91), (110_000, 10_000)])
def test_as_many_as_were_asked_for(files: int, folders: int) -> None:
    made = list(sample_folders(files, folders))
    assert (len(made), sum(each.files for each in made)) == (folders, files)
    assert all(each.above is None or each.above < at for at, each in enumerate(made))
    assert [each for each in enumerate(made) if each[1].files < 0] == []


def test_names_are_the_same_each_time_and_each_is_another() -> None:
    some = [list(sample_files(folder, 300)) for folder in (0, 1, 0)]
    assert some[0] == some[2]
    names = [each.name for files in some[:2] for each in files]
    assert len(set(names)) == 600
