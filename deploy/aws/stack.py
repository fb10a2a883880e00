"""`make aws-up`, `aws-update` and `aws-down`: the stack of template.yaml made, changed and taken away.

Region and credentials come from where every AWS tool takes them. The drive's data (bucket, table, secret) outlives the
stack; `up` goes on with it when told its names, and only `down --delete-data` ends it.
"""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from smartdrive.ports.table import Unavailable
from smartdrive.storage.dynamodb_table import table_faults
from smartdrive.storage.s3_bucket import create_bucket

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef

TEMPLATE = Path(__file__).with_name("template.yaml")
DATA = {"ExistingBucket": "BucketName", "ExistingTable": "TableName", "ExistingSecret": "SecretArn"}
"""Parameters that name the data of an earlier drive, and the outputs that tell them."""
DELETED_AT_ONCE = 1000
SECRET_DAYS = 7
"""Days in which a deleted secret can still be restored; AWS takes no fewer."""


class Refused(Exception):
    """What was asked cannot be done; the text says why and what to do."""


@dataclass(frozen=True)
class Stack:
    """One stack by its name, in the session's region."""

    name: str
    session: boto3.session.Session

    @cached_property
    def cloud(self) -> "CloudFormationClient":
        """The client for stacks."""
        return self.session.client("cloudformation")

    @property
    def region(self) -> str:
        """Where everything is made. Raises Refused when nobody has said."""
        if not self.session.region_name:
            raise Refused("Name the region: AWS_DEFAULT_REGION=eu-central-1, or in ~/.aws/config.")
        return self.session.region_name

    def found(self) -> "StackTypeDef | None":
        """The stack as it stands, None when there is none."""
        try:
            return self.cloud.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" not in str(error):
                raise
            return None

    def standing(self) -> "StackTypeDef":
        """The stack as it stands. Raises Refused when there is none."""
        found = self.found()
        if found is None:
            raise Refused(f"There is no stack {self.name} in {self.region}: make it with make aws-up.")
        return found

    def wait(self, event: Any) -> None:  # noqa: ANN401 - one of boto3's names of waiters
        """Return when the stack got there. Raises Refused with what failed."""
        try:
            self.cloud.get_waiter(event).wait(StackName=self.name)
        except WaiterError as error:
            reasons = "\n".join(f"  {reason}" for reason in self._failures())
            raise Refused(f"The stack {self.name} did not get there:\n{reasons or error}") from error

    def _failures(self) -> Iterable[str]:
        for event in self.cloud.describe_stack_events(StackName=self.name)["StackEvents"]:
            if event.get("ResourceStatus", "").endswith("_FAILED"):
                yield f"{event.get('LogicalResourceId')}: {event.get('ResourceStatusReason', 'no reason is told')}"


def up(stack: Stack, given: Mapping[str, str]) -> None:
    """Make the stack, with data of its own or with that of an earlier drive."""
    found = stack.found()
    if found and found["StackStatus"] != "ROLLBACK_COMPLETE":
        raise Refused(f"The stack {stack.name} stands already: change it with make aws-update.")
    _look_at_adopted(stack, given)
    if found:
        print(f"Taking away what is left of the stack {stack.name} that could not be made …")
        _delete(stack)
    print(f"Making the stack {stack.name} in {stack.region}; that takes about ten minutes …")
    stack.cloud.create_stack(
        StackName=stack.name,
        TemplateBody=TEMPLATE.read_text("utf-8"),
        Parameters=_spoken(given),
        Capabilities=["CAPABILITY_IAM"],
    )
    stack.wait("stack_create_complete")
    _tell(stack.standing())


def update(stack: Stack, given: Mapping[str, str]) -> None:
    """Bring the stack to this template and these parameters; those that are not named stay as they are."""
    before = {each["ParameterKey"]: each["ParameterValue"] for each in stack.standing().get("Parameters", [])}
    try:
        stack.cloud.update_stack(
            StackName=stack.name,
            TemplateBody=TEMPLATE.read_text("utf-8"),
            Parameters=_spoken({**before, **given}),
            Capabilities=["CAPABILITY_IAM"],
        )
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise
        print(f"The stack {stack.name} is as it should be: nothing to do.")
        return
    print(f"Changing the stack {stack.name}; instances go one by one …")
    stack.wait("stack_update_complete")
    _tell(stack.standing())


def down(stack: Stack, *, agreed: str, delete_data: str) -> None:
    """Take the stack away once its name was typed; data goes only when its bucket is named as well."""
    data = _outputs(stack.standing())
    if delete_data and delete_data != data.get("BucketName"):
        raise Refused(f"--delete-data must name the stack's bucket, {data.get('BucketName')}: nothing was done.")
    if agreed != stack.name:
        raise Refused(f"That is not {stack.name}: nothing was done.")
    print(f"Taking the stack {stack.name} away …")
    _delete(stack)
    if delete_data:
        _delete_data(stack, data)
        return
    adopted = " ".join(f"{name}={data[output]}" for name, output in DATA.items() if output in data)
    print("The stack is gone; bucket, table and secret are kept. A drive that goes on with them:")
    print(f'  make aws-up STACK={stack.name} SET="… {adopted}"')


