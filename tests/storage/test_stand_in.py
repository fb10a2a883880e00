"""moto bears an application of several threads, as tests/stand_in.py uses it."""

import gc
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import patch

import boto3
from moto.dynamodb.models.table import Table
from moto.s3.models import S3Backend

from smartdrive.ports.table import Put
from smartdrive.storage.dynamodb import DynamoTable
from smartdrive.storage.dynamodb_table import create_table
from tests.stand_in import moto


def test_requests_of_several_threads_are_answered_in_turn() -> None:
    inside: list[int] = []
    most: list[int] = []
    look = S3Backend.list_objects_v2

    def slowly(*given: Any, **named: Any) -> Any:
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.02)
        inside.pop()
        return look(*given, **named)

    with moto(), patch.object(S3Backend, "list_objects_v2", slowly):
        bucket = boto3.client("s3", region_name="us-east-1")
        bucket.create_bucket(Bucket="drive")
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: bucket.list_objects_v2(Bucket="drive"), range(12)))
    assert most == [1] * 12


def test_no_copies_of_a_table_are_kept() -> None:
    with moto():
        create_table("drive", region="eu-central-1", endpoint=None)
        table = DynamoTable("drive", region="eu-central-1", endpoint=None)
        for number in range(5):
            table.write(Put({"pk": f"A#{number}", "sk": "#"}), Put({"pk": f"B#{number}", "sk": "#"}))
        gc.collect()
        assert sum(isinstance(each, Table) for each in gc.get_objects()) == 1
