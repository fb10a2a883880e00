"""`make aws-up`, `aws-update` and `aws-down` on moto's CloudFormation.

moto makes and deletes most of what the template names, yet knows no secrets, alarms and bucket policies in a stack, no
`RetainExceptOnCreate`, and cannot change instances: where a test changes or removes a stack, the template is cut down
to its data, and the kept is marked `Retain`.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from deploy.aws import stack as tool
from smartdrive import create_app, settings, wiring
from smartdrive.storage.dynamodb_table import create_table
from smartdrive.storage.s3_bucket import create_bucket
from tests.aws.template import GIVEN

REGION = "eu-central-1"
NAME = "drive"
PARAMETERS = [f"{name}={value}" for name, value in GIVEN.items() if name not in {"Image", "HostedZoneId"}]
pytestmark = pytest.mark.filterwarnings("ignore:Tried to parse:UserWarning")


@pytest.fixture
def earlier_drive(cloud: Any) -> dict[str, str]:
    """What an earlier stack left behind, as parameters that adopt it."""
    create_table("old", region=REGION, endpoint=None)
    create_bucket("old-drive", region=REGION, endpoint=None, public_url="https://before.example")
    s3 = boto3.client("s3")
    for body in (b"one", b"two"):
        s3.put_object(Bucket="old-drive", Key="o1", Body=body)
    s3.delete_object(Bucket="old-drive", Key="o1")
    secret = boto3.client("secretsmanager").create_secret(Name="old", SecretString="0123456789abcdef" * 4)["ARN"]
    return {"ExistingBucket": "old-drive", "ExistingTable": "old", "ExistingSecret": secret}


def words_of(parameters: dict[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in parameters.items()]


def outputs(cloud: Any) -> dict[str, str]:
    (found,) = cloud.describe_stacks(StackName=NAME)["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in found["Outputs"]}


def stands(cloud: Any) -> bool:
    try:
        return bool(cloud.describe_stacks(StackName=NAME)["Stacks"])
    except ClientError:
        return False


def test_the_drive_runs_on_what_the_whole_template_makes(cloud: Any, capsys: pytest.CaptureFixture[str]) -> None:
    zone = boto3.client("route53").create_hosted_zone(Name="example.org", CallerReference="1")["HostedZone"]["Id"]
    assert tool.main(["up", NAME, *PARAMETERS, f"HostedZoneId={zone.split('/')[-1]}", *network()]) == 0
    said = capsys.readouterr().out
    made = outputs(cloud)
    assert re.search(r"^Url: +https://drive\.example\.org$", said, re.MULTILINE)
    app = create_app(
        services=wiring.build(
            settings.load(
                engine="aws",
                region=REGION,
                table=made["TableName"],
                bucket=made["BucketName"],
                public_url=made["Url"],
                secret="0123456789abcdef" * 4,
            )
        )
    )
    assert app.test_client().get("/status/ready", headers={"Host": "drive.example.org"}).get_json() == {
        "status": "ready"
    }
    assert tool.main(["up", NAME]) == 1
    assert "stands already" in capsys.readouterr().err


def network() -> list[str]:
    """A given one: moto cannot divide addresses."""
    ec2 = boto3.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = ",".join(
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("ab")
    )
    return [f"VpcId={vpc}", "VpcCidr=10.0.0.0/16", f"BalancerSubnets={subnets}", f"InstanceSubnets={subnets}"]


@pytest.mark.usefixtures("data_alone")
def test_data_is_kept_and_said_how_to_go_on_with(
    cloud: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tool.main(["up", NAME, *PARAMETERS]) == 0
    made = outputs(cloud)
    monkeypatch.setattr("sys.stdin", io.StringIO("another\n"))
    assert tool.main(["down", NAME]) == 1
    assert stands(cloud)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{NAME}\n"))
    assert tool.main(["down", NAME]) == 0
    assert not stands(cloud)
    assert f"ExistingBucket={made['BucketName']} ExistingTable={made['TableName']}" in capsys.readouterr().out
    assert boto3.client("dynamodb").list_tables()["TableNames"] == [made["TableName"]]
    assert [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]] == [made["BucketName"]]
    assert tool.main(["down", NAME, "--yes"]) == 1
    assert "There is no stack drive" in capsys.readouterr().err


@pytest.mark.usefixtures("data_alone")
def test_an_earlier_drive_is_gone_on_with_changed_and_ended_when_told(
    cloud: Any,
    earlier_drive: dict[str, str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert tool.main(["up", NAME, *PARAMETERS, "Quota=5GB", *words_of(earlier_drive)]) == 0
    assert tool.main(["update", NAME, "Registration=open"]) == 0
    (found,) = cloud.describe_stacks(StackName=NAME)["Stacks"]
    parameters = {each["ParameterKey"]: each["ParameterValue"] for each in found["Parameters"]}
    assert (parameters["Quota"], parameters["Registration"]) == ("5GB", "open")
    assert [outputs(cloud)[name] for name in ("BucketName", "TableName", "SecretArn")] == [*earlier_drive.values()]
    assert opened_to("old-drive") == ["https://drive.example.org"]
    assert tool.main(["update", NAME, "DomainName=new.example.org"]) == 0
    assert opened_to("old-drive") == ["https://new.example.org"]
    s3 = boto3.client("s3")
    assert tool.main(["down", NAME, "--yes", "--delete-data", "another"]) == 1
    assert "nothing was done" in capsys.readouterr().err
    assert stands(cloud)
    assert len(s3.list_object_versions(Bucket="old-drive")["Versions"]) == 2
    other = words_of(earlier_drive | {"ExistingTable": "another"})
    assert tool.main(["down", NAME, *other, "--yes", "--delete-data", "old-drive"]) == 1
    assert "ExistingTable of the stack drive is old: nothing was done" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{NAME}\n"))
    assert tool.main(["down", NAME, "--delete-data", "old-drive"]) == 0
    said = capsys.readouterr().out
    assert f"and its data for good: {' '.join(words_of(earlier_drive))}. Type its name" in said
    assert data_is_gone()
    (again,) = re.findall(r"^  make aws-down STACK=drive DELETE_DATA=old-drive SET=\"(.*)\"$", said, re.MULTILINE)
    assert tool.main(["down", NAME, *again.split(), "--yes", "--delete-data", "old-drive"]) == 0
    assert tool.main(["down", NAME, "--yes", "--delete-data", "old-drive"]) == 1
    assert "name by its three Existing… names" in capsys.readouterr().err


def opened_to(bucket: str) -> list[str]:
    (cors,) = boto3.client("s3").get_bucket_cors(Bucket=bucket)["CORSRules"]
    return cors["AllowedOrigins"]


def data_is_gone() -> bool:
    secrets = boto3.client("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"]
    assert [each for each in secrets if "DeletedDate" not in each] == []
    return not boto3.client("s3").list_buckets()["Buckets"] + boto3.client("dynamodb").list_tables()["TableNames"]


def test_deleting_data_goes_on_where_it_broke_off(
    cloud: Any, earlier_drive: dict[str, str], session: boto3.session.Session, capsys: pytest.CaptureFixture[str]
) -> None:
    """The stack is gone, and the bucket; table and secret are named."""
    dynamodb = boto3.client("dynamodb")
    dynamodb.update_table(TableName="old", DeletionProtectionEnabled=True)
    ending = ["down", NAME, *words_of(earlier_drive), "--yes", "--delete-data", "old-drive"]
    assert not stands(cloud)
    with cut(session, "dynamodb.DescribeTable"):
        assert tool.main(ending) == 1
    assert boto3.client("s3").list_buckets()["Buckets"] == []
    assert "DELETE_DATA=old-drive" in capsys.readouterr().out
    assert tool.main(ending) == 0
    assert data_is_gone()


@contextmanager
def cut(session: boto3.session.Session, call: str) -> Iterator[None]:
    """The line to AWS breaks in this call."""

    def fail(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://dynamodb.example.org")

    session.events.register(f"before-call.{call}", fail)
    yield
    session.events.unregister(f"before-call.{call}", fail)


def test_what_names_no_drive_is_refused_before_anything_is_done(
    cloud: Any, earlier_drive: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    nameless = [word for word in PARAMETERS if not word.startswith("DomainName")]
    for words in (nameless, [*nameless, "DomainName="]):
        assert tool.main(["up", NAME, *words, *words_of(earlier_drive)]) == 1
        assert capsys.readouterr().err == "Name the drive: DomainName=drive.example.org\n"
    assert not stands(cloud)
    assert opened_to("old-drive") == ["https://before.example"]


def test_data_that_no_drive_can_go_on_with_is_refused_before_anything_is_made(
    cloud: Any, earlier_drive: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value, sentence in (
        ("ExistingSecret", "", "name ExistingSecret too"),
        ("ExistingTable", "nowhere", "The table nowhere does not exist"),
        ("ExistingBucket", "nowhere", "Not Found"),
        ("ExistingSecret", "nowhere", "find the specified secret"),
        ("ExistingSecret", "old", f"by its whole ARN, for rights are given by it: {earlier_drive['ExistingSecret']}"),
    ):
        assert tool.main(["up", NAME, *PARAMETERS, *words_of(earlier_drive | {name: value})]) == 1
        assert sentence in capsys.readouterr().err
        assert not stands(cloud)
    boto3.client("secretsmanager").delete_secret(SecretId="old")
    assert tool.main(["up", NAME, *PARAMETERS, *words_of(earlier_drive)]) == 1
    assert "restore-secret brings it back" in capsys.readouterr().err
    assert opened_to("old-drive") == ["https://before.example"]


@pytest.mark.usefixtures("cloud")
def test_a_parameter_without_a_value_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert tool.main(["up", NAME, "DomainName"]) == 1
    assert capsys.readouterr().err == "Write Name=value, not DomainName.\n"
