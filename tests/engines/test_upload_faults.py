"""U1 to U14 on DynamoDB and S3: bytes go to presigned addresses of another origin, which are hurt like the drive."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import MANY_ACCOUNTS, browser, playwright  # noqa: F401
from tests.browser.desks import Stand
from tests.browser.drives import ROOT, clean_environment, running_drive
from tests.browser.faults import FaultProxy
from tests.browser.upload_faults import UploadFaults
from tests.engines.conftest import Engines


def prepare(settings: dict[str, str]) -> None:
    """The table and the bucket, made as an operator makes them."""
    for command in ("create-table", "create-bucket"):
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", command],
            cwd=ROOT,
            env=clean_environment(settings),
            check=True,
            timeout=60,
        )


def settings_of(engines: Engines, *, public_url: str, s3_url: str) -> dict[str, str]:
    name = f"drive-{secrets.token_hex(6)}"
    return {
        **MANY_ACCOUNTS,
        **engines.credentials(),
        "SMARTDRIVE_ENGINE": "aws",
        "SMARTDRIVE_SECRET": secrets.token_hex(32),
        "SMARTDRIVE_PUBLIC_URL": public_url,
        "SMARTDRIVE_TABLE": name,
        "SMARTDRIVE_BUCKET": name,
        "SMARTDRIVE_REGION": engines.region,
        "SMARTDRIVE_DYNAMODB_URL": engines.dynamodb_url,
        "SMARTDRIVE_S3_URL": s3_url,
    }


@pytest.mark.engines
@pytest.mark.browser
class TestAws(UploadFaults):
    """The drive and its storage each behind a proxy of their own."""

    @pytest.fixture(scope="class")
    def stand(self, engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
        upstream = urlsplit(engines.s3_url).port or 80
        with FaultProxy().running() as app, FaultProxy(upstream=upstream).running() as store:
            settings = settings_of(engines, public_url=app.url, s3_url=store.url)
            prepare(settings)
            with running_drive(tmp_path_factory.mktemp("drive"), settings) as url:
                app.upstream = urlsplit(url).port or 80
                yield Stand(app, [store])
