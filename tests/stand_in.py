"""moto as the tests use it: one request at a time.

moto keeps its buckets in plain dictionaries and reads them without a lock: a list of versions fails ("changed size
during iteration") when another thread of the application deletes at that moment, which no AWS does. So each request has
its turn; that threads ask side by side is proved on the real servers of `make test-engines`.

It also remembers every object of its own for a page that nobody opens here: they are forgotten, or a few thousand
writes take gigabytes. And it copies the whole table for each action of a transaction, to have it back should one be
refused: here only the items that the transaction names are copied, or a large folder costs minutes.
"""

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSPreparedRequest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.model_instances import model_data
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_EC2_METADATA_DISABLED": "true"}


Place = tuple[Table, DynamoType, DynamoType]


@contextmanager
def moto() -> Iterator[None]:
    """AWS of this process, empty, with keys for it in the environment; gone at the end."""
    turn = RLock()
    answer, transact = BotocoreStubber.process_request, DynamoDBBackend.transact_write_items

    def transact_or_put_back(backend: DynamoDBBackend, actions: Sequence[dict[str, Any]]) -> None:
        before = [(place, copy.deepcopy(_at(place))) for place in _named(backend, actions)]
        try:
            transact(backend, actions)
        except Exception:
            for place, item in before:
                _put_back(place, item)
            raise

    def answer_in_turn(stubber: BotocoreStubber, request: AWSPreparedRequest) -> object:
        with turn:
            found = answer(stubber, request)
            for model in model_data["dynamodb"].values():
                model.instances_tracked.clear()  # type: ignore[attr-defined]
            return found

    with (
        patch.dict("os.environ", KEYS),
        patch.object(BotocoreStubber, "process_request", answer_in_turn),
        patch.object(DynamoDBBackend, "transact_write_items", transact_or_put_back),
        patch.object(Table, "__deepcopy__", lambda table, _: table, create=True),
        mock_aws(),
    ):
        yield


def _named(backend: DynamoDBBackend, actions: Sequence[dict[str, Any]]) -> Iterator[Place]:
    """The places of a transaction's items."""
    for action in actions:
        (asked,) = action.values()
        table = backend.tables[asked["TableName"]]
        hashed, ranged = backend.get_keys_value(table, asked.get("Key") or asked["Item"])
        yield table, hashed, ranged


def _at(place: Place) -> Item | None:
    table, hashed, ranged = place
    return table.get_item(hashed, ranged)


def _put_back(place: Place, item: Item | None) -> None:
    table, hashed, ranged = place
    if item is None:
        table.items[hashed].pop(ranged, None)
    else:
        table.items[hashed][ranged] = item
