"""U1 to U14 on DynamoDB and S3: bytes go to presigned addresses of another origin, which are hurt like the drive."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.browser.desks import Stand
from tests.browser.drives import running_drive
from tests.browser.faults import FaultProxy
from tests.browser.upload_faults import UploadFaults
from tests.engines.aws import prepare, settings_of
from tests.engines.conftest import Engines


@pytest.fixture(scope="module")
def stand(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """The drive and its storage each behind a proxy of their own."""
    upstream = urlsplit(engines.s3_url).port or 80
    with FaultProxy().running() as app, FaultProxy(upstream=upstream).running() as store:
        settings = settings_of(engines, public_url=app.url, s3_url=store.url)
        prepare(settings)
        with running_drive(tmp_path_factory.mktemp("drive"), settings) as url:
            app.upstream = urlsplit(url).port or 80
            yield Stand(app, [store])


@pytest.mark.engines
@pytest.mark.browser
class TestAws(UploadFaults):
    """Bytes go past the drive, straight to storage."""
