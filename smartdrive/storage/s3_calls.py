"""One configuration of boto3 for every S3, and what its errors mean to the port."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from smartdrive.ports.objects import Missing
from smartdrive.ports.table import OutOfRoom, Unavailable
from smartdrive.storage.connections import KEPT, Patience
from smartdrive.storage.credentials import Credentials

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BLOCK = 256 * 1024
ANSWERS_WITHIN = 10
"""Seconds that S3 may be silent in the middle of a call before it is taken to be lost."""
_MISSING = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NoSuchUpload"})
_FULL = frozenset({"QuotaExceeded", "XMinioStorageFull"})
_BUSY = frozenset({
    "SlowDown", "ThrottlingException", "RequestLimitExceeded", "RequestTimeout", "RequestTimeTooSkewed",
    "OperationAborted", "InvalidPart", "503", "500",
})  # fmt: skip
_SETUP = {
    "NoSuchBucket": "the bucket does not exist",
    "AccessDenied": "storage denies access to the bucket",
    "403": "storage denies access to the bucket",
    "InvalidAccessKeyId": "storage does not know these credentials",
    "SignatureDoesNotMatch": "storage does not accept these credentials",
    "ExpiredToken": "the credentials have ended",
}


def client(credentials: Credentials, *, region: str, endpoint: str | None) -> "S3Client":
    """A client with bounded tries and times."""
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path" if endpoint else "virtual"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"mode": "standard", "total_max_attempts": 3},
        connect_timeout=2,
        read_timeout=ANSWERS_WITHIN,
        max_pool_connections=KEPT,
    )
    made = credentials.session.client("s3", region_name=region, endpoint_url=endpoint, config=config)
    Patience().watch(made)
    return made


def count_retries(client: "S3Client", retried: Callable[[], object]) -> None:
    """Tell whenever boto sends a call again by itself."""

    def look(request: AWSRequest, **_: object) -> None:
        if request.context.get("retries", {}).get("attempt", 1) > 1:
            retried()

    client.meta.events.register("request-created.s3", look)


def code(error: ClientError) -> str:
    """The error's code; some engines send no message, so nothing else decides."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def failures() -> Iterator[None]:
    """Turn errors of S3, after boto's own retries, into failures of the port; our own mistakes stay."""
    try:
        yield
    except ClientError as error:
        raise _meaning(error) from error
    except BotoCoreError as error:
        raise Unavailable(f"storage does not answer: {type(error).__name__}") from error


def _meaning(error: ClientError) -> Exception:
    name = code(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if name in _MISSING:
        return Missing()
    if name in _FULL or status == 507:
        return OutOfRoom("storage is full")
    if name in _SETUP:
        return Unavailable(_SETUP[name])
    return Unavailable(f"storage answers {name}") if name in _BUSY or status >= 500 else error


def exactly(stream: BinaryIO, length: int) -> bytes:
    """Read `length` bytes, or fewer only at the end of the stream."""
    found = bytearray()
    while len(found) < length and (block := stream.read(min(BLOCK, length - len(found)))):
        found += block
    return bytes(found)
