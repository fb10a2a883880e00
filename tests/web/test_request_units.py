"""What each act costs on DynamoDB and S3 is what `docs/aws-costs.md` says, and nothing grows with folder or drive."""
# request units

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.web.acts import ACTS, BATCHES, GROWING, make_folder
from tests.web.both import REAL, moto_site, real_site
from tests.web.list_acts import LISTS
from tests.web.metering import Bill, Meter
from tests.web.stage import LARGE, Act, Stage, bill_of

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "aws-costs.md"
MANY = 2000 if REAL else 200
"""Entries of a large folder. moto goes through the whole table for each query: there are fewer, and without words."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A drive with next to nothing in it."""
    for site in (real_site if REAL else moto_site)(tmp_path_factory.mktemp("site")):
        site.app.config["JWT_ACCESS_TOKEN_EXPIRES"] = timedelta(days=1)  # all of it may take longer than a token lives
        stage = Stage(site, site.person("alice"), Meter(site.services))
        stage.here, stage.there = stage.folder(), stage.folder()
        yield stage


def figures(bill: Bill) -> list[str]:
    """Calls to either engine and units, as a row of the document says them."""
    return [str(bill.count("dynamodb")), str(bill.count("s3")), f"{bill.reads:g}", f"{bill.writes:g}"]


def documented() -> dict[str, list[str]]:
    """The table of the document by act: calls to DynamoDB, to S3, one after another, read units, write units."""
    rows = [line.strip("| ").split(" | ") for line in DOCUMENT.read_text().splitlines() if line.startswith("| ")]
    return {name: cells for name, *cells in rows if cells[0].isdigit()}


MEASURED = [*ACTS, *(BATCHES if REAL else []), *LISTS]


@pytest.mark.parametrize(("name", "act"), MEASURED, ids=[name for name, _ in MEASURED])
def test_an_act_costs_what_the_document_says(stage: Stage, name: str, act: Act) -> None:
    dynamodb, s3, trips, reads, writes = documented()[name]
    bill = stage.meter.patiently(lambda: bill_of(stage, act), trips=int(trips))
    row = [*figures(bill)[:2], str(bill.trips), *figures(bill)[2:]]
    assert figures(bill) == [dynamodb, s3, reads, writes], f"| {' | '.join([name, *row])} |"
    assert bill.trips <= int(trips), f"| {' | '.join([name, *row])} |"


def test_the_document_has_no_other_acts() -> None:
    assert documented().keys() == {name for name, _ in (*ACTS, *BATCHES, *LISTS)}


def test_nothing_grows_with_the_folder_or_the_drive(stage: Stage) -> None:
    """And every write costs what the engine itself says, where it says it."""
    acts = GROWING if REAL else GROWING[::6]
    stage.fill(stage.here, 5)
    small = {name: bill_of(stage, act) for name, act in acts}
    stage.fill(stage.folder(), MANY, with_words=REAL)
    stage.fill(stage.here, MANY, with_words=REAL)
    large = {name: bill_of(stage, act) for name, act in acts}
    assert {name: figures(bill) for name, bill in large.items()} == {
        name: figures(bill) for name, bill in small.items()
    }
    written = [call for bill in (*small.values(), *large.values()) for call in bill.calls if call.writes]
    assert [call for call in written if call.told != call.writes] == [] or not REAL


def test_a_level_further_down_costs_one_read_at_most(stage: Stage) -> None:
    above = bill_of(stage, make_folder)
    here, levels = stage.here, 18
    for _ in range(levels):
        stage.here = stage.folder(stage.here)
    try:
        below = bill_of(stage, make_folder)
    finally:
        stage.here = here
    assert below.reads - above.reads <= levels
    assert below.writes == above.writes


def test_a_process_that_knows_the_folders_reads_none_of_them_however_deep(stage: Stage) -> None:
    def bill(folder: str) -> Bill:
        stage.ok("GET", f"/api/folders/{folder}?limit=1")
        with stage.meter.measuring() as found:
            stage.ok("GET", f"/api/folders/{folder}?limit=1")
        return found

    folders = [stage.folder("root")]
    for _ in range(50):
        folders.append(stage.folder(folders[-1]))
    high, low = bill(folders[0]), bill(folders[-1])
    assert (low.reads, low.trips) == (high.reads, high.trips)
    assert low.reads <= 2 + 2 + 1 + 1, "the session and the person, the thing and the tree version, the list, the stars"


def test_pages_of_a_list_of_parts_are_asked_for_at_once(stage: Stage) -> None:
    objects = stage.site.services.objects
    plan = objects.plan_put("o" + stage.site.services.ids(), size=2500, part_size=1)

    def listed() -> Bill:
        with stage.meter.measuring() as bill:
            assert objects.list_parts(plan) == []
        return bill

    bill = stage.meter.patiently(listed, trips=1)
    assert (bill.count("s3"), bill.trips) == (3, 1)


def test_files_in_parts_are_begun_together(stage: Stage) -> None:
    items = [stage.wanted(LARGE) for _ in range(12)]
    with stage.meter.measuring() as bill:
        answer = stage.ok("POST", "/api/uploads/batch", {"items": items})
    assert {each["status"] for each in answer["results"]} == {201}
    assert bill.count("s3") == 12
    assert bill.trips < 12
