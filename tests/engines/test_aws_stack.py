"""The template as it stands, made by MiniStack, and the drive on exactly what that made.

MiniStack checks types, parameters and rules, and really makes table, bucket, secret, roles, network, load balancer,
scaling group, logs and alarms. It drops the table's TTL and point-in-time recovery and the bucket's lifecycle, starts
no instances, and knows no single instance and no rule of a security group by itself, so the one that leads from the
load balancer to the instances is left out here; `tests/aws` reads all that from the template.
"""

import io
import re
import secrets
from pathlib import Path

import boto3
import pytest

from deploy.aws import stack as tool
from smartdrive.storage.dynamodb_table import create_table, table_faults
from tests.aws.documents import commands
from tests.aws.template import GIVEN, PATH
from tests.engines.conftest import Engines
from tests.web.site import make_site

pytestmark = pytest.mark.engines


@pytest.fixture
def name(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of a stack; whatever is asked of AWS from here on is asked of MiniStack."""
    given = {**engines.credentials(), "AWS_ENDPOINT_URL": engines.dynamodb_url, "AWS_DEFAULT_REGION": engines.region}
    for each, value in given.items():
        monkeypatch.setenv(each, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return f"drive-{secrets.token_hex(4)}"


@pytest.fixture(autouse=True)
def without_the_rule_by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    words, found = re.subn(r"^  BalancerToInstances:\n(    .*\n)+", "", PATH.read_text("utf-8"), flags=re.MULTILINE)
    assert found == 1
    (tmp_path / "template.yaml").write_text(words, "utf-8")
    monkeypatch.setattr(tool, "TEMPLATE", tmp_path / "template.yaml")


@pytest.fixture
def documented(name: str) -> list[list[str]]:
    """The commands of the document; only its zone and AWS's own parameter of the image are ones that there are.

    The latter has to be named with an update, too: MiniStack tells the image that it leads to for its value.
    """
    image = f"/{name}/image"
    boto3.client("ssm").put_parameter(Name=image, Value="ami-0123456789abcdef0", Type="String")
    zone = boto3.client("route53").create_hosted_zone(Name="example.org", CallerReference=name)["HostedZone"]["Id"]
    there = f"HostedZoneId={zone.split('/')[-1]}"
    up, update, down = [
        [there if word.startswith("HostedZoneId=") else word for word in said] for said in commands(name)
    ]
    return [[*up, f"Image={image}"], [*update, f"Image={image}"], down]


def outputs(name: str) -> dict[str, str]:
    (found,) = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}


def test_a_stack_of_the_documents_commands(
    name: str,
    documented: list[list[str]],
    engines: Engines,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Up, the drive on it, changed, away; then up again with the names that were printed, and away with its data."""
    up, update, down = documented
    assert tool.main(up) == 0
    the_drive_runs_on_what_was_made(name, engines, tmp_path)
    assert tool.main(update) == 0
    assert parameters(name)["ReleaseUrl"].endswith("-1.1.tar.gz")
    bucket, secret = outputs(name)["BucketName"], outputs(name)["SecretArn"]
    # What MiniStack left out of the table, `flask create-table` adds: a table without it is not adopted.
    create_table(outputs(name)["TableName"], region=engines.region, endpoint=engines.dynamodb_url)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{name}\n"))
    capsys.readouterr()
    assert tool.main(down) == 0
    adopted = re.findall(r"Existing\w+=[^\s\"]+", capsys.readouterr().out)
    assert len(adopted) == 3
    # `!Ref` of a secret is its ARN at AWS, and its name at MiniStack.
    arn = boto3.client("secretsmanager").describe_secret(SecretId=secret)["ARN"]
    adopted = [word.replace(f"ExistingSecret={secret}", f"ExistingSecret={arn}") for word in adopted]
    assert tool.main([*up, *adopted]) == 0
    assert outputs(name)["BucketName"] == bucket
    assert tool.main([*down, "--yes", "--delete-data", bucket]) == 0
    assert bucket not in [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]]


def parameters(name: str) -> dict[str, str]:
    (found,) = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return {each["ParameterKey"]: each["ParameterValue"] for each in found["Parameters"]}


def the_drive_runs_on_what_was_made(stack: str, engines: Engines, tmp_path: Path) -> None:
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
