"""The data of a drive, which outlives its stack: what it is called, whether a drive can go on with it, and its end.

Wherever data is handed on here, it stands under the parameters that adopt it: `{"ExistingBucket": …}`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from deploy.aws.cloud import Refused, Stack
from smartdrive.storage.dynamodb_table import table_faults
from smartdrive.storage.s3_bucket import create_bucket

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef
    from mypy_boto3_s3 import S3Client

PARTS = {"ExistingBucket": "Bucket", "ExistingTable": "Table", "ExistingSecret": "Secret"}
"""Parameters that name the data of an earlier drive, and the resources that are made where they do not."""
DELETED_AT_ONCE = 1000
SECRET_DAYS = 7
"""Days in which a deleted secret can still be restored; AWS takes no fewer."""


def named(given: Mapping[str, str]) -> dict[str, str]:
    """The data among parameters."""
    return {name: given[name] for name in PARTS if given.get(name)}


def parameters(found: "StackTypeDef") -> dict[str, str]:
    """What a stack was told."""
    return {each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", [])}


def made_by(stack: Stack) -> dict[str, str]:
    """The data that a stack made itself and that is there still; adopted data is not among it."""
    made = stack.made()
    return {name: made[part] for name, part in PARTS.items() if part in made}


def words_of(data: Mapping[str, str]) -> str:
    """As it is said to `make`."""
    return " ".join(f"{name}={value}" for name, value in data.items())


def look_at_adopted(stack: Stack, given: Mapping[str, str]) -> None:
    """Refuse data that no drive could go on with, before anything is made. Nothing is changed."""
    adopted = named(given)
    if not adopted:
        return
    if lacking := sorted(PARTS.keys() - adopted.keys()):
        raise Refused(f"Data is adopted whole: name {' and '.join(lacking)} too.")
    if faults := table_faults(adopted["ExistingTable"], region=stack.region, endpoint=None):
        raise Refused("\n".join(faults))
    try:
        stack.session.client("s3").head_bucket(Bucket=adopted["ExistingBucket"])
        secret = stack.session.client("secretsmanager").describe_secret(SecretId=adopted["ExistingSecret"])
    except ClientError as error:
        raise Refused(f"Bucket and secret must be there, in this account and region: {error}") from error
    if adopted["ExistingSecret"] != secret["ARN"]:
        raise Refused(f"Name the secret by its whole ARN, for rights are given by it: {secret['ARN']}")
    if "DeletedDate" in secret:
        raise Refused("The secret is about to be deleted: aws secretsmanager restore-secret brings it back.")


def open_bucket(stack: Stack, given: Mapping[str, str]) -> None:
    """Open an adopted bucket to the drive's name, and to no other; one that the stack made is its template's affair."""
    if bucket := given.get("ExistingBucket"):
        create_bucket(bucket, region=stack.region, endpoint=None, public_url=f"https://{given['DomainName']}")


def end(stack: Stack, data: Mapping[str, str]) -> None:
    """Delete it for good. What is gone already is passed over: said again, it goes on where it broke off."""
    if bucket := data.get("ExistingBucket"):
        _end_bucket(stack, bucket)
    if table := data.get("ExistingTable"):
        _end_table(stack, table)
    if secret := data.get("ExistingSecret"):
        _end_secret(stack, secret)


def _end_bucket(stack: Stack, bucket: str) -> None:
    s3 = stack.session.client("s3")
    try:
        _empty(s3, bucket)
        s3.delete_bucket(Bucket=bucket)
    except s3.exceptions.NoSuchBucket:
        return


def _empty(s3: "S3Client", bucket: str) -> None:
    """Delete every version of every object."""
    for page in s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, PaginationConfig={"PageSize": DELETED_AT_ONCE}
    ):
        versions: list[Any] = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        keys: Any = [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in versions]
        if not keys:
            continue
        failed = s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True}).get("Errors")
        if failed:
            raise Refused(f"{len(failed)} objects of {bucket} could not be deleted: {failed[0].get('Message', '')}")


def _end_table(stack: Stack, table: str) -> None:
    """It goes only once its protection is off."""
    dynamodb = stack.session.client("dynamodb")
    try:
        found = dynamodb.describe_table(TableName=table)["Table"]
        if found.get("DeletionProtectionEnabled"):
            dynamodb.update_table(TableName=table, DeletionProtectionEnabled=False)
            dynamodb.get_waiter("table_exists").wait(TableName=table)
        if found.get("TableStatus") != "DELETING":
            dynamodb.delete_table(TableName=table)
        dynamodb.get_waiter("table_not_exists").wait(TableName=table)
    except dynamodb.exceptions.ResourceNotFoundException:
        return


def _end_secret(stack: Stack, secret: str) -> None:
    keeper = stack.session.client("secretsmanager")
    try:
        if "DeletedDate" not in keeper.describe_secret(SecretId=secret):
            keeper.delete_secret(SecretId=secret, RecoveryWindowInDays=SECRET_DAYS)
    except keeper.exceptions.ResourceNotFoundException:
        return
