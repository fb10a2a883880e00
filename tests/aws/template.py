"""The template of the AWS stack as AWS reads it: conditions decided, references resolved to names that tests know."""

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
PATH = ROOT / "deploy/aws/template.yaml"
NO_VALUE = object()
ACCOUNT = {
    "AWS::NoValue": NO_VALUE,
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::StackName": "drive",
    "AWS::URLSuffix": "amazonaws.com",
}
GIVEN = {
    "DomainName": "drive.example.org",
    "HostedZoneId": "Z0123456789",
    "OperatorEmail": "operator@example.org",
    "ReleaseUrl": "https://releases.example.org/smartdrive-1.0.tar.gz",
    "ReleaseSha256": "ab" * 32,
    "Image": "ami-0123456789abcdef0",
}
"""What a stack needs to be told, and the image that AWS would look up."""
Resource = Mapping[str, Any]


class _Loader(yaml.SafeLoader):
    """YAML with the short forms of intrinsic functions."""


def _long_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        text = loader.construct_scalar(node)
        return {name: text.split(".", 1) if suffix == "GetAtt" else text}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _long_form)


def template() -> dict[str, Any]:
    """The template with all functions still in it."""
    found: dict[str, Any] = yaml.load(PATH.read_text("utf-8"), _Loader)
    return found


@dataclass(frozen=True)
class Stack:
    """What one set of parameters comes to."""

    resources: Mapping[str, Resource]
    outputs: Mapping[str, str]

    def of(self, kind: str) -> list[Mapping[str, Any]]:
        """The properties of all resources of a type."""
        found = [each.get("Properties", {}) for each in self.resources.values() if each["Type"] == f"AWS::{kind}"]
        assert found, kind
        return found

    def one(self, kind: str) -> Mapping[str, Any]:
        (found,) = self.of(kind)
        return found

    def properties(self, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.resources[name]["Properties"]
        return found


def stack(**parameters: Any) -> Stack:
    """The stack that these parameters make, others as in `GIVEN` or by default."""
    words = template()
    resolver = Resolver(words, {**GIVEN, **parameters})
    resources = {name: each for name, each in words["Resources"].items() if resolver.wanted(each)}
    outputs = {name: resolver.resolved(each["Value"]) for name, each in words["Outputs"].items()}
    return Stack({name: resolver.resolved(each) for name, each in resources.items()}, outputs)


def refusals(**parameters: Any) -> list[str]:
    """What the rules of the template say to these parameters."""
    words = template()
    resolver = Resolver(words, {**GIVEN, **parameters})
    return [
        each["AssertDescription"]
        for rule in words["Rules"].values()
        if resolver.holds(rule["RuleCondition"])
        for each in rule["Assertions"]
        if not resolver.holds(each["Assert"])
    ]


class Resolver:
    """Decides conditions and resolves functions; a resource's own name stands for what AWS would call it."""

    def __init__(self, words: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        defaults = {name: each.get("Default") for name, each in words["Parameters"].items()}
        assert given.keys() <= defaults.keys()
        self.values = {**ACCOUNT, **defaults, **given}
        assert None not in self.values.values()
        self.words = words

    def wanted(self, resource: Resource) -> bool:
        return "Condition" not in resource or self.holds({"Condition": resource["Condition"]})

    def holds(self, condition: Any) -> bool:
        """Whether a condition is true."""
        ((function, value),) = condition.items()
        match function:
            case "Condition":
                return self.holds(self.words["Conditions"][value])
            case "Fn::Equals":
                left, right = map(self.resolved, value)
                return bool(left == right)
            case "Fn::Not":
                return not self.holds(value[0])
            case "Fn::And":
                return all(map(self.holds, value))
            case "Fn::Or":
                return any(map(self.holds, value))
            case "Fn::EachMemberEquals":
                members, each = map(self.resolved, value)
                return all(member == each for member in (members or [""]))
        raise AssertionError(f"unknown condition {function}")

    def resolved(self, value: Any) -> Any:
        """The value without functions."""
        if isinstance(value, list):
            return [found for each in value if (found := self.resolved(each)) is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1 and ((function := next(iter(value))) == "Ref" or function.startswith("Fn::")):
            return self._call(function, value[function])
        words = {name: each if name == "Condition" else self.resolved(each) for name, each in value.items()}
        return {name: each for name, each in words.items() if each is not NO_VALUE}

    def _call(self, function: str, value: Any) -> Any:
        match function:
            case "Ref":
                return self.values[value] if value in self.values else self._named(value)
            case "Fn::GetAtt":
                return f"{self._named(value[0])}.{value[1]}"
            case "Fn::If":
                return self.resolved(value[1 if self.holds({"Condition": value[0]}) else 2])
            case "Fn::Sub":
                return self._filled(*(value if isinstance(value, list) else (value, {})))
            case "Fn::Select":
                return self.resolved(value[1])[int(value[0])]
            case "Fn::GetAZs":
                return ["eu-central-1a", "eu-central-1b"]
            case "Fn::Cidr":
                return [f"part {number} of {self.resolved(value[0])}" for number in range(int(value[1]))]
            case "Fn::Base64":
                return self.resolved(value)
        raise AssertionError(f"unknown function {function}")

    def _named(self, resource: str) -> str:
        assert self.wanted(self.words["Resources"][resource]), f"{resource} is not made, yet spoken of"
        return resource

    def _filled(self, text: str, more: Mapping[str, Any]) -> str:
        def fill(match: re.Match[str]) -> str:
            name = match[1]
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            return str(self.resolved(more[name]) if name in more else self._call("Ref", name))

        return re.sub(r"\$\{([^}]+)\}", fill, text)


def listed(value: str | Iterable[str]) -> list[str]:
    """What a policy writes as one word or as a list."""
    return [value] if isinstance(value, str) else [*value]


def first_boot(made: Stack) -> str:
    """The script that each instance of a stack runs when it starts for the first time."""
    text: str = made.one("EC2::LaunchTemplate")["LaunchTemplateData"]["UserData"]
    return text


if __name__ == "__main__":  # for shellcheck: python -m tests.aws.template VARIANT
    print(first_boot(stack(Variant=sys.argv[1])), end="")
