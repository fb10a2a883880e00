"""What the doctor says of bucket, table and instance as they stand at AWS, each with what mends it."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import boto3
import pytest
from botocore.exceptions import ClientError

from smartdrive.domain.checks import Check
from smartdrive.settings import Settings
from smartdrive.storage.dynamodb_table import create_table, table_faults, unguarded
from smartdrive.storage.ec2_look import hops_check
from smartdrive.storage.s3_bucket import create_bucket
from smartdrive.storage.s3_bucket_look import bucket_checks
from smartdrive.wiring import bucket_checks as asked_of
from tests.in_thread import in_thread
from tests.stand_in import KEYS, moto

REGION = "eu-central-1"
URL = "https://drive.example"
CLOSED = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True}
EXPIRING = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}}


@pytest.fixture
def bucket() -> Iterator[Any]:
    with moto():
        create_bucket("drive", region=REGION, endpoint=None, public_url=URL)
        yield boto3.client("s3", region_name=REGION)


def looked() -> dict[str, Check]:
    return {check.name: check for check in bucket_checks("drive", region=REGION, public_url=URL)}


def wrong() -> list[str]:
    return [name for name, check in looked().items() if not check.well]


def test_a_bucket_as_the_drive_makes_it(bucket: Any) -> None:
    assert wrong() == []
    assert list(looked()) == ["closed", "encrypted", "versioned", "lifecycle", "origins"]


def test_each_thing_that_is_taken_away_is_missed(bucket: Any) -> None:
    bucket.put_public_access_block(Bucket="drive", PublicAccessBlockConfiguration=CLOSED | {"BlockPublicPolicy": False})
    assert "BlockPublicPolicy" in looked()["closed"].sentence
    bucket.delete_public_access_block(Bucket="drive")
    bucket.put_bucket_versioning(Bucket="drive", VersioningConfiguration={"Status": "Suspended"})
    bucket.delete_bucket_lifecycle(Bucket="drive")
    bucket.put_bucket_cors(
        Bucket="drive", CORSConfiguration={"CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}]}
    )
    assert wrong() == ["closed", "versioned", "lifecycle", "origins"]
    assert all("create-bucket" in check.fix for check in looked().values() if not check.well)


@pytest.mark.parametrize(
    "end",
    [
        {"NoncurrentVersionExpiration": {"NoncurrentDays": 30}},
        {"Expiration": {"Days": 365}},
        {"Transitions": [{"Days": 30, "StorageClass": "GLACIER"}]},
    ],
)
def test_a_rule_that_takes_files_away(bucket: Any, end: dict[str, Any]) -> None:
    bucket.put_bucket_lifecycle_configuration(Bucket="drive", LifecycleConfiguration={"Rules": [EXPIRING | end]})
    assert "The lifecycle rule old takes files away" in looked()["lifecycle"].sentence
    assert "Remove that rule" in looked()["lifecycle"].fix


def test_a_right_that_lacks_is_named(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """moto knows no rights: the client answers here as AWS does."""

    def denied(*_: object) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "GetBucketVersioning")

    monkeypatch.setattr("smartdrive.storage.s3_bucket_look._versioned", denied)
    check = looked()["versioned"]
    assert "s3:GetBucketVersioning is lacking" in check.sentence
    assert "DoctorPolicyArn" in check.fix


def test_a_table_that_anybody_may_delete_by_mistake() -> None:
    with moto():
        create_table("drive", region=REGION, endpoint=None)
        (sentence,) = unguarded("drive", region=REGION)
        assert "aws dynamodb update-table --table-name drive --deletion-protection-enabled" in sentence
        table = boto3.client("dynamodb", region_name=REGION)
        table.update_table(TableName="drive", DeletionProtectionEnabled=True)
        assert unguarded("drive", region=REGION) == []
        table.update_continuous_backups(
            TableName="drive", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False}
        )
        assert table_faults("drive", region=REGION, endpoint=None) == [
            "The table drive has no backups: turn on point-in-time recovery."
        ]


class Ec2(BaseHTTPRequestHandler):
    """Says of each instance how far its metadata goes: as many hops as its number ends with; none may look at nine."""

    def do_POST(self) -> None:
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["InstanceId.1"][0]
        status, body = (403, DENIED) if asked.endswith("9") else (200, TOLD.format(asked, asked[-1]))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


DENIED = "<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></Response>"
TOLD = (
    "<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>{}</instanceId><metadataOptions>"
    "<httpPutResponseHopLimit>{}</httpPutResponseHopLimit></metadataOptions></item></instancesSet></item>"
    "</reservationSet></DescribeInstancesResponse>"
)


def test_how_far_metadata_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in KEYS.items():
        monkeypatch.setenv(name, text)
    with in_thread(ThreadingHTTPServer(("127.0.0.1", 0), Ec2)) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", f"http://127.0.0.1:{server.server_port}")
        near, far, closed = (hops_check(f"i-{number}", region=REGION) for number in (1, 2, 9))
    assert near.well
    assert "2 hops" in far.sentence
    assert far.fix.endswith("--instance-id i-2 --http-put-response-hop-limit 1")
    assert "ec2:DescribeInstances is lacking" in closed.sentence


def test_what_only_talks_like_s3_is_not_asked() -> None:
    settings = Settings(
        _env_file=None, engine="aws", bucket="b", s3_url="http://127.0.0.1:1", public_url=URL, secret="0123456789" * 4
    )
    assert list(asked_of(settings)) == []
