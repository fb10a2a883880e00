"""What an act asks of DynamoDB and S3: calls, how many of them wait for one another, and request units.

It listens to the clients of the real adapters. No stand-in counts every unit, so they are counted from the items (see
`units.py`); where an engine counts a write itself, as MiniStack does, its answer is kept beside ours.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from smartdrive.services.services import Services
from smartdrive.storage.dynamodb import DynamoTable
from smartdrive.storage.dynamodb_calls import client
from smartdrive.storage.s3 import S3
from tests.beneath import beneath
from tests.web.units import Place, Words, place_of, read_units, touched, write_units

LATENCIES = (0.01, 0.1, 0.5)
"""Seconds added to each call, so that calls made at the same time overlap: more of them where a machine is slow."""
WRITES = {"PutItem", "DeleteItem", "UpdateItem", "TransactWriteItems"}
MAX_KEYS = 100


@dataclass
class Call:
    """One request to an engine."""

    name: str
    begun: float
    ended: float = 0.0
    reads: float = 0.0
    writes: float = 0.0
    told: float | None = None
    """Units the engine itself names for a write."""


@dataclass
class Bill:
    """What came together during one act."""

    calls: list[Call] = field(default_factory=list)

    @property
    def reads(self) -> float:
        return sum(call.reads for call in self.calls)

    @property
    def writes(self) -> float:
        return sum(call.writes for call in self.calls)

    def count(self, engine: str) -> int:
        return sum(call.name.startswith(f"{engine}.") for call in self.calls)

    @property
    def trips(self) -> int:
        """The longest row of calls of which each began after the one before had ended."""
        count, end = 0, 0.0
        for call in sorted(self.calls, key=lambda each: each.ended):
            if call.begun >= end:
                count, end = count + 1, call.ended
        return count


class Meter:
    """Listens to the clients of one drive's engines."""

    def __init__(self, services: Services) -> None:
        table, objects = beneath(services.table), beneath(services.objects)
        assert isinstance(table, DynamoTable)
        assert isinstance(objects, S3)
        self._bill: Bill | None = None
        self.latency = LATENCIES[0]
        self._guard = threading.Lock()
        self._table = table._name
        dynamodb = table._client
        self._apart = client(region=dynamodb.meta.region_name, endpoint=dynamodb.meta.endpoint_url)
        for heard, engine in ((dynamodb, "dynamodb"), (objects._client, "s3")):
            heard.meta.events.register(f"provide-client-params.{engine}", self._asked)
            heard.meta.events.register(f"before-call.{engine}", self._begun)
            heard.meta.events.register(f"after-call.{engine}", self._ended)

    @contextmanager
    def measuring(self) -> Iterator[Bill]:
        """All calls made meanwhile, by whatever thread."""
        self._bill = Bill()
        try:
            yield self._bill
        finally:
            self._bill = None

    def patiently(self, measure: Callable[[], Bill], *, trips: int) -> Bill:
        """The bill of what may take so many trips. Taken again with slower engines where it took more: calls that wait
        for one another do so however long each takes, and those made at once overlap at last on a slow machine too.
        """
        for self.latency in LATENCIES:
            if (bill := measure()).trips <= trips:
                break
        self.latency = LATENCIES[0]
        return bill

    def _asked(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: object) -> Any:
        context["asked"] = params
        if self._bill is None or model.name not in WRITES:
            return None
        context["before"] = self._standing(touched(model.name, params))
        return params | {"ReturnConsumedCapacity": "TOTAL"}

    def _begun(self, model: Any, context: dict[str, Any], **_: object) -> None:
        if self._bill is not None:
            context["call"] = Call(f"{model.service_model.service_name}.{model.name}", time.perf_counter())
            time.sleep(self.latency)

    def _ended(self, model: Any, parsed: Words, context: dict[str, Any], **_: object) -> None:
        bill, call = self._bill, context.get("call")
        if bill is None or call is None:
            return
        call.ended = time.perf_counter()
        if model.name in WRITES:
            self._charge(call, model.name, answer=parsed, before=context["before"])
        elif call.name.startswith("dynamodb.") and "Error" not in parsed:
            call.reads = read_units(model.name, context["asked"], parsed)
        with self._guard:
            bill.calls.append(call)

    def _charge(self, call: Call, name: str, *, answer: Words, before: dict[Place, Words]) -> None:
        after = before if "Error" in answer else self._standing(list(before))
        for place, old in before.items():
            call.writes += write_units(old, after[place], transaction=name == "TransactWriteItems")
        told = answer.get("ConsumedCapacity", [])
        told = told if isinstance(told, list) else [told]
        call.told = sum(each["CapacityUnits"] for each in told) if told else None

    def _standing(self, places: Sequence[Place]) -> dict[Place, Words]:
        """The items as they are now, {} for none, asked for past the meter."""
        keys = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in places]
        asked: Any = {self._table: {"Keys": keys, "ConsistentRead": True}}
        found = self._apart.batch_get_item(RequestItems=asked)["Responses"][self._table]
        return {place: {} for place in places} | {place_of(item): item for item in found}
