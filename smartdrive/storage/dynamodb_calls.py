"""One configuration of boto3 for DynamoDB, how often a call is tried, and what its errors mean to the port.

boto3's own retries are off: it would send an addition again after a lost answer and count it twice. Here a
call is sent again only when the engine did not take it, or when doing it twice does the same as doing it
once.
"""

import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ParamValidationError,
)

from smartdrive.ports.table import Contended, OutOfRoom, Refused, Unavailable
from smartdrive.storage.connections import KEPT, Patience
from smartdrive.storage.credentials import Credentials

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Answer = TypeVar("Answer")

TRIES = 5
PATIENCE = 12.0
_FIRST_PAUSE = 0.025
_LONGEST_PAUSE = 1.0
_CONFLICTS = frozenset(
    {
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
        "ReplicatedWriteConflictException",
    }
)
_THROTTLED = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
    }
)
_FULL = frozenset({"ItemCollectionSizeLimitExceeded", "ItemCollectionSizeLimitExceededException"})
_REFUSED = frozenset({"ConditionalCheckFailed", "ConditionalCheckFailedException"})
_MISTAKES = frozenset({"ValidationError", "ValidationException"})
_SETUP = {
    "ResourceNotFoundException": "the table does not exist: run flask create-table",
    "AccessDeniedException": "the table denies access to these credentials",
    "UnrecognizedClientException": "DynamoDB does not know these credentials",
    "InvalidSignatureException": "DynamoDB does not accept these credentials",
    "ExpiredTokenException": "the credentials have ended",
}


def client(*, region: str, endpoint: str | None) -> "DynamoDBClient":
    """A client with bounded times. Credentials come from the instance role or the environment."""
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=2,
        read_timeout=5,
        max_pool_connections=KEPT,
    )
    made = Credentials().session.client("dynamodb", region_name=region, endpoint_url=endpoint, config=config)
    Patience().watch(made)
    return made


def ask(call: Callable[[], Answer], *, repeatable: bool = True, retried: Callable[[], object] = lambda: None) -> Answer:
    """Make the call, at most TRIES times within PATIENCE seconds; raise the port's failures.

    `repeatable` says that doing it twice does the same as once, so it may be sent again after a lost answer; `retried`
    is told each time it is.
    """
    deadline = time.monotonic() + PATIENCE
    for attempt in range(TRIES):
        try:
            return call()
        except (ClientError, BotoCoreError) as error:
            last = attempt == TRIES - 1 or time.monotonic() > deadline
            if last or not _may_repeat(error, repeatable=repeatable):
                raise meaning(error) from error
        pause(attempt)
        retried()
    raise AssertionError("the last try returns or raises")


def pause(attempt: int) -> None:
    """Wait before trying again, longer each time and never in step with others."""
    time.sleep(random.uniform(0, min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt)))  # nosec B311: no secret


def code(error: ClientError) -> str:
    """Return the error's code."""
    return str(error.response.get("Error", {}).get("Code", ""))


def meaning(error: ClientError | BotoCoreError) -> Exception:
    """Say what an error means to the caller; an error we cannot name stays what it is."""
    if isinstance(error, ParamValidationError):
        return ValueError(str(error))
    if not isinstance(error, ClientError):
        return Unavailable(f"the table does not answer: {type(error).__name__}")
    reasons = _reasons(error)
    refused = [position for position, reason in enumerate(reasons) if reason in _REFUSED]
    if refused:
        return Refused(refused)
    if _MISTAKES & {*reasons}:
        return ValueError(f"DynamoDB does not take this: {error}")
    if _FULL & {*reasons}:
        return OutOfRoom("a partition of the table is full")
    if _CONFLICTS & {*reasons}:
        return Contended("another write held one of the items")
    return _no_answer(error)


def _no_answer(error: ClientError) -> Exception:
    name = code(error)
    if name in _SETUP:
        return Unavailable(_SETUP[name])
    if _status(error) >= 500 or _THROTTLED & {*_reasons(error)}:
        return Unavailable(f"the table answers {name}")
    return error


def _may_repeat(error: ClientError | BotoCoreError, *, repeatable: bool) -> bool:
    if isinstance(error, ConnectTimeoutError | EndpointConnectionError):
        return True
    if isinstance(error, HTTPClientError):
        return repeatable
    if not isinstance(error, ClientError):
        return False
    not_taken = {*_reasons(error)} <= _CONFLICTS | _THROTTLED | {"None"}
    return not_taken or (repeatable and _status(error) >= 500)


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _reasons(error: ClientError) -> list[str]:
    """Return what stopped each action, "None" where nothing did; outside a transaction there is one."""
    reasons = error.response.get("CancellationReasons")
    return [str(reason.get("Code", "None")) for reason in reasons] if reasons else [code(error)]
