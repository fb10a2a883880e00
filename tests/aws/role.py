"""The rights of the drive's instances, held against what the adapters really ask.

Neither moto nor another stand-in looks at the rights of a role. So every call that is made, and every address that is
signed, is looked up here in `deploy/aws/actions.toml` and then in the role of the template.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from botocore import handlers

from tests.aws.template import ROOT, listed, stack

Right = tuple[str, str]
"""An action such as `s3:GetObject`, and on what: table, index, bucket or objects."""
Rights = frozenset[Right]
ACTIONS = ROOT / "deploy/aws/actions.toml"
ON = {
    "arn:aws:dynamodb:eu-central-1:123456789012:table/Table": "table",
    "arn:aws:dynamodb:eu-central-1:123456789012:table/Table/index/*": "index",
    "arn:aws:s3:::Bucket": "bucket",
    "arn:aws:s3:::Bucket/*": "objects",
    "*": "everything",
}


@cache
def needs(who: str) -> dict[str, Rights]:
    """The rights that each call needs: `drive`, `doctor` or `making`."""
    told = tomllib.loads(ACTIONS.read_text("utf-8"))[who]
    return {
        f"{engine}.{call}": frozenset((f"{engine}:{action}", on) for on, actions in row.items() for action in actions)
        for engine, rows in told.items()
        for call, row in rows.items()
    }


def granted(statements: Iterable[Mapping[str, Any]]) -> Rights:
    """What statements of a policy about the table and the bucket allow."""
    return frozenset(
        (action, ON[resource])
        for statement in statements
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    )


@cache
def role() -> Rights:
    """What the instances may do with the table and the bucket."""
    (policy,) = (each for each in stack().properties("Role")["Policies"] if each["PolicyName"] == "drive")
    return granted(policy["PolicyDocument"]["Statement"])


def calls(model: Any, params: Mapping[str, Any]) -> Iterator[str]:
    """The names in actions.toml of one call."""
    name = f"{model.service_model.service_name}.{model.name}"
    if model.name == "TransactWriteItems":
        yield from (f"{name} {kind}" for part in params["TransactItems"] for kind in part)
    else:
        yield " ".join([name, *({"IndexName", "VersionId"} & params.keys())])


def refuse_what_the_role_may_not(*, params: Mapping[str, Any], model: Any, **_: object) -> None:
    """For a client's event `provide-client-params`: fails the test as AWS would the call."""
    for call in calls(model, params):
        lacking = needs("drive").get(call, frozenset({(call, "no row of actions.toml")})) - role()
        assert not lacking, f"the role of deploy/aws/template.yaml does not grant {sorted(lacking)}"


def under_the_role(client: Any) -> None:
    """Let the client do only what an instance on AWS may."""
    client.meta.events.register("provide-client-params", refuse_what_the_role_may_not)


@contextmanager
def heard() -> Iterator[set[str]]:
    """The calls of all clients made meanwhile."""
    found: set[str] = set()

    def note(*, params: Mapping[str, Any], model: Any, **_: object) -> None:
        found.update(calls(model, params))

    ours: tuple[str, Callable[..., None]] = ("provide-client-params", note)
    handlers.BUILTIN_HANDLERS.append(ours)
    try:
        yield found
    finally:
        handlers.BUILTIN_HANDLERS.remove(ours)
