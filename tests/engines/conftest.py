"""Where the real engines answer: `tools/engines.sh start`, then the lines of `tools/engines.sh env`."""

import os
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Engines:
    """Addresses and the one key pair that both servers take."""

    dynamodb_url: str
    s3_url: str
    key: str
    secret: str
    region: str
    sts_key: str
    """With which the S3 server seals the sessions that it makes."""

    def credentials(self) -> dict[str, str]:
        """What a child process needs so that boto3 finds the key pair and asks nobody else."""
        return {
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@pytest.fixture(scope="session")
def engines() -> Engines:
    """A run without the engines is a mistake in how it was called, so it fails and says what to do."""
    names = ("DYNAMODB_URL", "S3_URL", "S3_KEY", "S3_SECRET", "REGION", "STS_KEY")
    given = [os.environ.get(f"DRIVE_TEST_{name}", "") for name in names]
    if not all(given):
        pytest.fail("start the engines first: make test-engines", pytrace=False)
    return Engines(*given)
