"""What AWS makes of a stack that does not come up, which no stand-in plays: its answers are said here by Stubber.

The data it left behind is moto's.
"""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from deploy.aws import cloud as tools
from deploy.aws import stack as tool
from smartdrive.storage.dynamodb_table import create_table
from smartdrive.storage.s3_bucket import create_bucket
from tests.aws.template import GIVEN

REGION = "eu-central-1"
NAME = "drive"
ID = f"arn:aws:cloudformation:{REGION}:123456789012:stack/{NAME}/1"
PARAMETERS = [f"{name}={value}" for name, value in GIVEN.items()]
GONE = ("describe_stacks", "ValidationError", f"Stack with id {NAME} does not exist")


@pytest.fixture
def aws(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    """What CloudFormation says, in this order; all of it has to be asked for."""
    monkeypatch.setattr(tool.Stack, "cloud", cloud)
    with Stubber(cloud) as answers:
        yield answers
        answers.assert_no_pending_responses()


def stand(status: str, **more: Any) -> dict[str, Any]:
    return {
        "Stacks": [{"StackName": NAME, "StackStatus": status, "CreationTime": "2026-11-22T00:00:00Z", "StackId": ID}]
    } | more


def event(status: str, about: str, reason: str = "") -> dict[str, Any]:
    return {
        "StackId": ID,
        "EventId": status + about,
        "StackName": NAME,
        "Timestamp": "2026-11-22T00:00:00Z",
        "LogicalResourceId": about,
        "PhysicalResourceId": ID if about == NAME else about,
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


def resources(made: dict[str, str], status: str = "DELETE_FAILED") -> dict[str, Any]:
    return {
        "StackResourceSummaries": [
            {
                "LogicalResourceId": name,
                "PhysicalResourceId": physical,
                "ResourceType": "AWS::Some::Thing",
                "LastUpdatedTimestamp": "2026-11-22T00:00:00Z",
                "ResourceStatus": status,
            }
            for name, physical in made.items()
        ]
    }


def left_behind() -> dict[str, str]:
    """The table is protected, as the template asks for."""
    create_table("left", region=REGION, endpoint=None)
    boto3.client("dynamodb").update_table(TableName="left", DeletionProtectionEnabled=True)
    create_bucket("left-behind", region=REGION, endpoint=None, public_url="https://drive.example.org")
    secret = boto3.client("secretsmanager").create_secret(Name="left", SecretString="0123456789abcdef" * 4)["ARN"]
    return {"Table": "left", "Bucket": "left-behind", "Secret": secret}


def nothing_is_left() -> bool:
    secrets = boto3.client("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"]
    assert [each for each in secrets if "DeletedDate" not in each] == []
    return not boto3.client("dynamodb").list_tables()["TableNames"] + boto3.client("s3").list_buckets()["Buckets"]


@pytest.mark.parametrize("status", ["ROLLBACK_FAILED", "ROLLBACK_COMPLETE"])
def test_a_creation_that_failed_is_taken_away_and_begun_anew(aws: Stubber, status: str) -> None:
    """AWS could not take the protected table back, and changes no such stack: only what is left can go."""
    made = left_behind() if status == "ROLLBACK_FAILED" else {}
    aws.add_response("describe_stacks", stand(status))
    aws.add_response("list_stack_resources", resources(made))
    aws.add_response("delete_stack", {}, {"StackName": NAME})
    aws.add_client_error(*GONE)
    aws.add_response("create_stack", {"StackId": ID})
    aws.add_response("describe_stacks", stand("CREATE_COMPLETE"))
    aws.add_response("describe_stacks", stand("CREATE_COMPLETE"))
    assert tool.main(["up", NAME, *PARAMETERS]) == 0
    assert nothing_is_left()


def test_a_creation_that_failed_leaves_nothing_nameless_when_it_is_given_up(
    aws: Stubber, capsys: pytest.CaptureFixture[str]
) -> None:
    aws.add_response("describe_stacks", stand("ROLLBACK_FAILED"))
    aws.add_response("list_stack_resources", resources(left_behind()))
    aws.add_response("delete_stack", {}, {"StackName": NAME})
    aws.add_client_error(*GONE)
    assert tool.main(["down", NAME, "--yes"]) == 0
    assert nothing_is_left()
    assert "are kept" not in capsys.readouterr().out


def test_data_of_an_earlier_drive_outlives_a_creation_that_failed(
    aws: Stubber, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was adopted, not made: no resource of the stack."""
    old = left_behind()
    adopted = [{"ParameterKey": f"Existing{part}", "ParameterValue": name} for part, name in old.items()]
    found = stand("ROLLBACK_FAILED")
    found["Stacks"][0]["Parameters"] = adopted
    aws.add_response("describe_stacks", found)
    aws.add_response("list_stack_resources", resources({"Balancer": "b"}))
    aws.add_response("delete_stack", {}, {"StackName": NAME})
    aws.add_client_error(*GONE)
    assert tool.main(["down", NAME, "--yes"]) == 0
    assert boto3.client("dynamodb").list_tables()["TableNames"] == ["left"]
    assert "ExistingTable=left" in capsys.readouterr().out


def test_a_stack_without_outputs_can_be_ended_with_its_data(aws: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    """Such as one that is being made still."""
    aws.add_response("describe_stacks", stand("CREATE_IN_PROGRESS"))
    aws.add_response("list_stack_resources", resources(left_behind(), "CREATE_COMPLETE"))
    aws.add_response("delete_stack", {}, {"StackName": NAME})
    aws.add_client_error(*GONE)
    assert tool.main(["down", NAME, "--yes", "--delete-data", "left-behind"]) == 0
    assert nothing_is_left()
    assert "ExistingBucket=left-behind ExistingTable=left ExistingSecret=arn:" in capsys.readouterr().out


def test_a_stack_that_never_stood_is_not_changed(aws: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    aws.add_response("describe_stacks", stand("ROLLBACK_FAILED"))
    assert tool.main(["update", NAME]) == 1
    assert "never stood: make aws-up" in capsys.readouterr().err


def test_what_failed_is_told_and_nothing_of_before(aws: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    happened = [
        event("UPDATE_ROLLBACK_COMPLETE", NAME),
        event("UPDATE_FAILED", "Alarms", "second"),
        event("UPDATE_FAILED", "Instances", "no signal"),
        event("UPDATE_IN_PROGRESS", NAME, "User Initiated"),
        event("CREATE_FAILED", "Bucket", "long ago"),
    ]
    aws.add_response("describe_stacks", told_of("CREATE_COMPLETE"))
    aws.add_response("update_stack", {"StackId": ID})
    aws.add_response("describe_stacks", stand("UPDATE_ROLLBACK_COMPLETE"))
    aws.add_response("describe_stack_events", {"StackEvents": happened[:2], "NextToken": "more"})
    aws.add_response("describe_stack_events", {"StackEvents": happened[2:]})
    assert tool.main(["update", NAME]) == 1
    said = capsys.readouterr().err
    assert said == "The stack drive did not get there:\n  Instances: no signal\n  Alarms: second\n"


def told_of(status: str) -> dict[str, Any]:
    found = stand(status)
    found["Stacks"][0]["Parameters"] = [{"ParameterKey": "DomainName", "ParameterValue": "drive.example.org"}]
    return found


def test_a_creation_that_fails_says_what_to_do(aws: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    aws.add_client_error(*GONE)
    aws.add_response("create_stack", {"StackId": ID})
    aws.add_response("describe_stacks", stand("ROLLBACK_FAILED"))
    happened = [event("CREATE_FAILED", "Instances", "no signal"), event("CREATE_IN_PROGRESS", NAME)]
    aws.add_response("describe_stack_events", {"StackEvents": happened})
    assert tool.main(["up", NAME, *PARAMETERS]) == 1
    said = capsys.readouterr().err
    assert "Instances: no signal\n" in said
    assert "make aws-up takes away what is left" in said


def test_an_update_that_changes_nothing_is_no_failure(aws: Stubber, capsys: pytest.CaptureFixture[str]) -> None:
    """AWS says so by an error, moto does not."""
    aws.add_response("describe_stacks", told_of("CREATE_COMPLETE"))
    aws.add_client_error("update_stack", "ValidationError", "No updates are to be performed.")
    aws.add_response("describe_stacks", stand("CREATE_COMPLETE"))
    assert tool.main(["update", NAME]) == 0
    assert "nothing to do" in capsys.readouterr().out


def test_a_stack_of_many_instances_is_waited_for() -> None:
    """They roll one by one, and each may take as long as the template lets it."""
    hours = tools.PATIENCE["Delay"] * tools.PATIENCE["MaxAttempts"] / 3600
    assert hours * 60 / 20 >= 30
