"""Making the DynamoDB table of a drive, and telling what is wrong with one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from smartdrive.domain.checks import may_not_look
from smartdrive.ports.table import GLOBAL_INDEXES, LOCAL_INDEXES, Unavailable
from smartdrive.storage.dynamodb_calls import ask, client, code, meaning
from smartdrive.storage.dynamodb_words import Words, index_name

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TableDescriptionTypeDef

_ALL: Any = {"ProjectionType": "ALL"}
_POLL_SECONDS = 1
_POLLS = 300


def create_table(name: str, *, region: str, endpoint: str | None) -> list[str]:
    """Make the table unless it stands, turn on sweeping and backups, and return what is still wrong with it.

    Billed by request, encrypted, with every index of the port: local ones cannot be added to a table later.
    Safe to run again. Raises Unavailable when DynamoDB cannot be reached or forbids it.
    """
    dynamodb = client(region=region, endpoint=endpoint)
    try:
        if _described(dynamodb, name) is None:
            dynamodb.create_table(TableName=name, **_shape(), **_terms())
        dynamodb.get_waiter("table_exists").wait(
            TableName=name, WaiterConfig={"Delay": _POLL_SECONDS, "MaxAttempts": _POLLS}
        )
        _sweep_expired(dynamodb, name)
    except (ClientError, BotoCoreError) as error:
        raise meaning(error) from error
    _back_up(dynamodb, name)
    return table_faults(name, region=region, endpoint=endpoint)


def table_faults(name: str, *, region: str, endpoint: str | None) -> list[str]:
    """Return what is wrong with the table, each a sentence that says what to do; [] when all is well.

    Raises Unavailable when DynamoDB cannot be asked.
    """
    dynamodb = client(region=region, endpoint=endpoint)
    table = ask(lambda: _described(dynamodb, name))
    if table is None:
        return [f"The table {name} does not exist: run flask create-table."]
    faults = _faults_of_shape(name, table)
    if not _sweeps(dynamodb, name):
        faults.append(f"Expired rows of {name} are never swept: turn on TTL for the attribute ttl.")
    if backups := _fault_of_backups(dynamodb, name):
        faults.append(backups)
    return faults


def unguarded(name: str, *, region: str) -> list[str]:
    """What is wrong at AWS itself with how a table is guarded that is as it should be otherwise."""
    dynamodb = client(region=region, endpoint=None)
    table = ask(lambda: _described(dynamodb, name)) or {}
    if table.get("DeletionProtectionEnabled"):
        return []
    change = f"aws dynamodb update-table --table-name {name} --deletion-protection-enabled"
    return [f"Anybody who may delete the table {name} can do so by mistake: {change}."]


def _shape() -> Words:
    names = ["pk", "sk", *LOCAL_INDEXES, *(part for name in GLOBAL_INDEXES for part in (name, f"{name}s"))]
    return {
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in names],
        "KeySchema": _keys("pk", "sk"),
        "LocalSecondaryIndexes": [
            {"IndexName": index_name(name), "KeySchema": _keys("pk", name), "Projection": _ALL}
            for name in LOCAL_INDEXES
        ],
        "GlobalSecondaryIndexes": [
            {"IndexName": index_name(name), "KeySchema": _keys(name, f"{name}s"), "Projection": _ALL}
            for name in GLOBAL_INDEXES
        ],
    }


def _terms() -> Words:
    return {"BillingMode": "PAY_PER_REQUEST", "SSESpecification": {"Enabled": True}}


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


def _described(dynamodb: "DynamoDBClient", name: str) -> "TableDescriptionTypeDef | None":
    try:
        return dynamodb.describe_table(TableName=name)["Table"]
    except ClientError as error:
        if code(error) != "ResourceNotFoundException":
            raise
    return None


def _faults_of_shape(name: str, table: Mapping[str, Any]) -> list[str]:
    """Compare key and indexes with those of a table we would make ourselves."""
    wanted = _shape()
    faults = [] if table["TableStatus"] == "ACTIVE" else [f"The table {name} is {table['TableStatus']}: wait."]
    if _sorted_keys(table) != _sorted_keys(wanted):
        faults.append(f"The table {name} has another key than pk and sk: use another table.")
    for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        have = {index["IndexName"]: index for index in table.get(kind, [])}
        faults += [
            f"The table {name} lacks the index {index['IndexName']} as it should be: use another table."
            for index in wanted[kind]
            if not _same_index(have.get(index["IndexName"]), index)
        ]
    return faults


def _same_index(have: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> bool:
    return (
        have is not None
        and _sorted_keys(have) == _sorted_keys(wanted)
        and have["Projection"]["ProjectionType"] == "ALL"
    )


def _sorted_keys(schema: Mapping[str, Any]) -> list[tuple[str, str]]:
    return sorted((key["KeyType"], key["AttributeName"]) for key in schema["KeySchema"])


def _sweeps(dynamodb: "DynamoDBClient", name: str) -> bool:
    answer = ask(lambda: dynamodb.describe_time_to_live(TableName=name))
    sweep = answer["TimeToLiveDescription"]
    return sweep.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"} and sweep.get("AttributeName") == "ttl"


def _sweep_expired(dynamodb: "DynamoDBClient", name: str) -> None:
    if not _sweeps(dynamodb, name):
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})


def _fault_of_backups(dynamodb: "DynamoDBClient", name: str) -> str:
    """What is wrong with backups, "" when they run; an engine that will not say counts as one without."""
    status: str | None = None
    try:
        answer = dynamodb.describe_continuous_backups(TableName=name)
    except ClientError as error:
        if code(error) == "AccessDeniedException":
            return may_not_look("backups", "dynamodb:DescribeContinuousBackups").sentence
    else:
        recovery = answer["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
        status = recovery.get("PointInTimeRecoveryStatus")
    return "" if status == "ENABLED" else f"The table {name} has no backups: turn on point-in-time recovery."


def _back_up(dynamodb: "DynamoDBClient", name: str) -> None:
    """Turn backups on where engine and role allow it; where not, `table_faults` says so."""
    try:
        dynamodb.update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
    except ClientError as error:
        if isinstance(meaning(error), Unavailable) and code(error) != "AccessDeniedException":
            raise meaning(error) from error
