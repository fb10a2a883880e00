"""A file's whole way through the embedded drive in a real browser: two gigabytes, a thousand small ones, a restart."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.houses import House, embedded_house
from tests.browser.luggage import pack
from tests.browser.photos import ARTEFACTS, NARROW, WIDE, Photos, Scheme
from tests.browser.walking import Walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]
MOST_GROWTH = 50_000_000


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with embedded_house(tmp_path / "data") as house:
        yield house
    remove_large(tmp_path)


def remove_large(place: Path) -> None:
    """pytest keeps the folders of its last runs; gigabytes are not worth keeping."""
    for path in place.rglob("*"):
        if path.is_file() and path.stat().st_size > 1_000_000:
            path.unlink()


@pytest.mark.parametrize(
    ("width", "scheme", "size", "count"),
    [(WIDE, "light", 2_000_000_000, 1000), (NARROW, "dark", 40_000_000, 30)],
    ids=["wide", "narrow"],
)
def test_the_whole_way(
    browser: Browser, house: House, tmp_path: Path, width: int, scheme: Scheme, size: int, count: int
) -> None:
    luggage = pack(tmp_path, size=size, count=count)
    walk = Walk(browser, house, luggage, Photos(ARTEFACTS / "walk" / f"{width}", scheme), width)
    walk.arrive()
    house.warm()
    with house.watched() as upward:  # SECURITY 42
        walk.upload()
    assert upward.bytes < MOST_GROWTH
    walk.restart()
    walk.find()
    house.warm()
    with house.watched() as downward:  # SECURITY 42
        walk.fetch()
    assert downward.bytes < MOST_GROWTH
    walk.tidy()
    walk.bin()
    walk.let_end(walk.share())
    walk.revoke()
    assert walk.eyes.wrong == []