def _delete(stack: Stack) -> None:
    stack.cloud.delete_stack(StackName=stack.name)
    stack.wait("stack_delete_complete")


def _look_at_adopted(stack: Stack, given: Mapping[str, str]) -> None:
    """Refuse data that no drive could go on with, before anything is made, and open the bucket to the new name."""
    named = {name: given[name] for name in DATA if given.get(name)}
    if not named:
        return
    if lacking := sorted(DATA.keys() - named.keys()):
        raise Refused(f"Data is adopted whole: name {' and '.join(lacking)} too.")
    if faults := table_faults(named["ExistingTable"], region=stack.region, endpoint=None):
        raise Refused("\n".join(faults))
    try:
        stack.session.client("s3").head_bucket(Bucket=named["ExistingBucket"])
        stack.session.client("secretsmanager").describe_secret(SecretId=named["ExistingSecret"])
    except ClientError as error:
        raise Refused(f"Bucket and secret must be there, in this account and region: {error}") from error
    url = f"https://{given.get('DomainName', '')}"
    create_bucket(named["ExistingBucket"], region=stack.region, endpoint=None, public_url=url)


def _delete_data(stack: Stack, data: Mapping[str, str]) -> None:
    _empty(stack, data["BucketName"])
    stack.session.client("s3").delete_bucket(Bucket=data["BucketName"])
    dynamodb = stack.session.client("dynamodb")
    dynamodb.update_table(TableName=data["TableName"], DeletionProtectionEnabled=False)
    dynamodb.get_waiter("table_exists").wait(TableName=data["TableName"])
    dynamodb.delete_table(TableName=data["TableName"])
    secrets = stack.session.client("secretsmanager")
    secrets.delete_secret(SecretId=data["SecretArn"], RecoveryWindowInDays=SECRET_DAYS)
    print(f"The stack and its data are gone; the secret can be restored for {SECRET_DAYS} days.")


def _empty(stack: Stack, bucket: str) -> None:
    """Delete every version of every object."""
    s3 = stack.session.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, PaginationConfig={"PageSize": DELETED_AT_ONCE}
    ):
        versions: list[Any] = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        named: Any = [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in versions]
        if not named:
            continue
        failed = s3.delete_objects(Bucket=bucket, Delete={"Objects": named, "Quiet": True}).get("Errors")
        if failed:
            raise Refused(f"{len(failed)} objects of {bucket} could not be deleted: {failed[0].get('Message', '')}")


def _outputs(stack: "StackTypeDef") -> dict[str, str]:
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}


def _tell(stack: "StackTypeDef") -> None:
    for name, value in _outputs(stack).items():
        print(f"{name + ':':17}{value}")


def _parameters(words: Sequence[str]) -> dict[str, str]:
    """`Name=value` each. Raises Refused for anything else."""
    if wrong := [word for word in words if "=" not in word]:
        raise Refused(f"Write Name=value, not {wrong[0]}.")
    return dict(word.split("=", 1) for word in words)


def _spoken(parameters: Mapping[str, str]) -> list["ParameterTypeDef"]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]


def _asked(arguments: argparse.Namespace) -> str:
    if arguments.yes:
        return str(arguments.name)
    return input(f"Instances, load balancer and logs of {arguments.name} go. Type its name to go on: ").strip()


def _do(arguments: argparse.Namespace) -> None:
    stack = Stack(arguments.name, boto3.session.Session())
    match arguments.act:
        case "up":
            up(stack, _parameters(arguments.parameters))
        case "update":
            update(stack, _parameters(arguments.parameters))
        case "down":
            stack.standing()
            down(stack, agreed=_asked(arguments), delete_data=arguments.delete_data)


def main(words: Sequence[str]) -> int:
    """Do what the command line asks; 0 when it was done."""
    parser = argparse.ArgumentParser(prog="deploy.aws.stack", description=__doc__)
    parser.add_argument("act", choices=["up", "update", "down"])
    parser.add_argument("name", help="name of the stack")
    parser.add_argument("parameters", nargs="*", metavar="Name=value", help="parameters of template.yaml")
    parser.add_argument("--yes", action="store_true", help="down: do not ask")
    parser.add_argument("--delete-data", default="", metavar="BUCKET", help="down: delete bucket, table and secret too")
    try:
        _do(parser.parse_args(words))
    except (Refused, ClientError, BotoCoreError, Unavailable) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
