"""The commands of docs/deploy-aws.md, for tests that run them."""

import re
import shlex
import subprocess

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
