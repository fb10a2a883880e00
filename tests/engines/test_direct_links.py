"""A direct link on a real S3 server: anybody opens it, and the server itself refuses it after its end."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from smartdrive.domain.http_names import disposition
from smartdrive.storage.s3 import S3
from tests.web.both import real_site
from tests.web.site import Site

pytestmark = pytest.mark.engines
NAME = "Ünïted – 計画.txt"


class Leaving(S3):
    """A bucket signed for with credentials that are about to end."""

    ends = datetime.max.replace(tzinfo=UTC)

    def signing_ends(self) -> datetime:
        return self.ends


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    yield from real_site(tmp_path / "data")


def test_it_opens_until_its_end_and_not_after(site: Site) -> None:
    alice = site.person("alice")  # SECURITY 30, 39
    file = alice.api.post(f"/api/files?filename={NAME}", data=b"the plan").json["file"]["id"]
    settings = site.services.settings
    bucket = Leaving(settings.bucket, region=settings.region, endpoint=settings.s3_url)
    bucket.ends = site.clock.moment + timedelta(seconds=6)
    made = replace(site.services.files, objects=bucket).direct(alice.user, file, seconds=7 * 24 * 3600)
    assert made.expires <= bucket.ends
    answer = requests.get(made.url, timeout=60)
    assert (answer.status_code, answer.content) == (200, b"the plan")
    assert answer.headers["Content-Disposition"].encode("latin-1").decode() == disposition(NAME, inline=False)
    time.sleep(7)
    assert requests.get(made.url, timeout=60).status_code == 403
    week = replace(site.services.files, objects=site.services.objects).direct(alice.user, file, seconds=7 * 24 * 3600)
    assert requests.get(week.url, timeout=60).status_code == 200
