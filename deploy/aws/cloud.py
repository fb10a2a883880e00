"""A stack of CloudFormation: whether it stands, what it is made of, and waiting until it got somewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError, WaiterError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef, StackTypeDef

PATIENCE: Any = {"Delay": 30, "MaxAttempts": 1440}
"""Twelve hours, in looks 30 seconds apart: instances roll one by one, and each may take 20 minutes to answer."""
BEGINNINGS = {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"}
"""What a stack's own event says when somebody told it to do something; going back by itself has other words."""
NEVER_STOOD = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}
"""A first creation that failed. In the latter something could not be taken back; neither can be changed."""


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

    def made(self) -> dict[str, str]:
        """AWS's names of the resources that the stack made and that are there still, by those of the template."""
        pages = self.cloud.get_paginator("list_stack_resources").paginate(StackName=self.name)
        return {
            each["LogicalResourceId"]: each.get("PhysicalResourceId", "")
            for page in pages
            for each in page["StackResourceSummaries"]
            if each["ResourceStatus"] != "DELETE_COMPLETE" and each.get("PhysicalResourceId")
        }

    def delete(self) -> None:
        """Take it away, and return when it is gone."""
        self.cloud.delete_stack(StackName=self.name)
        self.wait("stack_delete_complete")

    def wait(self, event: Any) -> None:  # noqa: ANN401 - one of boto3's names of waiters
        """Return when the stack got there. Raises Refused with what failed."""
        try:
            self.cloud.get_waiter(event).wait(StackName=self.name, WaiterConfig=PATIENCE)
        except WaiterError as error:
            failed = [
                f"  {each.get('LogicalResourceId')}: {each.get('ResourceStatusReason', 'no reason is told')}"
                for each in self._happened()
                if each.get("ResourceStatus", "").endswith("_FAILED")
            ]
            reasons = "\n".join(reversed(failed))
            raise Refused(f"The stack {self.name} did not get there:\n{reasons or error}") from error

    def _happened(self) -> "Iterator[StackEventTypeDef]":
        """The events since the stack was last told to do something, the newest first."""
        for page in self.cloud.get_paginator("describe_stack_events").paginate(StackName=self.name):
            for event in page["StackEvents"]:
                yield event
                if event.get("PhysicalResourceId") == event["StackId"] and event.get("ResourceStatus") in BEGINNINGS:
                    return
