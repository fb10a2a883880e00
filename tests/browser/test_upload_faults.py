"""U1 to U14 on the embedded engine."""

import pytest

from tests.browser.upload_faults import UploadFaults


@pytest.mark.browser
class TestEmbedded(UploadFaults):
    """Bytes go to the drive's own door."""
