"""Twenty programs at once upon one thing or one name, on both engines: as if they had come in some order."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.web.both import moto_site
from tests.web.site import Program, Site, make_site

CLIENTS = 20
DEPTHS = {"embedded": [1, 2, 3, 4, 5, 6] * 3, "moto": [1, 6]}
TWINS = ["Été", unicodedata.normalize("NFD", "Été"), "ÉTÉ", "été", unicodedata.normalize("NFD", "éTé")]


@pytest.fixture(params=DEPTHS)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def site(engine: str, tmp_path: Path) -> Iterator[Site]:
    if engine == "embedded":
        yield make_site(tmp_path / "data")
    else:
        yield from moto_site(tmp_path / "data")


@pytest.fixture
def api(site: Site) -> Program:
    user, password = site.account("alice")
    return site.program(user.email, password)


def at_once(acts: list[Callable[[], TestResponse]]) -> list[int]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return [answer.status_code for answer in pool.map(lambda act: act(), acts)]


def folder(api: Program, name: str, parent: str = "root") -> str:
    return str(api.post("/api/folders", {"parent": parent, "name": name}).json["folder"]["id"])


def store(api: Program, path: str) -> str:
    return str(api.post("/api/files", query_string={"filename": path}, data=b"12345").json["file"]["id"])


def names(api: Program, at: str) -> list[str]:
    return [item["name"] for item in api.get(f"/api/folders/{at}").json["items"]]


def sound(site: Site) -> None:
    report = site.services.fsck.run(between=0)
    assert report.clean, report.findings


def chain(steps: list[tuple[str, str]], start: str) -> str:
    """Where steps lead that each go on where another has led to; each leads to a place of its own."""
    left, here = dict(steps), start
    assert len(left) == len(steps), "two went on from the same"
    while here in left:
        here = left.pop(here)
    assert not left, "some went on from where nobody had led to"
    return here


def test_one_thing_has_one_story(site: Site, api: Program) -> None:
    """SECURITY 46, 47: each act goes on from what another left, and one of the deletions is the last of all."""
    file = store(api, "one")
    folders = [folder(api, f"folder {number}") for number in range(10)]
    path = f"/api/files/{file}"
    renames = [lambda n=n: api.patch(path, {"name": f"name {n}"}) for n in range(10)]  # type: ignore[misc]
    moves = [lambda each=each: api.patch(path, {"parent": each}) for each in folders]  # type: ignore[misc]
    answers = at_once([*renames[:6], *moves[:6]])
    assert set(answers) <= {200, 409}
    answers += at_once([*renames[6:], *moves[6:], *[lambda: api.delete(path)] * (CLIENTS - 8)])
    assert Counter(answers[-(CLIENTS - 8) :]) == {204: 1, 404: CLIENTS - 9}
    assert set(answers) <= {200, 204, 404, 409}
    [row] = api.get("/api/trash").json["items"]
    events = api.get(f"/api/activity?item={file}&limit=200").json["items"]
    told = Counter(each["action"] for each in events)
    assert told["trash"] == 1
    assert told["rename"] + told["move"] <= answers.count(200)
    check_story(api, events, file=file, name=row["name"])
    sound(site)


def check_story(api: Program, events: list[dict[str, Any]], *, file: str, name: str) -> None:
    """Names and folders before and after each act follow from one another, up to what the trash says."""
    renamed = [(each["before"]["name"], each["name"]) for each in events if "name" in each["before"]]
    moved = [(each["before"]["parent"], each["parent"]) for each in events if "parent" in each["before"]]
    top = api.get("/api/folders/root").json["folder"]["id"]
    assert chain(renamed, "one") == name
    end = chain(moved, top)
    assert api.post(f"/api/trash/{file}/restore").json["file"]["parent"] == end


def test_twins_have_one_name_between_them(site: Site, api: Program) -> None:
    """SECURITY 29: made, renamed, moved, copied, uploaded, in any spelling that is the same name: one comes first."""
    to = folder(api, "to")
    renamed = [store(api, f"to/file {number}") for number in range(4)]
    homes = [folder(api, f"home {number}") for number in range(4)]
    moved = [store(api, f"home {number}/{TWINS[number]}") for number in range(4)]
    before = api.get("/api/me/usage").json["used"]
    acts: list[Callable[[], TestResponse]] = []
    for n in range(4):
        twin = TWINS[n + 1]
        acts += [
            lambda twin=twin: api.post("/api/folders", {"parent": to, "name": twin}),  # type: ignore[misc]
            lambda n=n, twin=twin: api.patch(f"/api/files/{renamed[n]}", {"name": twin}),  # type: ignore[misc]
            lambda n=n: api.patch(f"/api/files/{moved[n]}", {"parent": to}),  # type: ignore[misc]
            lambda n=n: api.post(f"/api/files/{moved[n]}/copy", {"parent": to, "conflict": "ask"}),  # type: ignore[misc]
            lambda twin=twin: api.post(  # type: ignore[misc]
                "/api/files", query_string={"filename": f"to/{twin}", "conflict": "ask"}, data=b"67890"
            ),
        ]
    answers = at_once(acts)
    assert sum(status in (200, 201) for status in answers) == 1, answers
    assert Counter(answers)[409] == CLIENTS - 1, answers
    here = names(api, to)
    assert len([name for name in here if not name.startswith("file ")]) == 1
    everywhere = len(here) + sum(len(names(api, home)) for home in homes)
    assert everywhere in (8, 9)
    assert api.get("/api/me/usage").json["used"] in (before, before + 5)
    sound(site)


def test_no_two_moves_make_a_cycle(site: Site, api: Program, engine: str) -> None:
    """SECURITY 48: to the end of one another, at depths from 1 to 6."""
    tops = [folder(api, side) for side in "AB"]
    levels = [tops]
    for level in range(5):
        levels.append([folder(api, f"{level}", end) for end in levels[-1]])
    for depth in DEPTHS[engine]:
        one_round(api, tops, levels[depth - 1], depth=depth)
    assert names(api, "root") == ["A", "B"]


def one_round(api: Program, tops: list[str], ends: list[str], *, depth: int) -> None:
    answers = at_once(
        [
            lambda: api.patch(f"/api/folders/{tops[0]}", {"parent": ends[1]}),
            lambda: api.patch(f"/api/folders/{tops[1]}", {"parent": ends[0]}),
        ]
    )
    assert sorted(answers) == [200, 409]
    moved = tops[answers.index(200)]
    assert len(api.get(f"/api/folders/{moved}").json["trail"]) == depth + 2
    assert api.patch(f"/api/folders/{moved}", {"parent": "root"}).status_code == 200
