"""The table port on one DynamoDB table: the engine of a drive on many machines."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from smartdrive.ports.table import (
    GLOBAL_INDEXES,
    Action,
    Change,
    Delete,
    Index,
    Item,
    Key,
    Put,
    Slice,
    Unavailable,
    Value,
)
from smartdrive.storage.dynamodb_calls import TRIES, Answer, ask, client, pause
from smartdrive.storage.dynamodb_words import Phrase, Words, arguments, heard, index_name, part, spoken, spoken_key
from smartdrive.storage.questions import Question, check_question
from smartdrive.storage.strict import check_key, check_keys, check_write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoTable:
    """One table shared by all threads of all processes of all machines.

    Several actions are one transaction, sent again with the same token after a lost answer. A single action
    is a plain call at half the price: after a lost answer it is sent again only when that cannot count
    twice.
    """

    def __init__(
        self, name: str, *, region: str, endpoint: str | None, retried: Callable[[], object] = lambda: None
    ) -> None:
        self._name = name
        self._retried = retried
        self._client: DynamoDBClient = client(region=region, endpoint=endpoint)

    def get(self, key: Key) -> Item | None:
        """See the port."""
        check_key(key)
        asked: Words = {"TableName": self._name, "Key": spoken_key(key), "ConsistentRead": True}
        answer = self._ask(lambda: self._client.get_item(**asked))
        return heard(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Key]) -> list[Item | None]:
        """See the port."""
        check_keys(keys)
        found = {(item["pk"], item["sk"]): item for item in self._batch(list(dict.fromkeys(keys)))}
        return [found.get((key.pk, key.sk)) for key in keys]

    def query(
        self,
        pk: str,
        *,
        begins: str = "",
        index: Index | None = None,
        limit: int = 100,
        cursor: str | None = None,
        descending: bool = False,
    ) -> Slice:
        """See the port."""
        question = Question(pk, begins, index, descending)
        check_question(question, limit)
        asked = _asked(question) | {"TableName": self._name}
        if cursor is not None:
            asked["ExclusiveStartKey"] = _start(question, question.read_cursor(cursor))
        return question.page_of(self._pages(asked, limit + 1), limit)

    def write(self, *actions: Action) -> dict[str, Value]:
        """See the port."""
        check_write(actions)
        match actions:
            case [Put() | Change() | Delete() as action]:
                return self._write_one(action)
            case _:
                self._write_all(actions)
                return {}

    def walk(self, *, after: Key | None = None) -> Iterator[Item]:
        """See the port."""
        asked: Words = {"TableName": self._name, "ConsistentRead": True}
        if after:
            asked = asked | {"ExclusiveStartKey": spoken_key(after)}
        while asked:
            page = self._ask(partial(self._client.scan, **asked))
            yield from map(heard, page["Items"])
            last = page.get("LastEvaluatedKey")
            asked = asked | {"ExclusiveStartKey": last} if last else {}

    def _ask(self, call: Callable[[], Answer], *, repeatable: bool = True) -> Answer:
        return ask(call, repeatable=repeatable, retried=self._retried)

    def _batch(self, keys: Sequence[Key]) -> Iterator[Item]:
        wanted: list[Any] = [spoken_key(key) for key in keys]
        for attempt in range(TRIES):
            if not wanted:
                return
            if attempt:
                pause(attempt)
                self._retried()
            request: Any = {self._name: {"Keys": wanted, "ConsistentRead": True}}
            answer = self._ask(partial(self._client.batch_get_item, RequestItems=request))
            yield from map(heard, answer["Responses"].get(self._name, []))
            left: Any = answer["UnprocessedKeys"]
            wanted = left[self._name]["Keys"] if self._name in left else []
        if wanted:
            raise Unavailable("the table is too busy to answer")

    def _pages(self, asked: Words, limit: int) -> list[Item]:
        """Read on until there are `limit` items or no more: DynamoDB ends a page at 1 MB of its own accord."""
        items: list[Item] = []
        more = True
        while more and len(items) < limit:
            answer = self._ask(partial(self._client.query, **asked, Limit=limit - len(items)))
            items += map(heard, answer["Items"])
            more = "LastEvaluatedKey" in answer
            asked = asked | {"ExclusiveStartKey": answer.get("LastEvaluatedKey")}
        return items

    def _write_one(self, action: Put | Change | Delete) -> dict[str, Value]:
        words = arguments(action, table=self._name)
        repeatable = not action.when
        match action:
            case Put():
                self._ask(lambda: self._client.put_item(**words), repeatable=repeatable)
            case Delete():
                self._ask(lambda: self._client.delete_item(**words), repeatable=repeatable)
            case Change():
                return self._change(action, words)
        return {}

    def _change(self, change: Change, words: Words) -> dict[str, Value]:
        answer = self._ask(
            lambda: self._client.update_item(**words, ReturnValues="ALL_NEW"),
            repeatable=not change.when and not change.add,
        )
        return {name: value for name, value in heard(answer.get("Attributes", {})).items() if name in change.add}

    def _write_all(self, actions: Sequence[Action]) -> None:
        token = secrets.token_hex(16)
        parts = [part(action, table=self._name) for action in actions]
        self._ask(lambda: self._client.transact_write_items(TransactItems=parts, ClientRequestToken=token))


def _asked(question: Question) -> Words:
    phrase = Phrase()
    where = f"{phrase.name(question.partition)} = {phrase.value(question.pk)}"
    if question.begins:
        where += f" AND begins_with({phrase.name(question.place[0])}, {phrase.value(question.begins)})"
    words: Words = {"KeyConditionExpression": where, "ScanIndexForward": not question.descending}
    if question.index:
        words["IndexName"] = index_name(question.index)
    # A global index cannot be read consistently; DynamoDB refuses to try.
    words["ConsistentRead"] = question.index not in GLOBAL_INDEXES
    return words | phrase.words()


def _start(question: Question, place: tuple[str, ...]) -> Words:
    return spoken({question.partition: question.pk, **dict(zip(question.place, place, strict=True))})
