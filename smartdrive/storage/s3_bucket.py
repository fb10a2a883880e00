"""Making the bucket as the drive needs it: private, encrypted, versioned, open to our pages only."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from smartdrive.storage import s3_calls as calls
from smartdrive.storage.credentials import Credentials

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CORSRuleTypeDef

UNFINISHED_DAYS = 60
"""The drive sweeps uploads untouched for 7 days. The bucket counts from an upload's begin, whether it goes on or not:
it only drops what the drive missed, after more time than 5 TB take at 10 Mbit/s."""


def create_bucket(bucket: str, *, region: str, endpoint: str | None, public_url: str) -> list[str]:
    """Make the bucket, or bring one of ours up to date. Returns what a stand-in for S3 could not do.

    On AWS itself (no `endpoint`) everything is demanded. Versioning is what pins downloads to the bytes that
    were finished, so old versions must never be expired by a rule: the drive removes them itself.
    """
    client = calls.client(Credentials(), region=region, endpoint=endpoint)
    with calls.failures():
        _create(client, bucket, region=region)
        _version(client, bucket)
        client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [_cors(public_url)]})
        wishes: dict[str, Callable[[], Any]] = {
            "block public access": lambda: _close(client, bucket, stand_in=bool(endpoint)),
            "encrypt at rest": lambda: _encrypt(client, bucket),
            "drop unfinished uploads": lambda: _expire_unfinished(client, bucket),
        }
        return [wish for wish, act in wishes.items() if not _granted(act, stand_in=bool(endpoint))]


def _granted(act: Callable[[], Any], *, stand_in: bool) -> bool:
    try:
        act()
    except ClientError:
        if not stand_in:
            raise
        return False
    return True


def _create(client: "S3Client", bucket: str, *, region: str) -> None:
    try:
        if region == "us-east-1":
            client.create_bucket(Bucket=bucket)
        else:
            place: Any = {"LocationConstraint": region}
            client.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    except ClientError as error:
        if calls.code(error) != "BucketAlreadyOwnedByYou":
            raise


def _version(client: "S3Client", bucket: str) -> None:
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def _close(client: "S3Client", bucket: str, *, stand_in: bool) -> None:
    """Ceph's BlockPublicAcls refuses the owner's own uploads, so a stand-in goes without that one flag."""
    client.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": not stand_in,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )


def _encrypt(client: "S3Client", bucket: str) -> None:
    client.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )


def _expire_unfinished(client: "S3Client", bucket: str) -> None:
    client.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "unfinished-uploads",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": UNFINISHED_DAYS},
                }
            ]
        },
    )


def _cors(public_url: str) -> "CORSRuleTypeDef":
    """Browsers on our pages PUT parts and GET downloads; they read no header of the answer."""
    return {
        "AllowedOrigins": [public_url],
        "AllowedMethods": ["PUT", "GET"],
        "AllowedHeaders": ["content-type", "if-none-match", "range"],
        "MaxAgeSeconds": 3600,
    }
