"""The table port on every engine here: SQLite and moto always, a real DynamoDB server when its endpoint is set."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smartdrive.ports.table import Item, Table
from smartdrive.storage.sqlite import SqliteTable
from tests.contract.deviations import runs_on

REGION = "eu-central-1"


def table_engines_for(test: str) -> list[str]:
    """Engines the test runs on, here and now."""
    here = ["sqlite", "moto", *(["ministack"] if os.environ.get("DRIVE_TEST_DYNAMODB_URL") else [])]
    return [engine for engine in here if runs_on(test, engine)]


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def sqlite_table(folder: Path) -> Iterator[Table]:
    made = SqliteTable(folder / "drive.db", clock=now)
    yield made
    made.close()


@contextmanager
def moto_table() -> Iterator[Table]:
    from tests.stand_in import moto

    with moto():
        yield dynamo_table(endpoint=None)


@contextmanager
def ministack_table() -> Iterator[Table]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield dynamo_table(endpoint=os.environ["DRIVE_TEST_DYNAMODB_URL"])


def dynamo_table(*, endpoint: str | None) -> Table:
    """A table of its own; both servers forget it when they end."""
    from smartdrive.storage.dynamodb import DynamoTable
    from smartdrive.storage.dynamodb_table import create_table
    from tests.aws.role import under_the_role

    name = f"contract-{secrets.token_hex(6)}"
    create_table(name, region=REGION, endpoint=endpoint)
    made = DynamoTable(name, region=REGION, endpoint=endpoint)
    under_the_role(made._client)
    return made


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    """The engine named by the parameter."""
    opened = {
        "sqlite": lambda: sqlite_table(tmp_path_factory.mktemp("sqlite")),
        "moto": moto_table,
        "ministack": ministack_table,
    }[request.param]
    with opened() as made:
        yield made


@pytest.fixture
def pk() -> str:
    """A partition that no other test has."""
    return f"P#{secrets.token_hex(8)}"


def everything(
    table: Table,
    pk: str,
    *,
    begins: str = "",
    index: str | None = None,
    limit: int = 100,
    descending: bool = False,
) -> list[Item]:
    """All pages of a query, one after the other; no page but the last may be short."""
    items: list[Item] = []
    cursor = None
    while True:
        page = table.query(pk, begins=begins, index=index, limit=limit, cursor=cursor, descending=descending)
        items += page.items
        if page.cursor is None:
            return items
        assert len(page.items) == limit
        cursor = page.cursor
