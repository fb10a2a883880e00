"""Whether the bucket is kept as the drive needs it: closed, encrypted, versioned, and nothing in it expires."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from smartdrive.domain.checks import Check, may_not_look
from smartdrive.storage import s3_calls as calls
from smartdrive.storage.credentials import Credentials

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MAKE = "Run flask create-bucket: it sets what the drive needs."
_NOTHING = frozenset({
    "NoSuchLifecycleConfiguration", "NoSuchPublicAccessBlockConfiguration",
    "ServerSideEncryptionConfigurationNotFoundError", "NoSuchCORSConfiguration",
})  # fmt: skip
_ENDS = ("Expiration", "NoncurrentVersionExpiration", "Transitions", "NoncurrentVersionTransitions")


def bucket_checks(bucket: str, *, region: str, public_url: str) -> Iterator[Check]:
    """Yield a check for each thing; one that may not be looked at names the right that is lacking."""
    client = calls.client(Credentials(), region=region, endpoint=None)
    looks: dict[tuple[str, str], Callable[[], Check]] = {
        ("closed", "s3:GetBucketPublicAccessBlock"): lambda: _closed(client, bucket),
        ("encrypted", "s3:GetEncryptionConfiguration"): lambda: _encrypted(client, bucket),
        ("versioned", "s3:GetBucketVersioning"): lambda: _versioned(client, bucket),
        ("lifecycle", "s3:GetLifecycleConfiguration"): lambda: _lifecycle(client, bucket),
        ("origins", "s3:GetBucketCORS"): lambda: _origins(client, bucket, public_url=public_url),
    }
    for (name, right), look in looks.items():
        yield _looked(name, look, right=right)


def _looked(name: str, look: Callable[[], Check], *, right: str) -> Check:
    try:
        return look()
    except ClientError as error:
        if calls.code(error) in {"AccessDenied", "403"}:
            return may_not_look(name, right)
        why = calls.code(error)
    except BotoCoreError as error:
        why = type(error).__name__
    return Check(name, f"Cannot be examined: {why}.", "Look at the bucket's name and region in the settings.")


def _asked(call: Callable[[], Any]) -> dict[str, Any]:
    """The answer, {} where nothing is configured."""
    try:
        return dict(call())
    except ClientError as error:
        if calls.code(error) not in _NOTHING:
            raise
        return {}


def _closed(client: "S3Client", bucket: str) -> Check:
    found = _asked(lambda: client.get_public_access_block(Bucket=bucket)).get("PublicAccessBlockConfiguration", {})
    wanted = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    if lacking := [name for name in wanted if not found.get(name)]:
        return Check("closed", f"Public access to the bucket is not blocked: {', '.join(lacking)}.", MAKE)
    return Check("closed", "Nobody can make anything in the bucket public.")


def _encrypted(client: "S3Client", bucket: str) -> Check:
    found = _asked(lambda: client.get_bucket_encryption(Bucket=bucket)).get("ServerSideEncryptionConfiguration", {})
    if found.get("Rules"):
        return Check("encrypted", "The bucket is encrypted at rest.")
    return Check("encrypted", "The bucket is not encrypted at rest.", MAKE)


def _versioned(client: "S3Client", bucket: str) -> Check:
    if client.get_bucket_versioning(Bucket=bucket).get("Status") == "Enabled":
        return Check("versioned", "The bucket keeps versions: a late upload changes nothing that is read.")
    return Check("versioned", "The bucket keeps no versions: a signed upload sent again changes a finished file.", MAKE)


def _lifecycle(client: "S3Client", bucket: str) -> Check:
    """No rule may take away or put out of reach what the drive knows; one must end what nobody finishes."""
    found = _asked(lambda: client.get_bucket_lifecycle_configuration(Bucket=bucket)).get("Rules", [])
    rules = [rule for rule in found if rule.get("Status") == "Enabled"]
    if losing := [str(rule.get("ID", "without a name")) for rule in rules if any(rule.get(end) for end in _ENDS)]:
        sentence = f"The lifecycle rule {', '.join(losing)} takes files away or out of reach: downloads will break."
        return Check("lifecycle", sentence, "Remove that rule: the drive deletes by itself what is to go.")
    if not any("AbortIncompleteMultipartUpload" in rule for rule in rules):
        return Check("lifecycle", "Parts of uploads that nobody finishes stay, and cost money.", MAKE)
    return Check("lifecycle", "The bucket ends what nobody finishes, and nothing else.")


def _origins(client: "S3Client", bucket: str, *, public_url: str) -> Check:
    rules = _asked(lambda: client.get_bucket_cors(Bucket=bucket)).get("CORSRules", [])
    if others := {origin for rule in rules for origin in rule["AllowedOrigins"]} - {public_url}:
        sentence = f"Pages of {', '.join(sorted(others))} may use signed addresses of the bucket, too."
        return Check("origins", sentence, "Run flask create-bucket: it allows the public address alone.")
    return Check("origins", "Only pages of the public address may use the bucket.")
