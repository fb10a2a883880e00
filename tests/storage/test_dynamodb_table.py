"""Making the DynamoDB table, and telling what is wrong with one; on moto, as no call here is about timing."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from smartdrive.storage.dynamodb_table import create_table, table_faults
from tests.stand_in import moto

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REGION = "eu-central-1"


@pytest.fixture(scope="module")
def dynamodb() -> Iterator["DynamoDBClient"]:
    with moto():
        yield boto3.client("dynamodb", region_name=REGION)


@pytest.fixture
def name() -> str:
    return f"drive-{secrets.token_hex(6)}"


def faults(name: str) -> list[str]:
    return table_faults(name, region=REGION, endpoint=None)


def test_a_table_is_made_whole_and_again_without_harm(dynamodb: "DynamoDBClient", name: str) -> None:
    for _ in range(2):
        assert create_table(name, region=REGION, endpoint=None) == []
    assert faults(name) == []
    table = dynamodb.describe_table(TableName=name)["Table"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSEDescription"]["Status"] == "ENABLED"
    assert len(table["LocalSecondaryIndexes"]) == 5
    assert len(table["GlobalSecondaryIndexes"]) == 3


def test_a_missing_table_is_told(dynamodb: "DynamoDBClient", name: str) -> None:
    assert faults(name) == [f"The table {name} does not exist: run flask create-table."]


def test_a_table_without_indexes_sweep_and_backups_is_told(dynamodb: "DynamoDBClient", name: str) -> None:
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "id", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
    )
    told = faults(name)
    assert f"The table {name} has another key than pk and sk: use another table." in told
    assert sum("lacks the index" in fault for fault in told) == 8
    assert any("TTL" in fault for fault in told)
    assert any("point-in-time recovery" in fault for fault in told)
    assert len(told) == 11


def test_a_table_that_lost_its_sweep_gets_it_back(dynamodb: "DynamoDBClient", name: str) -> None:
    create_table(name, region=REGION, endpoint=None)
    dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": False, "AttributeName": "ttl"})
    assert [fault for fault in faults(name) if "TTL" in fault]
    assert create_table(name, region=REGION, endpoint=None) == []


def test_an_embedded_drive_never_loads_boto3(tmp_path: Path) -> None:
    """The whole application, asked for a page, and the worker's and the commands' code."""
    program = (
        "import sys; from pathlib import Path; import smartdrive.cli, smartdrive.worker;"
        "from smartdrive import create_app, settings, wiring;"
        "data = Path(sys.argv[1]); settings.ensure_secret(data);"
        "app = create_app(services=wiring.build(settings.load(data=data)));"
        "assert app.test_client().get('/status/ready').status_code == 200;"
        "print([name for name in sys.modules if name.startswith(('boto', 'mypy_boto'))])"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SMARTDRIVE_")}
    command = [sys.executable, "-c", program, str(tmp_path / "data")]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
