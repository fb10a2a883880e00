"""U1 to U14 on DynamoDB and S3: bytes go to presigned addresses of another origin, which are hurt like the drive."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import browser, playwright  # noqa: F401
from tests.browser.desks import Stand
from tests.browser.drives import running_drive
from tests.browser.faults import FaultProxy
from tests.browser.upload_faults import UploadFaults
from tests.engines.aws import prepare, settings_of
from tests.engines.conftest import Engines


@pytest.mark.engines
@pytest.mark.browser
class TestAws(UploadFaults):
    """Bytes go past the drive, straight to storage."""
