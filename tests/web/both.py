"""The application on either engine: SQLite and disk, and DynamoDB and S3 as real servers here play them.

The real servers are there when `make test-engines` has started them; moto serves for a few acts in every run.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.web.site import Site, make_site

PUBLIC_URL = "http://127.0.0.1:8000"
REAL = "DRIVE_TEST_DYNAMODB_URL" in os.environ
ENGINES = ["embedded", *(["engines"] if REAL else [])]


def keys(key: str, secret: str) -> dict[str, str]:
    """What boto3 finds in the environment, so that it asks nobody else."""
    return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_EC2_METADATA_DISABLED": "true"}


def aws_site(folder: Path, *, region: str, urls: Mapping[str, str], **more: int) -> Site:
    """A table and a bucket of their own, and the application on them; an empty address is moto."""
    from smartdrive.storage.dynamodb_table import create_table
    from smartdrive.storage.s3_bucket import create_bucket

    name = f"drive-{secrets.token_hex(4)}"
    create_table(name, region=region, endpoint=urls.get("dynamodb_url"))
    create_bucket(name, region=region, endpoint=urls.get("s3_url"), public_url=PUBLIC_URL)
    settings = {"engine": "aws", "table": name, "bucket": name, "region": region, "public_url": PUBLIC_URL}
    return make_site(folder, **settings, **urls, **more)


def real_site(folder: Path, **more: int) -> Iterator[Site]:
    """The application on the servers that `tools/engines.sh` started."""
    given = {
        name: os.environ[f"DRIVE_TEST_{name}"] for name in ("DYNAMODB_URL", "S3_URL", "REGION", "S3_KEY", "S3_SECRET")
    }
    urls = {"dynamodb_url": given["DYNAMODB_URL"], "s3_url": given["S3_URL"]}
    with patch.dict("os.environ", keys(given["S3_KEY"], given["S3_SECRET"])):
        yield aws_site(folder, region=given["REGION"], urls=urls, **more)


def moto_site(folder: Path) -> Iterator[Site]:
    """The application on moto, in this process."""
    from tests.stand_in import moto

    with moto():
        yield aws_site(folder, region="eu-central-1", urls={})


@pytest.fixture(params=ENGINES)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """The application, once on each engine that is there."""
    if request.param == "embedded":
        yield make_site(tmp_path / "data")
    else:
        yield from real_site(tmp_path / "data")
