"""The port's values and actions in DynamoDB's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smartdrive.ports.table import (
    Absent,
    Action,
    AtLeast,
    Change,
    Check,
    Condition,
    Delete,
    Equals,
    Item,
    Key,
    Present,
    Put,
    Value,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

Words = dict[str, Any]


def spoken(item: Mapping[str, Value]) -> Words:
    """Return attributes as DynamoDB takes them."""
    return {name: _spoken_value(value) for name, value in item.items()}


def heard(attributes: Mapping[str, Any]) -> Item:
    """Return attributes as the port has them."""
    return {name: _heard_value(value) for name, value in attributes.items()}


def spoken_key(key: Key) -> Words:
    """Return the primary key as DynamoDB takes it."""
    return spoken({"pk": key.pk, "sk": key.sk})


def index_name(index: str) -> str:
    """Return the name of an index of the port in DynamoDB, where two letters are too few for one."""
    return f"by-{index}"


@dataclass(slots=True)
class Phrase:
    """An expression in the making: every name and value goes by a placeholder, so none can be a reserved word."""

    names: dict[str, str] = field(default_factory=dict)
    values: Words = field(default_factory=dict)

    def name(self, name: str) -> str:
        """Return the placeholder of an attribute's name."""
        placeholder = f"#{len(self.names)}"
        self.names[placeholder] = name
        return placeholder

    def value(self, value: Value) -> str:
        """Return the placeholder of a value."""
        placeholder = f":{len(self.values)}"
        self.values[placeholder] = _spoken_value(value)
        return placeholder

    def words(self) -> Words:
        """Return the placeholders in use as arguments of a call; DynamoDB refuses empty ones."""
        named: Words = {"ExpressionAttributeNames": self.names} if self.names else {}
        return named | ({"ExpressionAttributeValues": self.values} if self.values else {})


def arguments(action: Action, *, table: str) -> Words:
    """Return the arguments of the call, alone or in a transaction, that does this action."""
    phrase = Phrase()
    words: Words = {"TableName": table}
    if isinstance(action, Put):
        words["Item"] = spoken(action.item)
    else:
        words["Key"] = spoken_key(action.key)
    if isinstance(action, Change):
        words["UpdateExpression"] = _update(action, phrase)
    if action.when:
        words["ConditionExpression"] = " AND ".join([_condition(when, phrase) for when in action.when])
    return words | phrase.words()


def part(action: Action, *, table: str) -> "TransactWriteItemTypeDef":
    """Return the action as one part of a transaction."""
    words: Any = arguments(action, table=table)
    match action:
        case Put():
            return {"Put": words}
        case Change():
            return {"Update": words}
        case Delete():
            return {"Delete": words}
        case Check():
            return {"ConditionCheck": words}


def _update(change: Change, phrase: Phrase) -> str:
    clauses = (
        ("SET", [f"{phrase.name(name)} = {phrase.value(value)}" for name, value in change.set.items()]),
        ("ADD", [f"{phrase.name(name)} {phrase.value(number)}" for name, number in change.add.items()]),
        ("REMOVE", [phrase.name(name) for name in change.remove]),
    )
    return " ".join(f"{verb} {', '.join(terms)}" for verb, terms in clauses if terms)


def _condition(condition: Condition, phrase: Phrase) -> str:
    match condition:
        case Absent():
            return f"attribute_not_exists({phrase.name('pk')})"
        case Present():
            return f"attribute_exists({phrase.name('pk')})"
        case Equals(name, value):
            return f"{phrase.name(name)} = {phrase.value(value)}"
        case AtLeast(name, number):
            return f"{phrase.name(name)} >= {phrase.value(number)}"


def _spoken_value(value: Value) -> Words:
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, list):
        return {"L": [{"S": element} for element in value]}
    return {"N": str(value)}


def _heard_value(value: Mapping[str, Any]) -> Value:
    if "S" in value:
        return str(value["S"])
    if "L" in value:
        return [str(element["S"]) for element in value["L"]]
    return int(value["N"])
