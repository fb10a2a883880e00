"""The commands of docs/deploy-aws.md, for tests that run them."""

import re
import shlex
import subprocess
from collections.abc import Mapping
from typing import Any

from botocore import xform_name
from botocore.session import get_session

from tests.aws.template import ROOT

TEXT = (ROOT / "docs/deploy-aws.md").read_text("utf-8")


def commands(stack: str) -> list[list[str]]:
    """What `make` runs for each command of the document, for a stack of this name: words for `deploy.aws.stack`."""
    found = []
    for command in re.findall(r"^```\n(make aws-.*)\n```$", TEXT, re.MULTILINE):
        said = subprocess.run(
            [*shlex.split(command), "-n", "STACK=" + stack],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        words = shlex.split(said.stdout.splitlines()[-1])
        assert words[:3] == [".venv/bin/python", "-m", "deploy.aws.stack"]
        found.append(words[3:])
    return found


def calls(text: str, values: Mapping[str, str]) -> list[tuple[str, str, dict[str, Any]]]:
    """The `aws …` commands of a text as boto3 makes them: service, method, arguments; `values` for words of theirs.

    A service, a call or an option that AWS does not know fails the test.
    """
    found = []
    for words in map(shlex.split, re.findall(r"`aws ([^`]+)`", text)):
        service, verb, *options = words
        if service == "s3":  # not a service's own call, but a program's: `aws s3 ls`
            continue
        model = get_session().get_service_model({"s3api": "s3"}.get(service, service))
        known = {xform_name(name, "-"): name for name in model.operation_names}
        shape = model.operation_model(known[verb]).input_shape
        members = {
            f"--{xform_name(name, '-')}": (name, each) for name, each in (shape.members if shape else {}).items()
        }
        said: dict[str, Any] = {}
        for option, value in zip(options[::2], options[1::2], strict=False):
            if option != "--endpoint-url":
                name, member = members[option]
                given = values.get(value, value)
                said[name] = [given] if member.type_name == "list" else given
        found.append((model.service_name, xform_name(known[verb]), said))
    return found
