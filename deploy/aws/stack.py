"""`make aws-up`, `aws-update` and `aws-down`: the stack of template.yaml made, changed and taken away.

Region and credentials come from where every AWS tool takes them. The drive's data (bucket, table, secret) outlives the
stack; `up` goes on with it when told its names, and only `down --delete-data` ends it.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deploy.aws import data as drives
from deploy.aws.cloud import NEVER_STOOD, Refused, Stack
from smartdrive.ports.table import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef

TEMPLATE = Path(__file__).with_name("template.yaml")


def up(stack: Stack, given: Mapping[str, str]) -> None:
    """Make the stack, with data of its own or with that of an earlier drive."""
    found = stack.found()
    if found and found["StackStatus"] not in NEVER_STOOD:
        status = found["StackStatus"]
        raise Refused(f"The stack {stack.name} stands already ({status}): change it with make aws-update.")
    _has_a_name(given)
    drives.look_at_adopted(stack, given)
    if found:
        _clear(stack)
    print(f"Making the stack {stack.name} in {stack.region}; that takes about ten minutes …")
    stack.cloud.create_stack(
        StackName=stack.name,
        TemplateBody=TEMPLATE.read_text("utf-8"),
        Parameters=_spoken(given),
        Capabilities=["CAPABILITY_IAM"],
    )
    try:
        stack.wait("stack_create_complete")
    except Refused as refused:
        raise Refused(f"{refused}\nmake aws-up takes away what is left of it before it begins anew.") from refused
    _done(stack, given)


def update(stack: Stack, given: Mapping[str, str]) -> None:
    """Bring the stack to this template and these parameters; those that are not named stay as they are."""
    found = stack.standing()
    if found["StackStatus"] in NEVER_STOOD:
        raise Refused(f"The stack {stack.name} never stood: make aws-up takes away what is left and begins anew.")
    wanted = {**drives.parameters(found), **given}
    _has_a_name(wanted)
    try:
        stack.cloud.update_stack(
            StackName=stack.name,
            TemplateBody=TEMPLATE.read_text("utf-8"),
            Parameters=_spoken(wanted),
            Capabilities=["CAPABILITY_IAM"],
        )
        print(f"Changing the stack {stack.name}; instances go one by one …")
        stack.wait("stack_update_complete")
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise
        print(f"The stack {stack.name} is as it should be: nothing to do.")
    _done(stack, wanted)


def down(stack: Stack, given: Mapping[str, str], *, ask: Callable[[str], str], delete_data: str) -> None:
    """Take the stack away once its name was typed; data goes only when its bucket is named as well.

    A stack that is gone has left data whose names are `given` then. What a first creation made that failed is nobody's
    data, and goes with it.
    """
    found = stack.found() if delete_data else stack.standing()
    data = _data_of(stack, found) if found else drives.named(given)
    _look_at_what_goes(stack, given, data=data, delete_data=delete_data)
    kept = "bucket, table and secret are kept." if data else "there is no data."
    goes = f"and its data for good: {drives.words_of(data)}." if delete_data else kept
    if ask(f"Instances, load balancer and logs of {stack.name} go; {goes} Type its name to go on: ") != stack.name:
        raise Refused(f"That is not {stack.name}: nothing was done.")
    if found:
        _take_away(stack, found)
    if delete_data:
        print("Deleting the data. Should this break off, it goes on with")
        print(f'  make aws-down STACK={stack.name} DELETE_DATA={delete_data} SET="{drives.words_of(data)}"')
        drives.end(stack, data)
        print(f"The stack and its data are gone; the secret can be restored for {drives.SECRET_DAYS} days.")
    elif data:
        print("The stack is gone; bucket, table and secret are kept. A drive that goes on with them:")
        print(f'  make aws-up STACK={stack.name} SET="… {drives.words_of(data)}"')


def _data_of(stack: Stack, found: "StackTypeDef") -> dict[str, str]:
    """Asked of its resources, for outputs has only a stack that came to its end."""
    adopted = drives.named(drives.parameters(found))
    return adopted if found["StackStatus"] in NEVER_STOOD else {**drives.made_by(stack), **adopted}


def _look_at_what_goes(stack: Stack, given: Mapping[str, str], *, data: Mapping[str, str], delete_data: str) -> None:
    """Raises Refused when other data is named than the stack's."""
    for name, value in drives.named(given).items():
        if data.get(name) != value:
            raise Refused(f"{name} of the stack {stack.name} is {data.get(name, 'none')}: nothing was done.")
    bucket = data.get("ExistingBucket", "")
    if delete_data and not bucket:
        raise Refused(f"{stack.name} has no data here. What an earlier one left, name by its three Existing… names.")
    if delete_data and delete_data != bucket:
        raise Refused(f"--delete-data must name the drive's bucket, {bucket}: nothing was done.")


def _take_away(stack: Stack, found: "StackTypeDef") -> None:
    if found["StackStatus"] in NEVER_STOOD:
        _clear(stack)
        return
    print(f"Taking the stack {stack.name} away …")
    stack.delete()


def _clear(stack: Stack) -> None:
    """Take away what is left of a first creation that failed.

    AWS means to take it back by itself and is stopped by the table's protection. Deleted as it is, the stack would
    leave a table behind that holds nothing and that nobody knows by name.
    """
    print(f"Taking away what is left of the stack {stack.name} that could not be made …")
    drives.end(stack, drives.made_by(stack))
    stack.delete()


def _has_a_name(given: Mapping[str, str]) -> None:
    if not given.get("DomainName"):
        raise Refused("Name the drive: DomainName=drive.example.org")


def _done(stack: Stack, given: Mapping[str, str]) -> None:
    """Only now is the bucket opened to the drive's name: a stack that goes back leaves it as it was."""
    drives.open_bucket(stack, given)
    for each in stack.standing().get("Outputs", []):
        print(f"{each['OutputKey'] + ':':17}{each['OutputValue']}")


def _parameters(words: Sequence[str]) -> dict[str, str]:
    """`Name=value` each. Raises Refused for anything else."""
    if wrong := [word for word in words if "=" not in word]:
        raise Refused(f"Write Name=value, not {wrong[0]}.")
    return dict(word.split("=", 1) for word in words)


def _spoken(parameters: Mapping[str, str]) -> list["ParameterTypeDef"]:
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]


def _asked(question: str) -> str:
    return input(question).strip()


def _do(arguments: argparse.Namespace) -> None:
    stack = Stack(arguments.name, boto3.session.Session())
    given = _parameters(arguments.parameters)
    match arguments.act:
        case "up":
            up(stack, given)
        case "update":
            update(stack, given)
        case "down":
            ask = (lambda _: stack.name) if arguments.yes else _asked
            down(stack, given, ask=ask, delete_data=arguments.delete_data)


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
