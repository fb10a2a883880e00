"""The bucket's rules, as a real S3 server enforces them."""

import pytest
import requests

from smartdrive.storage.s3 import S3
from smartdrive.storage.s3_bucket import create_bucket
from tests.contract.stores import new_key
from tests.engines.conftest import Engines

HOME = "https://drive.example"

pytestmark = pytest.mark.engines


@pytest.fixture
def put_address(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> str:
    """A signed PUT into a bucket that was made for the pages at HOME."""
    for name, value in engines.credentials().items():
        monkeypatch.setenv(name, value)
    bucket = "rules-" + new_key()[:12]
    create_bucket(bucket, region=engines.region, endpoint=engines.s3_url, public_url=HOME)
    store = S3(bucket, region=engines.region, endpoint=engines.s3_url)
    return store.sign_parts(store.plan_put(new_key(), size=1, part_size=10), [1], expires_in=60)[1].url


@pytest.mark.parametrize(("origin", "allowed"), [(HOME, HOME), ("https://evil.example", None)])
def test_only_our_own_pages_may_put_from_a_browser(put_address: str, origin: str, allowed: str | None) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
    answer = requests.options(put_address, headers=asked, timeout=60)
    assert answer.headers.get("Access-Control-Allow-Origin") == allowed


def test_nobody_reads_without_a_signature(put_address: str) -> None:
    assert requests.put(put_address, data=b"x", timeout=60).status_code == 200
    bare = put_address.split("?", maxsplit=1)[0]
    assert requests.get(bare, timeout=60).status_code == 403
    assert requests.get(bare.rsplit("/", 1)[0], timeout=60).status_code == 403
