"""The template as it stands, made by MiniStack, and the drive on exactly what that made.

MiniStack checks types, parameters and rules, and really makes table, bucket, secret, roles, network, load balancer,
scaling group, logs and alarms. It drops the table's TTL and point-in-time recovery and the bucket's lifecycle, starts
no instances, and knows no single instance; `tests/aws` reads all that from the template.
"""

import secrets
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from deploy.aws import stack as tool
from smartdrive.storage.dynamodb_table import table_faults
from tests.aws.template import GIVEN
from tests.engines.conftest import Engines
from tests.web.site import make_site

pytestmark = pytest.mark.engines


@pytest.fixture
def stack(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of a stack that stands."""
    given = {**engines.credentials(), "AWS_ENDPOINT_URL": engines.dynamodb_url, "AWS_DEFAULT_REGION": engines.region}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    name = f"drive-{secrets.token_hex(4)}"
    boto3.client("ssm").put_parameter(Name=f"/{name}/image", Value="ami-0123456789abcdef0", Type="String")
    zone = boto3.client("route53").create_hosted_zone(Name="example.org", CallerReference=name)["HostedZone"]["Id"]
    parameters = {**GIVEN, "Image": f"/{name}/image", "HostedZoneId": zone.split("/")[-1]}
    assert tool.main(["up", name, *(f"{key}={value}" for key, value in parameters.items())]) == 0
    yield name
    bucket = outputs(name)["BucketName"]
    assert tool.main(["down", name, "--yes", "--delete-data", bucket]) == 0


def outputs(name: str) -> dict[str, str]:
    (found,) = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}


def test_the_drive_runs_on_what_the_template_made(stack: str, engines: Engines, tmp_path: Path) -> None:
    made = outputs(stack)
    faults = table_faults(made["TableName"], region=engines.region, endpoint=engines.dynamodb_url)
    assert [fault for fault in faults if "TTL" not in fault and "recovery" not in fault] == []
    s3 = boto3.client("s3")
    closed = s3.get_public_access_block(Bucket=made["BucketName"])["PublicAccessBlockConfiguration"]
    assert set(closed.values()) == {True}
    assert s3.get_bucket_versioning(Bucket=made["BucketName"])["Status"] == "Enabled"
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=made["BucketName"])["Policy"]
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=made["SecretArn"])["SecretString"]
    assert len(secret) == 64
    resources = boto3.client("cloudformation").list_stack_resources(StackName=stack)["StackResourceSummaries"]
    assert len(resources) > 35
    assert {each["ResourceStatus"] for each in resources} == {"CREATE_COMPLETE"}
    site = make_site(
        tmp_path / "data",
        engine="aws",
        region=engines.region,
        table=made["TableName"],
        bucket=made["BucketName"],
        public_url=made["Url"],
        dynamodb_url=engines.dynamodb_url,
        s3_url=engines.dynamodb_url,
    )
    answer = site.app.test_client().get("/status/ready", headers={"Host": GIVEN["DomainName"]})
    assert answer.get_json() == {"status": "ready"}
