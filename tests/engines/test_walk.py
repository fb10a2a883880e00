"""A file's whole way on real DynamoDB and S3 servers: bytes go to presigned addresses of another origin."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from smartdrive.storage.s3 import S3
from tests.browser.houses import House
from tests.browser.luggage import pack
from tests.browser.photos import ARTEFACTS, WIDE, Photos
from tests.browser.walking import Walk
from tests.engines.aws import aws_house
from tests.engines.conftest import Engines

pytestmark = [pytest.mark.engines, pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def house(engines: Engines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    for name, value in engines.credentials().items():
        monkeypatch.setenv(name, value)
    with aws_house(engines, tmp_path) as house:
        yield house
    empty(house)


def empty(house: House) -> None:
    """The S3 server keeps its objects in memory."""
    store = S3(house.settings.bucket, region=house.settings.region, endpoint=house.settings.s3_url)
    for stored in list(store.keys()):
        store.delete(stored.key)


def test_the_whole_way(browser: Browser, house: House, tmp_path: Path) -> None:
    luggage = pack(tmp_path, size=200_000_000, count=30)
    walk = Walk(browser, house, luggage, Photos(ARTEFACTS / "walk" / "engines", "light"), WIDE)
    walk.arrive()
    walk.upload()
    assert house.storage != house.url, "bytes and pages must be of different origins here"
    assert len(walk.eyes.puts) > len(luggage.small)
    assert all(put.startswith(f"{house.storage}/") and "X-Amz-Signature=" in put for put in walk.eyes.puts)
    walk.restart()
    walk.find()
    walk.fetch()
    walk.tidy()
    walk.bin()
    walk.let_end(walk.share())
    walk.revoke()
    luggage.large.unlink()
    assert walk.eyes.wrong == []
